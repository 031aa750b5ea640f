using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Community;

public class BecomingAMember
{
    private static readonly Stamp Hernan = Of("hernan", Role.SchoolLead, "las-golondrinas"), Bilal = Of("bilal", Role.Facilitator, "lantern"), Adler = Of("adler", Role.Evaluator, "outside"), Omar = Of("omar", Role.Researcher, "brujula"),
        Rana = Of("rana", Role.ProgrammeOfficer, "fund");

    private static Stamp Of(string who, Role role, string place) => By(who, role) with { Role = new(role, place) };

    private static Stamp Because(Stamp stamp) => stamp with { Reason = "So." };

    private static AskMembershipReviewer Ask(string person) => new(person) { PersonKnown = true };

    private static Story<Membership> Applied => Story.Of<Membership>().After(new ApplyForMembership("las-golondrinas", "We learn alone.", "Two classes in two languages."), Hernan);

    private static Story<Membership> InReview => Applied.After(Ask("adler"), Bilal).After(Ask("omar"), Bilal);

    private static Story<Membership> Split => InReview.After(new ReviewMembership(true), Because(Adler)).After(new ReviewMembership(false), Because(Omar));

    [Fact]
    public void Is_applied_for_by_somebody_of_the_organisation() => Story.Of<Membership>().When(new ApplyForMembership("elsewhere", "a", "b"), Hernan).ThenRefused("membership-organisation")
        .When(new ApplyForMembership("las-golondrinas", "a", " "), Hernan).ThenRefused("membership-incomplete").When(new ApplyForMembership("las-golondrinas", "a", "b") { IsThere = true }, Hernan).ThenRefused("membership-there-already")
        .When(new ApplyForMembership("las-golondrinas", " a ", "b"), Hernan).Then(new MembershipAppliedFor("las-golondrinas", "a", "b"));

    [Fact]
    public void Is_reviewed_by_two_who_are_not_tied_to_it() => Applied.When(new AskMembershipReviewer("nobody"), Bilal).ThenRefused("membership-reviewer-unknown").When(Ask("hernan"), Bilal).ThenRefused("membership-reviewer-tied")
        .When(Ask("lucia") with { Ties = ["las-golondrinas"] }, Bilal).ThenRefused("membership-reviewer-tied").When(Ask("adler"), Of("hernan", Role.Facilitator, "lantern")).ThenRefused("membership-own")
        .After(Ask("adler"), Bilal).Where(membership => Assert.Equal(MembershipState.Submitted, membership.State)).When(Ask("adler"), Bilal).ThenRefused("membership-reviewer-asked")
        .After(Ask("omar"), Bilal).Where(membership => Assert.Equal(MembershipState.InReview, membership.State)).When(Ask("rana"), Bilal).ThenRefused("membership-reviewers-enough");

    [Fact]
    public void Is_admitted_when_both_say_so() => InReview.When(new ReviewMembership(true), Adler).ThenRefused("reason-needed").When(new ReviewMembership(true), Because(Rana)).ThenRefused("membership-not-asked")
        .When(new ReviewMembership(true), Because(Adler)).Then(new MembershipReviewed(true)).When(new ReviewMembership(false), Because(Adler)).ThenRefused("membership-reviewed")
        .When(new ReviewMembership(true) { Ties = ["p"] }, Because(Omar)).ThenRefused("membership-reviewer-tied")
        .When(new ReviewMembership(true), Because(Omar)).Then(new MembershipReviewed(true), new MembershipAdmitted()).Where(membership => Assert.Null(membership.Because));

    [Fact]
    public void Is_declined_when_both_say_so() => InReview.After(new ReviewMembership(false), Because(Adler)).When(new ReviewMembership(false), Because(Omar)).Then(new MembershipReviewed(false), new MembershipDeclined());

    [Fact]
    public void Is_settled_by_a_third_where_they_do_not_agree() => InReview.When(new SettleMembership(true), Because(Rana)).ThenRefused("membership-not-split");

    [Fact]
    public void Is_settled_by_nobody_who_has_a_part_in_it() => Split.When(new SettleMembership(true), Because(Of("omar", Role.Facilitator, "lantern"))).ThenRefused("membership-own")
        .When(new SettleMembership(true), Because(Of("bilal", Role.Facilitator, "las-golondrinas"))).ThenRefused("membership-own").When(new SettleMembership(true) { Ties = ["p"] }, Because(Rana)).ThenRefused("membership-reviewer-tied")
        .When(new SettleMembership(true), Because(Rana)).Then(new MembershipAdmitted()).Where(membership => Assert.Equal("So.", membership.Because));

    [Fact]
    public void Is_reviewed_afresh_after_an_answer() => InReview.After(new ReviewMembership(false), Because(Adler)).When(new AskForMore(" "), Omar).ThenRefused("membership-question-missing").After(new AskForMore("How many classes?"), Omar)
        .When(new TellMore(" "), Hernan).ThenRefused("membership-answer-missing").When(new TellMore("Two."), Hernan).Then(new MoreTold("Two."))
        .Where(membership => Assert.Equal((MembershipState.InReview, 2, 0), (membership.State, membership.Reviews.Count, membership.Reviews.Values.Count(one => one is not null))))
        .Where(membership => Assert.Equal<string>(["How many classes?", "Two."], [.. membership.Told]));

    [Fact]
    public void Waits_for_another_reviewer_when_one_steps_aside() => InReview.When(new DeclineToReview(), Rana).ThenRefused("membership-not-asked").When(new DeclineToReview(), Omar).Then(new MembershipReviewerStepped())
        .Where(membership => Assert.Equal(MembershipState.Submitted, membership.State)).When(Ask("rana"), Bilal).ThenAccepted();

    /// <summary>Else a reviewer who stands against the other could make room for one who does not.</summary>
    [Fact]
    public void Keeps_what_a_reviewer_has_said() => Split.When(new DeclineToReview(), Omar).ThenRefused("membership-reviewed");

    [Fact]
    public void Is_withdrawn_suspended_restored_and_ended()
    {
        InReview.When(new WithdrawMembership(), Hernan).Then(new MembershipWithdrawn());
        Split.After(new SettleMembership(true), Because(Rana)).When(new SuspendMembership(), Rana).ThenRefused("reason-needed").When(new SuspendMembership(), Because(Of("rana", Role.ProgrammeOfficer, "las-golondrinas"))).ThenRefused("membership-own")
            .After(new SuspendMembership(), Because(Rana)).When(new RestoreMembership(), Because(Of("hernan", Role.Facilitator, "x"))).ThenRefused("membership-own").When(new RestoreMembership(), Because(Rana)).Then(new MembershipRestored())
            .When(new EndMembership(), Because(Hernan)).Then(new MembershipEnded());
    }

    /// <summary>Whatever anybody tries in whichever order: whoever is admitted was admitted by two other people who agree, or by a third.</summary>
    [Fact]
    public void Nobody_is_admitted_by_fewer_than_two_others()
    {
        string[] people = ["hernan", "adler", "omar", "rana", "bilal"];
        var admitted = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), drawn =>
        {
            var (membership, random) = (Applied.State, new Random(drawn.Aggregate(17, HashCode.Combine)));
            for (var step = 0; step < 60; step++)
            {
                var who = people[random.Next(people.Length)];
                var stamp = Because(Of(who, random.Next(3) == 0 ? Role.Evaluator : random.Next(2) == 0 ? Role.Facilitator : Role.ProgrammeOfficer, random.Next(8) == 0 ? "las-golondrinas" : "elsewhere"));
                ImmutableArray<string> ties = random.Next(6) == 0 ? ["p"] : [];
                MembershipCommand command = random.Next(9) switch
                {
                    0 or 1 or 2 => new AskMembershipReviewer(people[random.Next(people.Length)]) { PersonKnown = true, Ties = ties },
                    3 or 4 or 5 => new ReviewMembership(random.Next(4) > 0) { Ties = ties },
                    6 => new SettleMembership(random.Next(2) == 0) { Ties = ties },
                    7 => random.Next(2) == 0 ? new DeclineToReview() : new AskForMore("?"),
                    _ => new TellMore("!"),
                };
                foreach (var happened in membership.Decide(command, stamp).Events)
                {
                    membership = membership.Evolve(happened, stamp);
                    Assert.DoesNotContain("hernan", membership.Reviews.Keys);
                    if (happened is not MembershipAdmitted) continue;
                    admitted++;
                    var said = membership.Reviews.Values.OfType<MembershipReview>().ToArray();
                    Assert.Equal(2, said.Length);
                    Assert.True(stamp.Actor is not "hernan" && stamp.Role.In is not "las-golondrinas");
                    if (!membership.Reviews.ContainsKey(stamp.Actor)) Assert.Equal([false, true], said.Select(one => one.Admit).Order());
                    else Assert.All(said, one => Assert.True(one.Admit));
                    return;
                }
            }
        }).QuickCheckThrowOnFailure();
        Assert.True(admitted > 5);
    }
}
