using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

public class PayingAGrant
{
    [Fact]
    public void Begins_with_an_agreement_that_two_people_sign() => Awarded()
        .When(new SignGrant(), Rana).ThenRefused("grant-unplanned")
        .After(new PlanGrant(Tranches, Reports, new(2027, 9, 30)), Rana).After(new SignGrant(), Rana)
        .When(new SignGrant(), Otto).ThenRefused("signed-already")
        .When(new SignGrant(), By("rana", Role.SchoolLead, "heron-bay")).ThenRefused("grant-same-person")
        .When(Request(), Amina).ThenRefused("grant-state")
        .After(new SignGrant(), Grace).Where(grant => Assert.Equal((GrantState.Agreed, 1_200_000), (grant.State, grant.Planned)));

    [Fact]
    public void Asks_for_signatures_again_when_the_plan_changes() => Awarded().After(new PlanGrant(Tranches, Reports, new(2027, 9, 30)), Rana).After(new SignGrant(), Grace)
        .After(new PlanGrant(Tranches, Reports, new(2027, 10, 30)), Rana).Where(grant => Assert.Null(grant.SignedForGrantee));

    public static TheoryData<string> Plans => ["tranches-impossible", "tranches-sum", "reports-impossible", "conditions-impossible"];

    /// <summary>I2, I6.</summary>
    [Theory, MemberData(nameof(Plans))]
    public void Plans_exactly_what_was_awarded(string code) => Awarded().When(code switch
    {
        "tranches-impossible" => new PlanGrant([.. Tranches, new("zero", 0, new(2027, 1, 1), [])], Reports, new(2027, 9, 30)),
        "tranches-sum" => new PlanGrant([.. Tranches, new("more", 1, new(2027, 1, 1), [])], Reports, new(2027, 9, 30)),
        "reports-impossible" => new PlanGrant(Tranches, [new("interim", new(2027, 1, 15), Final: false)], new(2027, 9, 30)),
        _ => new PlanGrant(Tranches, [new("final", new(2027, 9, 1), Final: true)], new(2027, 9, 30)),
    }, Rana).ThenRefused(code);

    [Fact]
    public void Plans_a_day_for_everything() => Awarded()
        .When(new PlanGrant([Tranches[0] with { Due = default }, .. Tranches[1..]], Reports, new(2027, 9, 30)), Rana).ThenRefused("tranches-impossible")
        .When(new PlanGrant(Tranches, [Reports[0] with { Due = default }, Reports[1]], new(2027, 9, 30)), Rana).ThenRefused("reports-impossible");

    [Fact]
    public void Takes_three_people_and_the_bank() => Agreed()
        .When(Request(), Amina).Then(new TrancheRequested("first", "first-transfer", []))
        .When(Approve(), Tomas).Then(new TrancheApproved("first", []))
        .Where(grant => Assert.Equal(0, grant.Ledger.Released))
        .When(Approve(), Ines).Then(new TrancheReleased("first", "first-transfer", 400_000, []) { Payee = "heron-bay" })
        .Where(grant => Assert.Equal((400_000, 0), (grant.Ledger.Released, grant.Ledger.Paid)))
        .When(Pay(), Tomas).Then(new PaymentPosted("first-transfer", "bank-first-transfer", new(2026, 10, 2), null))
        .Where(grant => Assert.Equal((GrantState.Active, 400_000, 400_000), (grant.State, grant.Ledger.Paid, grant.Unaccounted)));

    /// <summary>I5.</summary>
    [Fact]
    public void Never_takes_one_person_twice_under_whatever_role() => Agreed().After(Request(), Rana)
        .When(Approve(), By("rana", Role.FinanceL1, "paper-boat")).ThenRefused("grant-same-person")
        .After(Approve(), Tomas)
        .When(Approve(), By("tomas", Role.FinanceL2, "paper-boat")).ThenRefused("grant-same-person")
        .When(Approve(), By("rana", Role.FinanceL2, "paper-boat")).ThenRefused("grant-same-person");

    [Theory]
    [InlineData("amina")]   // works for the grantee
    [InlineData("pilar")]   // reviewed the application
    public void Is_approved_by_nobody_with_a_hand_in_it(string who) => Agreed().After(Request(), Rana).When(Approve(), By(who, Role.FinanceL1, "paper-boat")).ThenRefused("approver-tied");

    public static TheoryData<string> Decisions => ["confirm", "accept", "amend", "give up", "confirm giving up"];

    /// <summary>Whoever gets the money, or decided on it, stands on one side of it alone; and what cannot be looked up is a no.</summary>
    [Theory, MemberData(nameof(Decisions))]
    public void Is_decided_on_by_nobody_with_a_hand_in_it(string what)
    {
        var (story, decide, by) = what switch
        {
            "confirm" => (Agreed(), (GuardedCommand)new ConfirmCondition("third", "visit", "visit.pdf", new string('a', 64)), Otto),
            "accept" => (Agreed().Paid().After(new SubmitGrantReport("interim", 100_000, "We talked."), Grace), new AcceptGrantReport("interim"), Otto),
            "amend" => (Agreed().After(new ProposeAmendment(AmendmentKind.NoCostExtension, new() { EndsOn = new(2027, 12, 31) }), Rana.Because()), new ApproveAmendment(), Otto),
            "give up" => (Claimed(), new ProposeWriteOff("claim-1"), Tomas),
            _ => (Claimed().After(new ProposeWriteOff("claim-1") { Facts = Known }, Tomas.Because()), new ConfirmWriteOff("claim-1"), Ines),
        };
        story.When(decide with { Facts = Known with { Beneficiaries = [.. Known.Beneficiaries, by.Actor] } }, by.Because()).ThenRefused("approver-tied")
            .When(decide with { Facts = Known }, by.Because() with { Actor = "pilar" }).ThenRefused("approver-tied")
            .When(decide, by.Because()).ThenRefused("grant-facts-unknown")
            .When(decide with { Facts = Known }, by.Because()).ThenAccepted();

        static Story<CatalyticGrant> Claimed() => Agreed().Paid().After(new TerminateGrant(), Rana.Because()).After(new RaiseRecovery("claim-1", 100_000), Rana.Because());
    }

    [Fact]
    public void Is_approved_in_order() => Agreed().After(Request(), Amina).When(Approve(), Ines).ThenRefused("approver-level")
        .After(Approve(), Tomas).When(Approve(), By("other", Role.FinanceL1, "paper-boat")).ThenRefused("approver-level");

    [Fact]
    public void Is_approved_by_the_funders_people() => Agreed().After(Request(), Amina).When(Approve(), By("eve", Role.FinanceL1, "other-fund")).ThenRefused("grant-side");

    [Fact]
    public void Takes_one_approver_where_the_grant_is_small() => Agreed(Offer with { Small = true }).After(Request(), Amina)
        .When(Approve(), By("amina", Role.FinanceL2, "paper-boat")).ThenRefused("approver-tied")
        .When(Approve(), Tomas).Then(new TrancheReleased("first", "first-transfer", 400_000, []) { Payee = "heron-bay" });

    /// <summary>S3: what cannot be looked up is a no.</summary>
    [Fact]
    public void Stops_when_something_cannot_be_looked_up() => Agreed().When(Request() with { Facts = null }, Amina).ThenRefused("grant-facts-unknown")
        .After(Request(), Amina).When(Approve() with { Facts = null }, Tomas).ThenRefused("grant-facts-unknown")
        .After(Approve(), Tomas).When(Approve() with { Facts = null }, Ines).ThenRefused("grant-facts-unknown");

    /// <summary>I4: a condition is looked at again when the money is released.</summary>
    [Fact]
    public void Rests_on_facts_that_are_still_true_at_the_end()
    {
        var undone = Known with { Seen = [new(ConditionKind.TrialRegistered, "trial-1", Met: false, "trial/trial-1@4")] };
        Agreed().When(Request("second") with { Facts = undone }, Amina).ThenRefused("tranche-not-due", "trial-registered")
            .After(Request("second"), Amina).After(Approve("second"), Tomas)
            .When(Approve("second") with { Facts = undone }, Ines).ThenRefused("tranche-not-due", "trial-registered")
            .When(Approve("second"), Ines).Then(new TrancheReleased("second", "second-transfer", 500_000, Known.Seen) { Payee = "heron-bay" });
    }

    [Fact]
    public void Waits_for_an_accepted_report_and_for_what_a_person_confirms_with_a_file() => Agreed().Paid()
        .When(Request("third"), Amina).ThenRefused("tranche-not-due", "report-accepted", "confirmed")
        .When(new ConfirmCondition("third", "visit", "visit.pdf", "abc") { Facts = Known }, Rana).ThenRefused("file-missing")
        .When(new ConfirmCondition("third", "half-way", "visit.pdf", new string('a', 64)) { Facts = Known }, Rana).ThenRefused("tranche-elsewhere")
        .After(new ConfirmCondition("third", "visit", "visit.pdf", new string('a', 64)) { Facts = Known }, Rana)
        .When(new ConfirmCondition("third", "visit", "visit.pdf", new string('a', 64)) { Facts = Known }, Otto).ThenRefused("confirmed-already")
        .Reported("interim", 100_000)
        .When(Request("third"), Rana).ThenRefused("grant-same-person")
        .When(Request("third"), Amina).ThenAccepted();

    /// <summary>I7.</summary>
    [Theory]
    [InlineData("pilot-paused")]
    [InlineData("hard-incident")]
    public void Stops_while_the_pilot_does(string missing) => Agreed().After(Request(), Amina)
        .When(Approve() with { Facts = missing is "pilot-paused" ? Known with { Paused = true } : Known with { HardIncident = true } }, Tomas).ThenRefused("tranche-not-due", missing);

    [Fact]
    public void Stops_while_the_grant_is_suspended_and_still_hears_from_the_bank() => Agreed().Released().After(Request("second"), Amina).After(new SuspendGrant(), Rana.Because())
        .When(Approve("second"), Tomas).ThenRefused("grant-state")
        .When(Pay(), Tomas).ThenAccepted()
        .After(new ResumeGrant(), Rana.Because()).Where(grant => Assert.Equal(GrantState.Active, grant.State))
        .When(Approve("second"), Tomas).ThenAccepted();

    [Fact]
    public void That_failed_is_asked_for_again_and_never_paid_twice() => Agreed().Released()
        .When(Request(transfer: "again"), Amina).ThenRefused("tranche-elsewhere")
        .When(new RecordFailedPayment("first-transfer"), Tomas).ThenRefused("reason-needed")
        .After(new RecordFailedPayment("first-transfer"), Tomas.Because("The account was closed."))
        .Where(grant => Assert.Equal((TrancheState.Failed, 0), (grant.Tranche("first")!.State, grant.Ledger.Released)))
        .When(Pay(), Tomas).ThenRefused("payment-not-pending")
        .When(Request(), Amina).ThenRefused("transfer-known")
        .Released(transfer: "again")
        .After(Pay("again"), Tomas)
        .When(Pay("again"), Tomas).ThenRefused("payment-not-pending")
        .When(new RecordFailedPayment("again"), Tomas.Because()).ThenRefused("payment-not-pending")
        .Where(grant => Assert.Equal(400_000, grant.Ledger.Paid));

    [Fact]
    public void Records_how_it_was_exchanged_and_never_works_it_out_again() => Agreed().Released()
        .When(Pay() with { Exchanged = new("KES", 51_600_000, 0, "bank") }, Tomas).ThenRefused("conversion-impossible")
        .When(Pay() with { Reference = "" }, Tomas).ThenRefused("reference-missing")
        .When(Pay() with { Exchanged = new("KES", 51_600_000, 129m, "bank") }, Tomas).ThenAccepted()
        .Where(grant => Assert.Equal(new Conversion("KES", 51_600_000, 129m, "bank"), grant.Ledger.Find("first-transfer")!.Exchanged));

    /// <summary>Whoever records the bank's answer again under a new id is told so; another day, or money the other way, is another transfer.</summary>
    [Fact]
    public void Takes_one_answer_of_the_bank_once() => Agreed().Paid().Released("second")
        .When(Pay("second-transfer") with { Reference = " bank-first-transfer " }, Tomas).ThenRefused("reference-known")
        .When(Pay("second-transfer") with { Reference = "bank-first-transfer", On = new(2026, 10, 3) }, Tomas).ThenAccepted()
        .After(new RecordRepayment("back-1", 100, null, "bank-first-transfer", new(2026, 10, 2)), Tomas)
        .When(new RecordRepayment("back-2", 100, null, "bank-first-transfer ", new(2026, 10, 2)), Tomas).ThenRefused("reference-known");

    [Fact]
    public void Is_held_and_begins_again_when_it_is_freed() => Agreed().After(Request(), Amina).After(Approve(), Tomas).After(new HoldTranche("first"), Rana.Because())
        .When(Approve(), Ines).ThenRefused("tranche-elsewhere")
        .After(new FreeTranche("first"), Rana.Because()).When(Approve(), Ines).ThenRefused("tranche-elsewhere")
        .When(Request(), Amina).ThenAccepted();
}
