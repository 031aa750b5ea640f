using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

public class CallingForApplications
{
    [Fact]
    public void Begins_as_a_draft_of_the_funder() => Story.Of<GrantCall>().When(new DraftCall(Terms, 4_000_000), Rana).Then(new CallDrafted(Terms, 4_000_000))
        .Where(call => Assert.Equal(("paper-boat", CallState.Draft, 4_000_000), (call.Funder, call.State, call.Free)));

    [Fact]
    public void Is_for_the_funders_people() => Drafted().When(new PublishCall(), By("eve", Role.ProgrammeOfficer, "other-fund")).ThenRefused("call-of-another-funder");

    public static TheoryData<string> Gaps => ["title", "currency", "deadlines", "order", "unopened", "criteria", "reviews", "ceilings"];

    [Theory, MemberData(nameof(Gaps))]
    public void Is_not_published_before_it_is_complete(string gap) => Drafted(gap switch
    {
        "title" => Terms with { About = " " },
        "currency" => Terms with { Currency = "usd" },
        "deadlines" => Terms with { Deadlines = [Deadline, Deadline] },
        "order" => Terms with { Opens = Deadline },
        "unopened" => Terms with { Opens = default },
        "criteria" => Terms with { Criteria = [new("Need", int.MaxValue), new("Plan", int.MaxValue)] },
        "reviews" => Terms with { ReviewsLeast = 1 },
        _ => Terms with { Ceilings = [new(6, 100)] },
    }).When(new PublishCall(), Rana).ThenRefused("call-incomplete", gap is "order" or "unopened" ? "deadlines" : gap);

    /// <summary>I12.</summary>
    [Fact]
    public void Never_changes_what_it_asks_once_it_is_public() => Published().When(new ReviseCall(Terms with { Blind = true }, 4_000_000), Rana).ThenRefused("call-state");

    [Theory]
    [InlineData(-1, CallPhase.Announced)]
    [InlineData(0, CallPhase.Open)]
    [InlineData(30, CallPhase.Open)]
    [InlineData(31, CallPhase.UnderReview)]
    public void Opens_and_closes_by_the_clock(int days, CallPhase phase) => Assert.Equal(phase, Published().State.PhaseAt(Monday.AddDays(days)));

    [Fact]
    public void Takes_applications_in_batches_where_it_has_several_deadlines()
    {
        var rolling = Terms with { Deadlines = [Deadline, Deadline.AddDays(30)] };
        Assert.Equal([Deadline, Deadline, Deadline.AddDays(30), null],
            new[] { Monday, Deadline, Deadline.AddTicks(1), Deadline.AddDays(31) }.Select(at => rolling.BatchAt(at)).ToArray());
    }

    [Fact]
    public void Gets_more_money_and_never_less_than_it_promised() => Published().After(Award(1_200_000), Otto)
        .When(new SetEnvelope(1_199_999), Rana.Because()).ThenRefused("envelope-below-promised")
        .When(new SetEnvelope(1_200_000), Rana.Because()).Then(new EnvelopeSet(4_000_000, 1_200_000))
        .Where(call => Assert.Equal(0, call.Free));

    [Fact]
    public void Sets_money_aside_before_a_grant_exists() => Published().When(Award(1_200_000), Otto)
        .Then(new AwardReserved("grant-1", 1_200_000, "Reviewers like the plan.", Offer))
        .Where(call => Assert.Equal((1_200_000, 0, 2_800_000), (call.Reserved, call.Committed, call.Free)))
        .When(new CommitAward("grant-1"), Itself).Then(new AwardCommitted("grant-1"))
        .Where(call => Assert.Equal((0, 1_200_000, 2_800_000), (call.Reserved, call.Committed, call.Free)));

    public static TheoryData<string> Refusals =>
    [
        "award-facts-unknown", "not-recommended", "award-own-recommendation", "award-barred", "reasons-missing", "amount-impossible", "award-above-recommended", "award-above-ceiling", "envelope-exceeded",
        "call-of-another-funder",
    ];

    [Theory, MemberData(nameof(Refusals))]
    public void Does_not_award_what_must_not_be_awarded(string code)
    {
        var award = Award(1_200_000);
        Published(envelope: code is "envelope-exceeded" ? 1_199_999 : 4_000_000).When(code switch
        {
            "award-facts-unknown" => award with { Facts = null },
            "not-recommended" => award with { Facts = Facts() with { RecommendedBy = null } },
            "award-own-recommendation" => award with { Facts = Facts() with { RecommendedBy = "otto" } },
            "award-barred" => award with { Facts = Facts() with { Barred = ["otto"] } },
            "reasons-missing" => award with { Because = " " },
            "amount-impossible" => award with { Amount = 0 },
            "award-above-recommended" => award with { Amount = 1_200_001 },
            "award-above-ceiling" => award with { Facts = Facts(level: 1) },
            _ => award,
        }, code is "call-of-another-funder" ? By("otto", Role.ProgrammeOfficer, "other-fund") : Otto).ThenRefused(code);
    }

    [Fact]
    public void Awards_an_application_once() => Published().After(Award(500_000), Otto).When(Award(500_000, grant: "grant-2"), Otto).ThenRefused("awarded-already");

    [Fact]
    public void Frees_what_was_set_aside_for_a_grant_that_never_came() => Published().After(Award(500_000), Otto)
        .When(new ReleaseAward("grant-1"), Itself).Then(new AwardReleased("grant-1")).Where(call => Assert.Equal(4_000_000, call.Free))
        .When(new CommitAward("grant-1"), Itself).ThenRefused("award-elsewhere")
        .When(Award(500_000, grant: "grant-2"), Otto).ThenAccepted();

    [Fact]
    public void Takes_back_what_a_grant_did_not_cost_and_gives_it_no_more() => Published().After(Award(500_000), Otto).After(new CommitAward("grant-1"), Itself)
        .When(new SettleAward("grant-1", 600_000), Itself).ThenRefused("award-settled-higher")
        .When(new SettleAward("grant-1", 385_000), Itself).Then(new AwardSettled("grant-1", 500_000, 385_000))
        .Where(call => Assert.Equal(3_615_000, call.Free));

    [Fact]
    public void Is_decided_when_it_is_closed_and_everybody_was_told() => Published()
        .When(new DecideCall { Unanswered = 0 }, Rana).ThenRefused("call-still-open")
        .When(new DecideCall { Unanswered = 1 }, Rana.On(Deadline.AddDays(1))).ThenRefused("applicants-unanswered")
        .When(new DecideCall(), Rana.On(Deadline.AddDays(1))).ThenRefused("applicants-unanswered")
        .When(new DecideCall { Unanswered = 0 }, Rana.On(Deadline.AddDays(1))).Then(new CallDecided())
        .When(new ArchiveCall(), Rana).Then(new CallArchived());

    [Fact]
    public void Is_called_off_only_while_nothing_is_awarded() => Published().After(Award(500_000), Otto).When(new CancelCall(), Rana.Because()).ThenRefused("call-has-awards")
        .After(new ReleaseAward("grant-1"), Itself).When(new CancelCall(), Rana.Because()).Then(new CallCancelled());

    [Theory]
    [InlineData("USD", 125050, "1250.50")]
    [InlineData("XOF", 125050, "125050")]
    [InlineData("JOD", 125050, "125.050")]
    public void Counts_in_the_smallest_unit_of_its_currency(string code, long minor, string written)
    {
        var amount = decimal.Parse(written, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((amount, (long?)minor), (Currency.Decimal(code, minor), Currency.Minor(code, amount)));
        Assert.Null(Currency.Minor(code, 0.0001m));
    }
}
