using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Acts;
using InnovationScale.Components;

namespace InnovationScale.Grants;

/// <summary>What the funder's people do with a call.</summary>
internal sealed class CallActs(Desk desk, Access access, GrantDesk grants) : Acts<GrantCall>("calls", desk, access)
{
    protected override string Title(ActsAsked<GrantCall> asked) => asked.View.State.Terms.Title;

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<GrantCall> asked)
    {
        var currency = asked.View.State.Terms.Currency;
        return Task.FromResult<IReadOnlyList<Act>>(
        [
            Row(asked, "publish-call", _ => new PublishCall()),
            Row(asked, "change-envelope", a => new SetEnvelope(Amounts.Read(a, currency)), Amounts.Question(currency, asked.View.State.Envelope), Question.Why),
            Row(asked, "decide-call", _ => new DecideCall()),
            Row(asked, "archive-call", _ => new ArchiveCall()),
            Row(asked, "cancel-call", _ => new CancelCall(), Question.Why),
        ]);
    }

    protected override bool MayNow(GrantCall call, Type command, Principal who) => MayNow(GrantCall.Steps, call.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<GrantCall> asked, Request request, ICommand<GrantCall> command) => grants.Execute(asked.Who, request, asked.View.Id, (GrantCallCommand)command);
}

/// <summary>What the funder's people do with an application; <c>of</c> names a reviewer.</summary>
public sealed class ApplicationActs(Desk desk, Access access, GrantDesk grants) : Acts<GrantApplication>("applications", desk, access)
{
    protected override string Title(ActsAsked<GrantApplication> asked) => asked.View.State.Answers.Title;

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<GrantApplication> asked)
    {
        var application = asked.View.State;
        if (asked.Of is { } reviewer)
            return application.Reviews.GetValueOrDefault(reviewer) is not { } review ? [] :
            [
                Row(asked, "rule-on-interest", a => new RuleOnInterest(reviewer, a.Yes("may-read")), new Question("may-read", Asks.YesNo), Question.Why) with
                {
                    Offered = review is { Interest: not (null or InterestKind.Hard), Ruled: null, MayRead: false },
                },
                Row(asked, "set-review-aside", _ => new RuleOnInterest(reviewer, MayReview: false), Question.Why) with { Offered = review is { Stale: true, MayRead: true } },
            ];

        var currency = (await Look<GrantCall>(asked.Who, "read-grant-call", application.Call)).State.Terms.Currency;
        return
        [
            Row(asked, "ask-reviewer", a => new AskReviewer(a["person"]), new Question("person", Asks.Person)),
            Row(asked, "ask-applicant", a => new AskApplicant(a["question"]), new Question("question", Asks.Text)),
            Row(asked, "write-panel-note", a => new WritePanelNote(a["note"]), new Question("note", Asks.Text)) with { Offered = application.Spread > GrantApplication.SpreadMost },
            Row(asked, "recommend", a => new RecommendApplication(a.Yes("yes"), Amounts.Read(a, currency), a["summary"]), new Question("yes", Asks.YesNo), Amounts.Question(currency, application.Answers.Asked), new Question("summary", Asks.Text)),
            // The form knows the application's version, and the award goes to the call: what it must know of the application is gathered and checked there.
            new("award", typeof(AwardApplication), (a, request) => grants.Execute(asked.Who, request with { ExpectedVersion = null }, application.Call,
                new AwardApplication(asked.View.Id, Ids.For(asked.Who, request, CatalyticGrant.Kind), Amounts.Read(a, currency), a["reasons"])), [Amounts.Question(currency, application.Recommended), new("reasons", Asks.Text)]),
            Row(asked, "waitlist", a => new WaitlistApplication(a["reasons"]), new Question("reasons", Asks.Text)),
            Row(asked, "decline", a => new DeclineApplication(a["reasons"]), new Question("reasons", Asks.Text)),
        ];
    }

    protected override bool MayNow(GrantApplication application, Type command, Principal who) => command == typeof(AwardApplication)
        ? application.State is ApplicationState.Recommended or ApplicationState.Waitlisted && application.RecommendedBy != who.Person
        : MayNow(GrantApplication.Steps, application.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<GrantApplication> asked, Request request, ICommand<GrantApplication> command) =>
        grants.Execute(asked.Who, request, asked.View.Id, (GrantApplicationCommand)command);
}

/// <summary>What funder and grantee do with a grant; <c>of</c> names a payment, a report or a claim.</summary>
internal sealed class GrantActs(Desk desk, Access access, GrantDesk grants) : Acts<CatalyticGrant>("grants", desk, access)
{
    public const string Payment = "payment:", Report = "report:", Claim = "claim:";

    protected override string Title(ActsAsked<CatalyticGrant> asked) => asked.View.State.Offer!.Title;

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<CatalyticGrant> asked) => Task.FromResult(asked.Of switch
    {
        { } of when of.StartsWith(Payment, StringComparison.Ordinal) => asked.View.State.Tranche(of[Payment.Length..]) is { } tranche ? OfPayment(asked, tranche) : [],
        { } of when of.StartsWith(Report, StringComparison.Ordinal) => asked.View.State.Reports.FirstOrDefault(one => one.Plan.Id == of[Report.Length..]) is { } report ? OfReport(asked, report) : [],
        { } of when of.StartsWith(Claim, StringComparison.Ordinal) => asked.View.State.Recoveries.FirstOrDefault(one => one.Id == of[Claim.Length..]) is { } claim ? OfClaim(asked, claim) : [],
        _ => Whole(asked),
    });

    private IReadOnlyList<Act> Whole(ActsAsked<CatalyticGrant> asked)
    {
        var (grant, currency) = (asked.View.State, asked.View.State.Offer!.Currency);
        return
        [
            Row(asked, "plan-grant", a => AgreementLines.Read(a, currency),
                new("payments", Asks.Lines) { Given = AgreementLines.Write(grant, currency) }, new("reports", Asks.Lines) { Given = AgreementLines.Write(grant) }, new("ends", Asks.Day) { Given = grant.EndsOn?.ToString("O") }),
            Row(asked, "sign-grant", _ => new SignGrant()),
            Row(asked, "extend-grant", a => new ProposeAmendment(AmendmentKind.NoCostExtension, new() { EndsOn = a.Day("ends") }), new("ends", Asks.Day) { Given = grant.EndsOn?.ToString("O") }, Question.Why)
                with { Offered = grant.Amendment is null },
            Row(asked, "pay-another", a => new ProposeAmendment(AmendmentKind.BudgetLarge, new() { Payee = a["payee"] }), new("payee", Asks.School) { Given = grant.Offer.Payee }, Question.Why)
                with { Offered = grant.Amendment is null && !grant.Ledger.HasPending },
            Row(asked, "approve-amendment", _ => new ApproveAmendment()) with { Offered = grant.Amendment is { } open && open.By != asked.Who.Person },
            Row(asked, "reject-amendment", _ => new RejectAmendment(), Question.Why) with { Offered = grant.Amendment is not null },
            Row(asked, "suspend-grant", _ => new SuspendGrant(), Question.Why),
            Row(asked, "resume-grant", _ => new ResumeGrant(), Question.Why),
            new("return-money", typeof(RecordRepayment), (a, request) => Send(asked, request,
                new RecordRepayment(Ids.For(asked.Who, request, "transfer"), Amounts.Read(a, currency), null, a["reference"], a.Day("on") ?? default)), [Amounts.Question(currency), new("reference"), new("on", Asks.Day)]) { Offered = grant.Unaccounted > 0 },
            new("claim-back", typeof(RaiseRecovery), (a, request) => Send(asked, request,
                new RaiseRecovery(Ids.For(asked.Who, request, "claim"), Amounts.Read(a, currency), a.Yes("disallowed"))), [Amounts.Question(currency), new("disallowed", Asks.YesNo), Question.Why]) { Offered = grant.Ledger.Net > 0 },
            Row(asked, "close-grant", _ => new CloseGrant()),
            Row(asked, "end-grant-early", _ => new TerminateGrant(), Question.Why),
            Row(asked, "cancel-grant", _ => new CancelGrant(), Question.Why) with { Offered = grant.Ledger.Released == 0 },
        ];
    }

    private IReadOnlyList<Act> OfPayment(ActsAsked<CatalyticGrant> asked, Tranche tranche)
    {
        var (id, me) = (tranche.Plan.Id, asked.Who.Person);
        ImmutableArray<TrancheCondition> open = [.. tranche.Plan.Conditions.Where(one => one.Kind is ConditionKind.Manual && tranche.Confirmed.All(known => known.Condition != one.Id))];
        Act[] acts =
        [
            new("request-payment", typeof(RequestTranche), (_, request) => Send(asked, request, new RequestTranche(id, Ids.For(asked.Who, request, "transfer"))), []) { Offered = tranche.State is TrancheState.Planned or TrancheState.Failed },
            Row(asked, "approve-payment", _ => new ApproveTranche(id)) with { Offered = tranche.State is TrancheState.Requested or TrancheState.Approved && tranche.RequestedBy != me && tranche.ApprovedBy != me },
            Row(asked, "record-payment", a => new RecordPayment(tranche.Transfer ?? "", a["reference"], a.Day("on") ?? default), new Question("reference"), new("on", Asks.Day)) with { Offered = tranche.State is TrancheState.Released },
            Row(asked, "record-failed-payment", _ => new RecordFailedPayment(tranche.Transfer ?? ""), Question.Why) with { Offered = tranche.State is TrancheState.Released },
            Row(asked, "confirm-condition", a => new ConfirmCondition(id, a["condition"], a["file"], a["sha256"]), new Question("condition", Asks.Select) { Options = [.. open.Select(one => new Choice(one.Id, one.Subject))] }, new("file"), new("sha256"))
                with { Offered = !open.IsEmpty && tranche.IsOpen },
            Row(asked, "hold-payment", _ => new HoldTranche(id), Question.Why) with { Offered = tranche.IsOpen && tranche.State is not TrancheState.Held },
            Row(asked, "free-payment", _ => new FreeTranche(id), Question.Why) with { Offered = tranche.State is TrancheState.Held },
        ];
        return [.. acts.Select(act => act with { About = id })];
    }

    private IReadOnlyList<Act> OfReport(ActsAsked<CatalyticGrant> asked, GrantReport report)
    {
        var (id, currency) = (report.Plan.Id, asked.View.State.Offer!.Currency);
        return
        [
            Row(asked, "hand-in-report", a => new SubmitGrantReport(id, Amounts.Read(a, currency), a["text"]), Amounts.Question(currency), new("text", Asks.Text)) with
            {
                About = id, Offered = report.State is ReportState.Scheduled or ReportState.ChangesRequested,
            },
            Row(asked, "accept-report", _ => new AcceptGrantReport(id)) with { About = id, Offered = report.State is ReportState.Submitted && report.By != asked.Who.Person },
            Row(asked, "return-report", _ => new ReturnGrantReport(id), Question.Why) with { About = id, Offered = report.State is ReportState.Submitted },
        ];
    }

    private IReadOnlyList<Act> OfClaim(ActsAsked<CatalyticGrant> asked, Recovery claim)
    {
        var currency = asked.View.State.Offer!.Currency;
        return
        [
            Row(asked, "agree-claim", _ => new AgreeRecovery(claim.Id)) with { Offered = claim.State is RecoveryState.Raised },
            new("record-repayment", typeof(RecordRepayment), (a, request) => Send(asked, request,
                new RecordRepayment(Ids.For(asked.Who, request, "transfer"), Amounts.Read(a, currency), claim.Id, a["reference"], a.Day("on") ?? default)), [Amounts.Question(currency, claim.Open), new("reference"), new("on", Asks.Day)]) { Offered = claim.Open > 0 },
            Row(asked, "give-claim-up", _ => new ProposeWriteOff(claim.Id), Question.Why) with { Offered = claim is { Open: > 0, WriteOffBy: null } },
            Row(asked, "confirm-giving-up", _ => new ConfirmWriteOff(claim.Id)) with { Offered = claim is { Open: > 0, WriteOffBy: { } by } && by != asked.Who.Person },
        ];
    }

    protected override bool MayNow(CatalyticGrant grant, Type command, Principal who) => MayNow(CatalyticGrant.Steps, grant.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<CatalyticGrant> asked, Request request, ICommand<CatalyticGrant> command) => grants.Execute(asked.Who, request, asked.View.Id, (CatalyticGrantCommand)command);
}

/// <summary>An agreement as lines that people write: <c>first; 4000; 2026-10-01; trial-registered trial-1</c>.</summary>
internal static class AgreementLines
{
    public static PlanGrant Read(Answers answers, string currency) => new([.. answers.All("payments").Select(line => Tranche(line, currency))], [.. answers.All("reports").Select(Report)], answers.Day("ends") ?? default);

    public static string Write(CatalyticGrant grant, string currency) => string.Join('\n', grant.Tranches.Select(one =>
        string.Join("; ", (string[])[one.Plan.Id, Money.Write(currency, one.Plan.Amount), Day(one.Plan.Due), .. one.Plan.Conditions.Select(condition => $"{Kebab(condition.Kind)} {condition.Subject}")])));

    public static string Write(CatalyticGrant grant) => string.Join('\n', grant.Reports.Select(one => one.Plan.Final ? $"{one.Plan.Id}; {Day(one.Plan.Due)}; {Last}" : $"{one.Plan.Id}; {Day(one.Plan.Due)}"));

    private const string Last = "last";

    // What cannot be read becomes something that the rules refuse with a sentence.
    private static PlannedTranche Tranche(string line, string currency)
    {
        var parts = line.Split(';', StringSplitOptions.TrimEntries);
        return new(parts[0], Amounts.Read(parts.ElementAtOrDefault(1), currency) ?? 0, DayOf(parts.ElementAtOrDefault(2)), [.. parts.Skip(3).Select((part, n) => Condition(part, n + 1))]);
    }

    private static TrancheCondition Condition(string text, int n)
    {
        var (word, rest) = text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (text[..at], text[(at + 1)..].Trim()) : (text, "");
        var known = Enum.TryParse<ConditionKind>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var kind);
        return new($"{n}", known ? kind : ConditionKind.Manual, known ? rest : text);
    }

    private static PlannedReport Report(string line)
    {
        var parts = line.Split(';', StringSplitOptions.TrimEntries);
        return new(parts[0], DayOf(parts.ElementAtOrDefault(1)), parts.ElementAtOrDefault(2) is Last);
    }

    private static DateOnly DayOf(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : default;

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Kebab(ConditionKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}

/// <summary>How money and its states are shown.</summary>
internal static class Shown
{
    /// <summary>KES 120,000.00, never torn apart at the end of a line.</summary>
    public static string Money(this Words words, string currency, long minor) => $"{currency}\u00a0{words.Number((double)Currency.Decimal(currency, minor), Currency.Digits(currency))}";

    /// <summary>A moment in the time zone of a call: 30 June 2026, 17:00 (Africa/Nairobi).</summary>
    public static string MomentIn(this Words words, DateTimeOffset at, string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) && TimeZoneInfo.ConvertTime(at, known) is var there
        ? words["{day}, {time} ({zone})", ("day", words.Day(DateOnly.FromDateTime(there.DateTime))), ("time", there.ToString("HH:mm", CultureInfo.InvariantCulture)), ("zone", zone)]
        : words.Moment(at);

    public static Tone Tone(GrantState state) => state switch
    {
        GrantState.Agreed or GrantState.Active => Components.Tone.Information,
        GrantState.Closed => Components.Tone.Success,
        GrantState.Suspended => Components.Tone.Caution,
        GrantState.Terminated or GrantState.Cancelled => Components.Tone.Stop,
        _ => Components.Tone.Neutral,
    };

    public static Tone Tone(TrancheState state) => state switch
    {
        TrancheState.Requested or TrancheState.Approved or TrancheState.Released => Components.Tone.Information,
        TrancheState.Paid => Components.Tone.Success,
        TrancheState.Held => Components.Tone.Caution,
        TrancheState.Failed or TrancheState.Cancelled => Components.Tone.Stop,
        _ => Components.Tone.Neutral,
    };

    public static Tone Tone(ApplicationState state) => state switch
    {
        ApplicationState.Submitted or ApplicationState.InReview or ApplicationState.Recommended => Components.Tone.Information,
        ApplicationState.Awarded => Components.Tone.Success,
        ApplicationState.MoreInfo or ApplicationState.Waitlisted => Components.Tone.Caution,
        ApplicationState.Ineligible or ApplicationState.Declined or ApplicationState.NotRecommended => Components.Tone.Stop,
        _ => Components.Tone.Neutral,
    };
}
