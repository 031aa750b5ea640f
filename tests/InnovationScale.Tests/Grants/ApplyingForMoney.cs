using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

public class ApplyingForMoney
{
    [Fact]
    public void Begins_with_a_draft_however_little_is_answered() => Story.Of<GrantApplication>()
        .When(new DraftApplication("call-1", new()) { Funder = "paper-boat" }, Amina).Then(new ApplicationDrafted("call-1", "paper-boat", new()))
        .When(new ReviseApplication(Answers), Grace).Then(new ApplicationRevised(Answers))
        .Where(application => Assert.Equal("amina, grace", string.Join(", ", application.Writers)));

    [Fact]
    public void Is_to_a_call_that_exists() => Story.Of<GrantApplication>().When(new DraftApplication("call-1", new()), Amina).ThenRefused("call-not-there");

    [Fact]
    public void Is_written_by_the_applicants_people_alone() => Draft().When(new ReviseApplication(Answers), By("lucia", Role.Teacher, "casa")).ThenRefused("application-side");

    [Fact]
    public void Is_certified_by_the_organisations_signatory() => Draft().When(new SubmitApplication { Asks = Asks }, Amina).ThenRefused("application-role");

    [Fact]
    public void Is_sent_and_sealed_until_the_deadline() => Draft().When(new SubmitApplication { Asks = Asks }, Grace.On(Monday.AddDays(1)))
        .Then(new ApplicationSubmitted(Deadline, 1, Asks.Findings, Terms.Criteria, 3))
        .Where(application => Assert.Equal((ApplicationState.Submitted, false, "grace"), (application.State, application.Unsealed, application.CertifiedBy)));

    public static TheoryData<string, string> Gaps => new() { { "application-title", "" }, { "subject", "" }, { "budget", "" }, { "answers", "" } };

    [Theory, MemberData(nameof(Gaps))]
    public void Is_complete_when_it_is_sent(string gap, string _) => Draft(gap switch
    {
        "application-title" => Answers with { Title = " " },
        "subject" => Answers with { Subject = null },
        "budget" => Answers with { Budget = [new(" ", 500)] },
        _ => Answers with { Answers = [] },
    }).When(new SubmitApplication { Asks = Asks }, Grace).ThenRefused("application-incomplete", gap);

    public static TheoryData<int, long> Budgets => new() { { 1, -5 }, { 1, 0 }, { 1, Currency.AmountMost + 1 }, { 2, Currency.AmountMost }, { Currency.LinesMost + 1, 1 }, { 20_000, Currency.AmountMost } };

    /// <summary>What cannot be added up is refused before anything is written, even in a draft.</summary>
    [Theory, MemberData(nameof(Budgets))]
    public void Never_keeps_a_budget_that_cannot_be_added_up(int lines, long each)
    {
        var answers = Answers with { Budget = [.. Enumerable.Range(0, lines).Select(n => new BudgetLine($"Part {n}", each))] };
        Story.Of<GrantApplication>().When(new DraftApplication("call-1", answers) { Funder = "paper-boat" }, Amina).ThenRefused("budget-impossible");
        Draft().When(new ReviseApplication(answers), Amina).ThenRefused("budget-impossible");
    }

    [Fact]
    public void Names_somebody_on_record_where_another_organisation_is_paid() => Draft(Answers with { Payee = "somebody" })
        .When(new SubmitApplication { Asks = Asks }, Grace).ThenRefused("payee-unknown")
        .When(new SubmitApplication { Asks = Asks with { PayeeKnown = true } }, Grace).ThenAccepted();

    [Theory]
    [InlineData(-1)]
    [InlineData(31)]
    public void Is_taken_only_while_the_call_is_open(int days) => Draft().When(new SubmitApplication { Asks = Asks }, Grace.On(Monday.AddDays(days))).ThenRefused("call-not-open");

    [Fact]
    public void Is_not_taken_when_the_call_cannot_be_looked_up() => Draft().When(new SubmitApplication(), Grace).ThenRefused("call-unknown-now");

    [Fact]
    public void That_does_not_fit_is_told_why_and_can_be_mended() => Draft()
        .After(new SubmitApplication { Asks = Asks with { Findings = [new(EligibilityKind.Country, Met: false, ["KE", "SN"], "CO")] } }, Grace)
        .Where(application => Assert.Equal((ApplicationState.Ineligible, "CO"), (application.State, application.Findings[0].Found)))
        .After(new ReviseApplication(Answers), Amina).After(new SubmitApplication { Asks = Asks }, Grace)
        .Where(application => Assert.Equal(ApplicationState.Submitted, application.State));

    /// <summary>I13.</summary>
    [Fact]
    public void Is_read_by_nobody_else_before_the_deadline() => Sent().Where(application =>
        {
            Assert.True(application.IsOf("grace", [Grace.Role]));
            Assert.False(application.IsOpenTo("rana", [Rana.Role]));
            Assert.False(application.IsOpenTo("iris", [new(Role.Auditor, "audit-office")]));
        })
        .When(new UnsealApplication(), Itself.On(Deadline.AddTicks(-1))).ThenRefused("still-sealed")
        .When(new UnsealApplication(), Itself.On(Deadline)).Then(new ApplicationUnsealed())
        .Where(application =>
        {
            Assert.True(application.IsOpenTo("rana", [Rana.Role]));
            Assert.False(application.IsOpenTo("eve", [new(Role.ProgrammeOfficer, "other-fund")]));
            Assert.False(application.IsOpenTo("amina", [Rana.Role, Amina.Role]));
        });

    [Fact]
    public void Is_withdrawn_until_it_is_awarded() => Recommended().When(new WithdrawApplication { AwardPending = false }, Grace).Then(new ApplicationWithdrawn());

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    public void Is_not_withdrawn_or_declined_while_an_award_may_be_under_way(bool? pending) => Recommended()
        .When(new WithdrawApplication { AwardPending = pending }, Grace).ThenRefused("award-under-way")
        .When(new DeclineApplication("No.") { AwardPending = pending }, Rana).ThenRefused("award-under-way");
}

public class ReviewingAnApplication
{
    [Fact]
    public void Waits_for_the_deadline() => Sent().When(new AskReviewer("pilar") { Ties = [] }, Rana).ThenRefused("application-state");

    [Fact]
    public void Is_for_people_who_were_asked() => InReview().When(Scores(30, 50), Pilar).ThenRefused("not-asked")
        .When(new DeclareInterest(InterestKind.None, "") { Ties = [] }, Pilar).ThenRefused("not-asked");

    [Fact]
    public void Is_not_for_people_whom_the_records_tie_to_the_applicant() => InReview()
        .When(new AskReviewer("pilar") { Ties = [new(ApplicantTieKind.SharedPilot, Hard: true, "pilot-1")] }, Rana).ThenRefused("reviewer-tied")
        .When(new AskReviewer("amina") { Ties = [] }, Rana).ThenRefused("reviewer-tied")
        .When(new AskReviewer("pilar"), Rana).ThenRefused("ties-unknown");

    /// <summary>I9.</summary>
    [Fact]
    public void Begins_with_what_ties_the_reviewer_to_the_applicant() => InReview().After(new AskReviewer("pilar") { Ties = [] }, Rana)
        .Where(application => Assert.False(application.IsReviewableBy("pilar")))
        .When(Scores(30, 50), Pilar).ThenRefused("may-not-read")
        .When(new DeclareInterest(InterestKind.Soft, " ") { Ties = [] }, Pilar).ThenRefused("interest-untold")
        .When(new DeclareInterest(InterestKind.None, "") { Ties = [] }, Pilar).Then(new ReviewerDeclared(InterestKind.None, "", []))
        .Where(application => Assert.True(application.IsReviewableBy("pilar")))
        .When(new DeclareInterest(InterestKind.None, "") { Ties = [] }, Pilar).ThenRefused("declared-already");

    [Fact]
    public void With_a_soft_tie_waits_for_a_ruling() => InReview().After(new AskReviewer("pilar") { Ties = [] }, Rana)
        .When(new RuleOnInterest("pilar", MayReview: true), Rana.Because()).ThenRefused("not-declared")
        .After(new DeclareInterest(InterestKind.Soft, "We met at a conference.") { Ties = [] }, Pilar)
        .Where(application => Assert.False(application.IsReviewableBy("pilar")))
        .When(new RuleOnInterest("pilar", MayReview: true), Rana).ThenRefused("reason-needed")
        .When(new RuleOnInterest("pilar", MayReview: true), By("pilar", Role.ProgrammeOfficer, "paper-boat").Because()).ThenRefused("own-interest")
        .After(new RuleOnInterest("pilar", MayReview: true), Rana.Because())
        .Where(application => Assert.True(application.IsReviewableBy("pilar")));

    [Fact]
    public void That_the_records_show_a_soft_tie_waits_too() => InReview().After(new AskReviewer("pilar") { Ties = [new(ApplicantTieKind.SameNetwork, Hard: false, "lantern")] }, Rana)
        .After(new DeclareInterest(InterestKind.None, "") { Ties = [new(ApplicantTieKind.SameNetwork, Hard: false, "lantern")] }, Pilar)
        .When(Scores(30, 50), Pilar).ThenRefused("may-not-read");

    [Fact]
    public void Never_goes_on_with_a_hard_tie_whoever_rules() => InReview().After(new AskReviewer("pilar") { Ties = [] }, Rana)
        .After(new DeclareInterest(InterestKind.Hard, "She is my sister.") { Ties = [] }, Pilar)
        .When(new RuleOnInterest("pilar", MayReview: true), Rana.Because()).ThenRefused("hard-interest")
        .When(Scores(30, 50), Pilar).ThenRefused("may-not-read")
        .Where(application => Assert.False(application.IsOpenTo("pilar", [Rana.Role])));

    [Fact]
    public void Is_over_when_a_hard_tie_came_meanwhile() => InReview().Reading(Pilar)
        .When(Scores(30, 50) with { Ties = [new(ApplicantTieKind.Payment, Hard: true, "grant-9")] }, Pilar).ThenRefused("reviewer-tied")
        .When(Scores(30, 50) with { Ties = null }, Pilar).ThenRefused("ties-unknown")
        .After(Scores(30, 50), Pilar).After(new AskApplicant("Who pays for the books?"), Rana).After(new SubmitApplication { Asks = Asks }, Grace.On(Deadline.AddDays(9)))
        .When(new ReaffirmReview { Ties = [new(ApplicantTieKind.Payment, Hard: true, "grant-9")] }, Pilar).ThenRefused("reviewer-tied")
        .When(new RuleOnInterest("pilar", MayReview: true), Rana.Because()).ThenRefused("ruled-already")
        .After(new RuleOnInterest("pilar", MayReview: false), Rana.Because())
        .Where(application => Assert.Empty(application.Live))
        // What is set aside keeps nobody waiting.
        .When(Yes, Rana).ThenRefused("reviews-missing")
        .Reading(Hana).Reading(Adler).Reading(By("mina", Role.Reviewer, "far-university")).After(Scores(30, 50), Hana).After(Scores(35, 40), Adler).After(Scores(30, 45), By("mina", Role.Reviewer, "far-university"))
        // But somebody says why the others are enough.
        .When(Yes, Rana).ThenRefused("panel-note-needed")
        .After(new WritePanelNote("The tie came later; the three others agree."), Rana)
        .When(Yes, Rana).ThenAccepted();

    [Fact]
    public void Stops_where_an_answer_comes_from_an_applicant_who_may_not_apply_any_more() => InReview().Reading(Pilar).After(new AskApplicant("Who pays for the books?"), Rana)
        .After(new SubmitApplication { Asks = Asks with { Findings = [new(EligibilityKind.Country, Met: false, ["KE", "SN"], "FR")] } }, Grace.On(Deadline.AddDays(9)))
        .Where(application => Assert.Equal(ApplicationState.Ineligible, application.State))
        .When(Scores(30, 50), Pilar).ThenRefused("application-state");

    [Fact]
    public void Ends_where_no_answer_comes() => InReview().Reading(Pilar).After(new AskApplicant("Who pays for the books?"), Rana)
        .When(new DeclineApplication("No answer came.") { AwardPending = false }, Rana).ThenAccepted();

    [Fact]
    public void Shows_nobody_who_is_asked_what_the_others_say() => InReview().After(new AskReviewer("pilar") { Ties = [] }, Rana)
        .Where(application => Assert.Equal((false, true), (application.IsOpenTo("pilar", [Rana.Role]), application.IsOpenTo("rana", [Rana.Role]))));

    [Fact]
    public void That_the_records_find_a_hard_tie_is_over_whatever_was_said() => InReview().After(new AskReviewer("pilar") { Ties = [] }, Rana)
        .When(new DeclareInterest(InterestKind.None, "") { Ties = [new(ApplicantTieKind.SameOrganisation, Hard: true, "heron-bay")] }, Pilar)
        .Then(new ReviewerDeclared(InterestKind.Hard, "", [new(ApplicantTieKind.SameOrganisation, Hard: true, "heron-bay")]));

    public static TheoryData<string> Mistakes => ["scores-incomplete", "points-impossible", "comment-missing"];

    [Theory, MemberData(nameof(Mistakes))]
    public void Gives_every_criterion_points_and_a_comment(string code) => InReview().Reading(Pilar).When(code switch
    {
        "scores-incomplete" => new SubmitReview([new("Need", 30, "Yes.")]) { Ties = [] },
        "points-impossible" => Scores(41, 50),
        _ => new SubmitReview([new("Need", 30, "Yes."), new("Plan", 40, " ")]) { Ties = [] },
    }, Pilar).ThenRefused(code);

    /// <summary>I11.</summary>
    [Fact]
    public void Stands_once_it_is_handed_in() => InReview().Reading(Pilar).After(Scores(30, 50), Pilar).When(Scores(20, 10), Pilar).ThenRefused("review-stands")
        .When(new ReaffirmReview { Ties = [] }, Pilar).ThenRefused("nothing-to-reaffirm");

    [Fact]
    public void Is_stale_when_the_applicant_was_asked_and_answered() => Reviewed()
        .After(new AskApplicant("Who pays for the books?"), Rana).After(new ReviseApplication(Answers with { Answers = ["We do."] }), Amina).After(new SubmitApplication { Asks = Asks }, Grace.On(Deadline.AddDays(9)))
        .Where(application => Assert.Equal((ApplicationState.InReview, 0, true), (application.State, application.Live.Count(), application.Unsealed)))
        .When(Yes, Rana).ThenRefused("reviews-missing")
        .After(new ReaffirmReview { Ties = [] }, Pilar).After(Scores(40, 60), Hana).After(new ReaffirmReview { Ties = [] }, Adler)
        .Where(application => Assert.Equal([73, 100, 80], application.Live.OrderBy(review => review.By).Select(review => review.Points)))
        .When(Yes, Rana).ThenAccepted();

    [Fact]
    public void Leads_to_a_recommendation_with_enough_reviews_and_a_summary() => InReview().Reading(Pilar).After(Scores(30, 50), Pilar)
        .When(Yes, Rana).ThenRefused("reviews-missing")
        .Reading(Hana).After(Scores(30, 40), Hana).Reading(Adler).After(Scores(30, 40), Adler)
        .When(Yes with { Summary = "" }, Rana).ThenRefused("summary-missing")
        .When(Yes with { Amount = 1_200_001 }, Rana).ThenRefused("recommended-amount")
        .When(Yes with { Applicants = null }, Rana).ThenRefused("ties-unknown")
        .When(Yes, Rana).Then(new ApplicationRecommended(Recommended: true, 1_200_000, "All three would fund it."));

    [Fact]
    public void A_small_one_needs_two_reviews() => InReview(Asks with { Terms = Terms with { SmallGrantMost = 1_200_000 } }).Reading(Pilar).After(Scores(30, 50), Pilar)
        .Reading(Hana).After(Scores(30, 40), Hana).When(Yes, Rana).ThenAccepted();

    [Fact]
    public void Far_apart_is_talked_about_first() => InReview().Reading(Pilar).Reading(Hana).Reading(Adler).After(Scores(40, 60), Pilar).After(Scores(30, 39), Hana).After(Scores(40, 50), Adler)
        .When(Yes, Rana).ThenRefused("panel-note-needed")
        .After(new WritePanelNote("The plan is weaker than it looks, and still good."), Rana).When(Yes, Rana).ThenAccepted();

    /// <summary>I10.</summary>
    [Theory]
    [InlineData("pilar")]
    [InlineData("amina")]
    public void Is_not_summed_up_by_somebody_with_a_hand_in_it(string who) => Reviewed().When(Yes, By(who, Role.ProgrammeOfficer, "paper-boat")).ThenRefused("own-application");

    [Fact]
    public void Ends_with_reasons_for_the_applicant() => Recommended()
        .When(new WaitlistApplication(" ") { AwardPending = false }, Rana).ThenRefused("reasons-missing")
        .After(new WaitlistApplication("There is no money left this time.") { AwardPending = false }, Rana)
        .When(new DeclineApplication("The money went elsewhere.") { AwardPending = false }, Rana).Then(new ApplicationDeclined("The money went elsewhere."))
        .Where(application => Assert.Equal("The money went elsewhere.", application.Because));

    [Fact]
    public void Ends_with_an_award_that_the_call_made() => Recommended().When(new RecordAward("grant-1", 1_200_000, "Good."), Rana).ThenRefused("application-role")
        .When(new RecordAward("grant-1", 1_200_000, "Good."), Itself).Then(new ApplicationAwarded("grant-1", 1_200_000, "Good."));
}
