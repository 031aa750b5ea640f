using System.Collections.Immutable;
using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

public class ChangingAGrant
{
    private static readonly ProposeAmendment Longer = new(AmendmentKind.NoCostExtension, new() { EndsOn = new(2027, 12, 31) });

    private static ProposeAmendment Smaller(long second) => new(AmendmentKind.BudgetLarge, new() { Awarded = 400_000 + second, Tranches = [Tranches[0], Tranches[1] with { Amount = second }] });

    [Fact]
    public void Is_kept_as_a_difference() => Agreed().When(Longer, Grace.Because())
        .Then(new AmendmentProposed(AmendmentKind.NoCostExtension, new() { EndsOn = new(2027, 9, 30) }, new() { EndsOn = new(2027, 12, 31) }))
        .When(new ApproveAmendment { Facts = Known }, Rana).Then(new AmendmentApplied(AmendmentKind.NoCostExtension, new() { EndsOn = new(2027, 9, 30) }, new() { EndsOn = new(2027, 12, 31) }))
        .Where(grant => Assert.Equal(new DateOnly(2027, 12, 31), grant.EndsOn));

    [Fact]
    public void Happens_one_at_a_time_and_holds_the_grant_where_it_is() => Agreed().After(Longer, Grace.Because())
        .When(Longer, Rana.Because()).ThenRefused("amendment-open")
        .When(new TerminateGrant(), Rana.Because()).ThenRefused("amendment-open")
        .When(new CancelGrant(), Rana.Because()).ThenRefused("amendment-open")
        .When(new CloseGrant { Facts = Known }, Rana).ThenRefused("amendment-open")
        .When(new SuspendGrant(), Rana.Because()).ThenAccepted()
        .When(new ResumeGrant(), Rana.Because()).ThenRefused("amendment-open")
        .After(new RejectAmendment(), Rana.Because()).When(new ResumeGrant(), Rana.Because()).ThenAccepted();

    [Fact]
    public void Is_approved_by_somebody_else() => Agreed().After(Longer, Rana.Because()).When(new ApproveAmendment { Facts = Known }, Rana).ThenRefused("grant-same-person")
        .When(new ApproveAmendment { Facts = Known }, Ines).ThenRefused("amendment-level").When(new ApproveAmendment { Facts = Known }, Otto).ThenAccepted();

    [Fact]
    public void Of_much_money_is_approved_by_the_second_approver() => Agreed().After(Smaller(600_000), Grace.Because())
        .When(new ApproveAmendment { Facts = Known }, Rana).ThenRefused("amendment-level")
        .When(new ApproveAmendment { Facts = Known }, Ines).ThenAccepted()
        .Where(grant => Assert.Equal((1_000_000, 1_000_000), (grant.Awarded, grant.Planned)));

    /// <summary>I8.</summary>
    [Fact]
    public void Never_goes_below_what_is_paid() => Agreed().Paid().Paid("second")
        .When(new ProposeAmendment(AmendmentKind.BudgetLarge, new() { Awarded = 899_999, Tranches = [Tranches[0], Tranches[1] with { Amount = 499_999 }] }), Grace.Because()).ThenRefused("amendment-below-paid")
        .When(new ProposeAmendment(AmendmentKind.BudgetLarge, new() { Tranches = [Tranches[0] with { Amount = 300_000 }, Tranches[1], Tranches[2] with { Amount = 400_000 }] }), Grace.Because())
        .ThenRefused("paid-tranche-changed");

    [Fact]
    public void Is_looked_at_again_when_it_is_applied() => Agreed().After(Smaller(100_000), Grace.Because()).Paid("second")
        .When(new ApproveAmendment { Facts = Known }, Ines).ThenRefused("paid-tranche-changed");

    [Fact]
    public void Never_brings_more_money() => Agreed()
        .When(new ProposeAmendment(AmendmentKind.BudgetLarge, new() { Awarded = 1_200_001 }), Grace.Because()).ThenRefused("award-not-raised");

    /// <summary>An agreement of an earlier release may hold a payment without a day.</summary>
    [Fact]
    public void Of_an_agreement_with_an_undated_payment_is_made_and_plans_none_anew()
    {
        ImmutableArray<PlannedTranche> undated = [Tranches[0], Tranches[1] with { Due = default }, Tranches[2]];
        Awarded().Given(Rana, new GrantPlanned(undated, Reports, new(2027, 9, 30))).After(new SignGrant(), Rana).After(new SignGrant(), Grace)
            .When(Longer, Grace.Because()).ThenAccepted();
        Agreed().When(new ProposeAmendment(AmendmentKind.BudgetLarge, new() { Tranches = undated }), Grace.Because()).ThenRefused("tranches-impossible");
    }

    private static readonly ProposeAmendment Host = new(AmendmentKind.BudgetLarge, new() { Payee = "host" }) { PayeeKnown = true };

    /// <summary>Nobody is paid whom the agreement does not name, and nobody's approval is used for somebody else.</summary>
    [Fact]
    public void Of_who_is_paid_takes_the_second_approver_and_begins_again_what_was_asked_for() => Agreed()
        .When(Host with { PayeeKnown = false }, Grace.Because()).ThenRefused("payee-unknown")
        .When(Host with { Change = AmendmentKind.AdminCorrection }, Grace.Because()).ThenRefused("amendment-kind")
        .After(Request(), Amina).After(Approve(), Tomas).After(Host, Grace.Because())
        .When(new ApproveAmendment { Facts = Known }, Otto).ThenRefused("amendment-level")
        .When(new ApproveAmendment { Facts = Known }, Ines).Then(new AmendmentApplied(AmendmentKind.BudgetLarge, new() { Payee = "heron-bay" }, new() { Payee = "host" }))
        .When(Approve(), Ines).ThenRefused("tranche-elsewhere")
        .Released(transfer: "again")
        .Where(grant => Assert.Equal("host", grant.Ledger.Find("again")!.Payee))
        .When(Pay("again") with { Payee = "heron-bay" }, Tomas).ThenRefused("payee-other")
        .When(Pay("again") with { Payee = "host" }, Tomas).ThenAccepted();

    [Fact]
    public void Of_who_is_paid_waits_for_the_bank() => Agreed().Released().When(Host, Grace.Because()).ThenRefused("payee-with-bank")
        .After(Pay(), Tomas).After(Host, Grace.Because()).Released("second").When(new ApproveAmendment { Facts = Known }, Ines).ThenRefused("payee-with-bank");

    public static TheoryData<string> Mistakes => ["amendment-without-change", "amendment-kind", "tranches-sum", "report-changed", "budget-impossible"];

    [Theory, MemberData(nameof(Mistakes))]
    public void Says_what_it_is(string code) => Agreed().Paid().Reported("interim", 100_000).When(code switch
    {
        "amendment-without-change" => new ProposeAmendment(AmendmentKind.Other, new()),
        "amendment-kind" => new(AmendmentKind.BudgetSmall, new() { Budget = [new("Teacher time", 400_000), new("Books", 800_000)] }),
        "tranches-sum" => new(AmendmentKind.BudgetLarge, new() { Awarded = 1_000_000 }),
        "report-changed" => new(AmendmentKind.Results, new() { Reports = [Reports[0] with { Due = new(2028, 1, 1) }, Reports[1]] }),
        _ => new ProposeAmendment(AmendmentKind.BudgetSmall, new() { Budget = [] }),
    }, Grace.Because()).ThenRefused(code);

    [Fact]
    public void Keeps_no_budget_that_cannot_be_added_up() => Agreed()
        .When(new ProposeAmendment(AmendmentKind.BudgetLarge, new() { Budget = [.. Enumerable.Repeat(new BudgetLine("Books", Currency.AmountMost), 20_000)] }), Grace.Because()).ThenRefused("budget-impossible");

    [Fact]
    public void Of_a_fifth_of_the_budget_is_a_small_one() => Agreed()
        .When(new ProposeAmendment(AmendmentKind.BudgetSmall, new() { Budget = [new("Teacher time", 460_000), new("Books", 740_000)] }), Grace.Because()).ThenAccepted();

    [Fact]
    public void Of_what_was_asked_for_begins_again() => Agreed().After(Request("second"), Amina).After(Approve("second"), Tomas).After(Smaller(600_000), Grace.Because()).After(new ApproveAmendment { Facts = Known }, Ines)
        .When(Approve("second"), Ines).ThenRefused("tranche-elsewhere")
        .Where(grant => Assert.Equal(TrancheState.Planned, grant.Tranche("second")!.State));
}

public class EndingAGrant
{
    private static readonly CloseGrant Close = new() { Facts = Known };

    [Fact]
    public void Is_possible_when_all_is_accounted_for() => PaidWhole()
        .When(Close, Rana).ThenRefused("grant-not-accounted", "final-report", "advance-open")
        .Reported("final", 1_085_000)
        .When(Close, Rana).ThenRefused("grant-not-accounted", "advance-open")
        .After(new RecordRepayment("return-1", 115_000, null, "bank-9", new(2027, 9, 9)), Tomas)
        .When(Close, Rana).Then(new GrantClosed(1_085_000));

    [Fact]
    public void Waits_for_payments_and_for_results_whatever_they_show() => Agreed().Paid()
        .When(Close with { Facts = Known with { Unreported = ["trial-1"] } }, Rana).ThenRefused("grant-not-accounted", "final-report", "tranches-open", "advance-open", "trial-unreported")
        .When(Close with { Facts = null }, Rana).ThenRefused("grant-facts-unknown");

    [Fact]
    public void Before_anything_is_paid_takes_it_back() => Agreed().When(new CancelGrant(), Rana.Because()).Then(new GrantCancelled())
        .Where(grant => Assert.Equal(0, grant.Planned));

    [Fact]
    public void With_money_at_the_bank_is_no_taking_back() => Agreed().Released().When(new CancelGrant(), Rana.Because()).ThenRefused("grant-paid");

    [Fact]
    public void Early_cancels_what_is_not_released_and_claims_back_what_is_not_spent() => Agreed().Paid().Released("second").After(new TerminateGrant(), Rana.Because("The school closed."))
        .Where(grant => Assert.Equal([TrancheState.Paid, TrancheState.Released, TrancheState.Cancelled], grant.Tranches.Select(tranche => tranche.State)))
        .After(new RecordFailedPayment("second-transfer"), Tomas.Because()).Where(grant => Assert.Equal(TrancheState.Cancelled, grant.Tranche("second")!.State))
        .Reported("final", 160_000)
        .When(new RaiseRecovery("claim-1", 240_001), Rana.Because()).ThenRefused("recovery-above-paid")
        .After(new RaiseRecovery("claim-1", 240_000), Rana.Because())
        .When(Close, Rana).ThenRefused("grant-not-accounted", "recoveries-open")
        .After(new AgreeRecovery("claim-1"), Grace)
        .When(new RecordRepayment("back-1", 240_001, "claim-1", "bank-5", new(2027, 3, 1)), Tomas).ThenRefused("repayment-above-owed")
        .After(new RecordRepayment("back-1", 200_000, "claim-1", "bank-5", new(2027, 3, 1)), Tomas)
        .When(new RecordRepayment("back-1", 40_000, "claim-1", "bank-5", new(2027, 3, 1)), Tomas).ThenRefused("transfer-known")
        .After(new RecordRepayment("back-2", 40_000, "claim-1", "bank-6", new(2027, 4, 1)), Tomas)
        .Where(grant => Assert.Equal((RecoveryState.Repaid, 160_000, 0), (grant.Recoveries[0].State, grant.Ledger.Net, grant.Unaccounted)))
        .When(Close, Rana).Then(new GrantClosed(160_000));

    [Fact]
    public void Gives_a_claim_up_only_with_two_people() => Agreed().Paid().After(new TerminateGrant(), Rana.Because()).Reported("final", 300_000).After(new RaiseRecovery("claim-1", 100_000), Rana.Because())
        .When(new ConfirmWriteOff("claim-1") { Facts = Known }, Ines).ThenRefused("recovery-elsewhere")
        .After(new ProposeWriteOff("claim-1") { Facts = Known }, Tomas.Because("The school is gone."))
        .When(new ConfirmWriteOff("claim-1") { Facts = Known }, By("tomas", Role.FinanceL2, "paper-boat")).ThenRefused("grant-same-person")
        .When(new ConfirmWriteOff("claim-1") { Facts = Known }, By("pilar", Role.FinanceL2, "paper-boat")).ThenRefused("approver-tied")
        .When(new ConfirmWriteOff("claim-1") { Facts = Known }, Ines).Then(new RecoveryWrittenOff("claim-1", 100_000))
        .When(Close, Rana).Then(new GrantClosed(400_000));

    [Fact]
    public void Claims_what_was_spent_on_something_else_back() => Agreed().Paid().Reported("interim", 400_000)
        .When(new RaiseRecovery("claim-1", 50_000), Rana.Because()).ThenRefused("recovery-above-paid")
        .After(new RaiseRecovery("claim-1", 50_000, Disallowed: true), Rana.Because())
        .Where(grant => Assert.Equal((350_000, 0, 50_000), (grant.Spent, grant.Unaccounted, grant.Claimed)))
        .When(new RecordRepayment("back-1", 1, null, "bank-5", new(2027, 3, 1)), Tomas).ThenRefused("repayment-above-owed")
        .When(new RecordRepayment("back-1", 50_000, "claim-1", "bank-5", new(2027, 3, 1)), Tomas).ThenAccepted();

    [Fact]
    public void Reads_reports_before_it_believes_them() => Agreed().Paid()
        .When(new SubmitGrantReport("interim", 400_001, "We bought books."), Amina).ThenRefused("spent-impossible")
        .When(new SubmitGrantReport("interim", 100_000, " "), Amina).ThenRefused("report-empty")
        .After(new SubmitGrantReport("interim", 100_000, "We bought books."), Amina)
        .When(new AcceptGrantReport("final") { Facts = Known }, Rana).ThenRefused("report-elsewhere")
        .After(new ReturnGrantReport("interim"), Rana.Because("Which books?"))
        .After(new SubmitGrantReport("interim", 300_000, "We bought readers."), Amina)
        .After(new RecordRepayment("back-1", 150_000, null, "bank-5", new(2027, 3, 1)), Tomas)
        // The money that came back meanwhile was not spent.
        .When(new AcceptGrantReport("interim") { Facts = Known }, Rana).ThenRefused("spent-impossible");

    [Fact]
    public void Is_reminded_of_reports_that_are_late() => Agreed().Where(grant =>
        Assert.Equal([false, true], new[] { new DateOnly(2027, 1, 15), new DateOnly(2027, 1, 16) }.Select(day => grant.Reports[0].OverdueOn(day))));

    [Fact]
    public void Can_be_made_impossible_before_it_begins() => Story.Of<CatalyticGrant>().After(new RuleOutGrant(), Itself).When(new CreateGrant("call-1", 1_200_000, Offer), Itself).ThenRefused("grant-state");
}
