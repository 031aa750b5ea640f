using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Api;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Grants;

/// <summary>An amount as programs read it: a decimal number in text and the currency (ISO 4217).</summary>
public sealed record Money(string Amount, string Currency)
{
    public static Money Of(string currency, long minor) => new(Write(currency, minor), currency);

    public static string Write(string currency, long minor) => Grants.Currency.Decimal(currency, minor).ToString($"F{Grants.Currency.Digits(currency)}", CultureInfo.InvariantCulture);

    /// <summary>In the smallest unit of the currency.</summary>
    /// <exception cref="BadRequest">It is no number, or has more digits than the currency.</exception>
    public static long Read(string? amount, string currency) => decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && Grants.Currency.Minor(currency, number) is { } minor
        ? minor
        : throw new BadRequest("unreadable-amount", status: StatusCodes.Status422UnprocessableEntity);
}

// What is asked

/// <summary>A call as its funder writes it.</summary>
/// <param name="Envelope">All the money in the call.</param>
/// <param name="Deadlines">One, or one for every batch of a call that takes applications all the time.</param>
/// <param name="SmallGrantMost">Up to this amount a grant is small.</param>
public sealed record CallAsked(
    string Currency, string Envelope, DateTimeOffset Opens, string? Title = null, string? About = null, string? Programme = null, ImmutableArray<DateTimeOffset>? Deadlines = null, string? Zone = null, ImmutableArray<CriterionAsked>? Criteria = null,
    ImmutableArray<string>? Questions = null, ImmutableArray<EligibilityAsked>? Eligibility = null, ImmutableArray<CeilingAsked>? Ceilings = null, bool Blind = false, string? SmallGrantMost = null,
    int ReviewsLeast = 3, int ReviewsLeastSmall = 2)
{
    internal CallTerms Read() => new()
    {
        Title = Title ?? "", About = About ?? "", Programme = Programme ?? "", Currency = Currency, Opens = Opens.ToUniversalTime(), Deadlines = [.. (Deadlines ?? []).Select(end => end.ToUniversalTime())], Zone = Zone ?? "Etc/UTC",
        Criteria = [.. (Criteria ?? []).Select(one => new Criterion(one.Name ?? "", one.Weight))], Questions = Questions ?? [],
        Eligibility = [.. (Eligibility ?? []).Select(one => new EligibilityRule(one.Kind, one.Values ?? []))], Ceilings = [.. (Ceilings ?? []).Select(one => new Ceiling(one.Level, Money.Read(one.Amount, Currency)))],
        Blind = Blind, SmallGrantMost = SmallGrantMost is null ? 0 : Money.Read(SmallGrantMost, Currency), ReviewsLeast = ReviewsLeast, ReviewsLeastSmall = ReviewsLeastSmall,
    };
}

public sealed record CriterionAsked(int Weight, string? Name = null);

public sealed record EligibilityAsked(EligibilityKind Kind, ImmutableArray<string>? Values = null);

public sealed record CeilingAsked(int Level, string Amount);

public sealed record EnvelopeAsked(string Amount, string? Reason = null);

/// <param name="Because">The applicant reads it.</param>
public sealed record AwardAsked(string Amount, string? Application = null, string? Because = null);

/// <summary>What an applicant answers; what is left out is not answered yet.</summary>
/// <param name="Subject">The pilot, trial or replication by its id, or the question in words.</param>
/// <param name="Payee">The organisation to be paid, where it is another one.</param>
public sealed record ApplicationAsked(
    string? Call = null, string? Title = null, GrantSubjectKind? SubjectKind = null, string? Subject = null, ImmutableArray<string>? Answers = null, ImmutableArray<BudgetAsked>? Budget = null, string? Payee = null)
{
    internal ApplicationAnswers Read(string currency) => new()
    {
        Title = Title ?? "", Subject = SubjectKind is { } kind && Subject is { Length: > 0 } id ? new(kind, id) : null, Answers = Answers ?? [], Payee = Payee,
        Budget = [.. (Budget ?? []).Select(line => line.Read(currency))],
    };
}

public sealed record BudgetAsked(string Amount, string? What = null)
{
    internal BudgetLine Read(string currency) => new(What ?? "", Money.Read(Amount, currency));
}

public sealed record ReviewerNamed(string? Reviewer = null);

public sealed record InterestAsked(InterestKind Interest, string? What = null);

public sealed record RulingAsked(bool MayReview, string? Reviewer = null, string? Reason = null);

public sealed record ReviewAsked(ImmutableArray<ScoreAsked> Scores);

public sealed record ScoreAsked(int Points, string? Criterion = null, string? Comment = null);

public sealed record QuestionAsked(string? Question = null);

public sealed record NoteAsked(string? Note = null);

public sealed record RecommendationAsked(bool Recommended, string? Amount = null, string? Summary = null);

/// <param name="Because">The applicant reads it.</param>
public sealed record AnswerGiven(string? Because = null);

public sealed record PlanAsked(ImmutableArray<PlannedPaymentAsked> Payments, ImmutableArray<PlannedReportAsked> Reports, DateOnly EndsOn)
{
    internal PlanGrant Read(string currency) => new([.. Payments.Select(one => one.Read(currency))], [.. Reports.Select(one => one.Read())], EndsOn);
}

public sealed record PlannedPaymentAsked(string Amount, DateOnly Due, string? Payment = null, ImmutableArray<ConditionAsked>? Conditions = null)
{
    internal PlannedTranche Read(string currency) => new(Payment ?? "", Money.Read(Amount, currency), Due, [.. (Conditions ?? []).Select(one => new TrancheCondition(one.Condition ?? "", one.Kind, one.Subject ?? ""))]);
}

/// <param name="Subject">The pilot, trial or report it is about; in words where a person confirms it.</param>
public sealed record ConditionAsked(ConditionKind Kind, string? Condition = null, string? Subject = null);

public sealed record PlannedReportAsked(DateOnly Due, string? Report = null, bool Final = false)
{
    internal PlannedReport Read() => new(Report ?? "", Due, Final);
}

/// <param name="Transfer">A new id for the payment, made by the client; for a request alone.</param>
public sealed record PaymentAsked(string? Payment = null, string? Transfer = null);

/// <param name="Payee">Whom the bank has paid, where it says so: refused when the agreement names another.</param>
public sealed record PaidAsked(DateOnly On, string? Transfer = null, string? Reference = null, ExchangedAsked? Exchanged = null, string? Payee = null);

public sealed record ExchangedAsked(string Currency, string Amount, decimal Rate, string? Source = null)
{
    internal Conversion Read() => new(Currency, Money.Read(Amount, Currency), Rate, Source ?? "");
}

public sealed record FailedAsked(string? Transfer = null, string? Reason = null);

public sealed record HeldAsked(string? Payment = null, string? Reason = null);

public sealed record ConfirmationAsked(string? Payment = null, string? Condition = null, string? File = null, string? FileSha256 = null);

public sealed record GrantReportAsked(string Spent, string? Report = null, string? Text = null);

public sealed record ReportNamed(string? Report = null, string? Reason = null);

/// <summary>What an amendment changes; what is left out stays.</summary>
public sealed record AmendmentAsked(
    AmendmentKind Kind, string? Reason = null, ImmutableArray<PlannedPaymentAsked>? Payments = null, ImmutableArray<PlannedReportAsked>? Reports = null, ImmutableArray<BudgetAsked>? Budget = null, DateOnly? EndsOn = null,
    string? Awarded = null, string? Words = null, string? Payee = null)
{
    internal AgreementChange Read(string currency) => new()
    {
        Tranches = Payments is { } payments ? [.. payments.Select(one => one.Read(currency))] : null, Reports = Reports is { } reports ? [.. reports.Select(one => one.Read())] : null,
        Budget = Budget is { } budget ? [.. budget.Select(one => one.Read(currency))] : null, EndsOn = EndsOn, Payee = Payee, Awarded = Awarded is null ? null : Money.Read(Awarded, currency), Words = Words,
    };
}

/// <param name="Claim">A new id, made by the client.</param>
public sealed record ClaimAsked(string Amount, string? Claim = null, string? Reason = null, bool Disallowed = false);

public sealed record ClaimNamed(string? Claim = null, string? Reason = null);

public sealed record RepaymentAsked(string Amount, DateOnly On, string? Transfer = null, string? Claim = null, string? Reference = null, ExchangedAsked? Exchanged = null);

// What is told

/// <summary>A call in a list.</summary>
public sealed record CallRecord(string Id, string Title, string Funder, string FunderName, CallState State, DateTimeOffset Opens, DateTimeOffset? Closes, Money Envelope, Money Reserved, Money Committed)
{
    internal static CallRecord Of(CallListed one) => new(one.Id, one.Title, one.Funder, one.FunderName, one.State, one.Opens, one.Closes,
        Money.Of(one.Currency, one.Envelope), Money.Of(one.Currency, one.Reserved), Money.Of(one.Currency, one.Committed));
}

public sealed record CallDetail(
    string Id, CallState State, string Funder, string Title, string About, string Programme, Money Envelope, Money Free, DateTimeOffset Opens, ImmutableArray<DateTimeOffset> Deadlines, string Zone,
    ImmutableArray<Criterion> Criteria, ImmutableArray<string> Questions, ImmutableArray<EligibilityRule> Eligibility, ImmutableArray<CeilingRecord> Ceilings, bool Blind, Money SmallGrantMost,
    int ReviewsLeast, int ReviewsLeastSmall, long Version)
{
    internal static CallDetail Of(View<GrantCall> view)
    {
        var (call, terms) = (view.State, view.State.Terms);
        return new(view.Id, call.State, call.Funder, terms.Title, terms.About, terms.Programme, Money.Of(terms.Currency, call.Envelope), Money.Of(terms.Currency, call.Free), terms.Opens, terms.Deadlines, terms.Zone,
            terms.Criteria, terms.Questions, terms.Eligibility, [.. terms.Ceilings.Select(one => new CeilingRecord(one.Level, Money.Of(terms.Currency, one.Amount)))], terms.Blind,
            Money.Of(terms.Currency, terms.SmallGrantMost), terms.ReviewsLeast, terms.ReviewsLeastSmall, view.Version);
    }
}

public sealed record CeilingRecord(int Level, Money Amount);

/// <param name="Sealed">How many cannot be read before their deadline.</param>
public sealed record CallApplications(IReadOnlyList<ApplicationRow> Items, long Sealed);

public sealed record ApplicationRow(
    string Id, string Call, string Applicant, string ApplicantName, string Title, ApplicationState State, Money Asked, long Reviews, double? MeanPoints, long Spread, Money Recommended, string? Grant)
{
    internal static ApplicationRow Of(ApplicationListed one) => new(one.Id, one.Call, one.Applicant, one.ApplicantName, one.Title, one.State, Money.Of(one.Currency, one.Asked), one.Reviews, one.MeanPoints, one.Spread,
        Money.Of(one.Currency, one.Recommended), one.Grant);
}

/// <summary>What applicants read of their own application in a list: nothing of the reviews.</summary>
public sealed record OwnApplicationRow(string Id, string Call, string Applicant, string ApplicantName, string Title, ApplicationState State, Money Asked, string? Grant)
{
    internal static OwnApplicationRow Of(ApplicationListed one) => new(one.Id, one.Call, one.Applicant, one.ApplicantName, one.Title, one.State, Money.Of(one.Currency, one.Asked), one.Grant);
}

/// <param name="Because">What the applicant is told.</param>
/// <param name="Reviews">For the funder alone.</param>
public sealed record ApplicationRecord(
    string Id, string Call, string Applicant, ApplicationState State, string Title, GrantSubject? Subject, ImmutableArray<string> Answers, ImmutableArray<BudgetRecord> Budget, Money Asked, string Payee,
    DateTimeOffset? SubmittedAt, DateTimeOffset? SealedUntil, ImmutableArray<EligibilityFinding> Eligibility, string? Question, string? Because, string? Grant, Money Awarded, ImmutableArray<ApplicationReviewRecord>? Reviews, long Version)
{
    internal static ApplicationRecord Of(View<GrantApplication> view, CallTerms terms)
    {
        var (one, currency) = (view.State, terms.Currency);
        return new(view.Id, one.Call, one.Applicant, one.State, one.Answers.Title, one.Answers.Subject, one.Answers.Answers, BudgetRecord.Of(currency, one.Answers.Budget), Money.Of(currency, one.Answers.Asked),
            one.Answers.Payee ?? one.Applicant, one.SubmittedAt, one.SealedUntil, one.Findings, one.Question, one.Because, one.Grant, Money.Of(currency, one.Awarded), null, view.Version);
    }
}

public sealed record BudgetRecord(string What, Money Amount)
{
    internal static ImmutableArray<BudgetRecord> Of(string currency, ImmutableArray<BudgetLine> lines) => [.. lines.Select(line => new BudgetRecord(line.What, Money.Of(currency, line.Amount)))];
}

public sealed record ApplicationReviewRecord(string By, InterestKind? Interest, string What, ImmutableArray<ApplicantTie> Ties, bool MayRead, ImmutableArray<Score> Scores, int Points, bool Stale)
{
    internal static ApplicationReviewRecord Of(Review review) => new(review.By, review.Interest, review.What, review.Ties, review.MayRead, review.Scores, review.Points, review.Stale);
}

/// <summary>An application for one reviewer. Who applies is left out where the call is blind; everything is left out until she may read.</summary>
public sealed record ForReviewer(
    string Id, bool MayRead, ApplicationState State, string? Applicant, string? Title, GrantSubject? Subject, ImmutableArray<string>? Answers, ImmutableArray<BudgetRecord>? Budget, ImmutableArray<Criterion> Criteria,
    ApplicationReviewRecord Review, long Version)
{
    internal static ForReviewer Of(View<GrantApplication> view, bool mayRead, CallTerms terms, string person)
    {
        var one = view.State;
        return new(view.Id, mayRead, one.State, mayRead && !terms.Blind ? one.Applicant : null, mayRead ? one.Answers.Title : null, mayRead && !terms.Blind ? one.Answers.Subject : null,
            mayRead ? one.Answers.Answers : null, mayRead ? BudgetRecord.Of(terms.Currency, one.Answers.Budget) : null, one.Criteria, ApplicationReviewRecord.Of(one.Reviews[person]), view.Version);
    }
}

/// <summary>A grant as everybody sees it.</summary>
public sealed record GrantRow(
    string Id, string Call, string Title, string Funder, string FunderName, string Grantee, string GranteeName, GrantSubjectKind SubjectKind, string Subject, GrantState State, Money Awarded, Money Paid, Money Returned, DateTimeOffset AwardedAt)
{
    internal static GrantRow Of(GrantListed one) => new(one.Id, one.Call, one.Title, one.Funder, one.FunderName, one.Grantee, one.GranteeName, one.SubjectKind, one.Subject, one.State,
        Money.Of(one.Currency, one.Awarded), Money.Of(one.Currency, one.Paid), Money.Of(one.Currency, one.Repaid), one.AwardedAt);
}

public sealed record WaitingPaymentRecord(string Grant, string Title, string GranteeName, string Payment, Money Amount)
{
    internal static WaitingPaymentRecord Of(WaitingPayment one) => new(one.Grant, one.Title, one.Grantee, one.Tranche, Money.Of(one.Currency, one.Amount));
}

public sealed record GrantRecord(
    string Id, string Call, GrantState State, string Title, string Funder, string Grantee, string Payee, GrantSubject Subject, bool Small, Money Awarded, Money Released, Money Paid, Money Returned, Money WrittenOff, Money Spent,
    Money Claimed, Money Unaccounted, DateOnly? EndsOn, ImmutableArray<BudgetRecord> Budget, ImmutableArray<PaymentRecord> Payments, ImmutableArray<ReportRecord> Reports, ImmutableArray<TransferRecord> Transfers,
    ImmutableArray<ClaimRecord> Claims, OpenAmendment? Amendment, ImmutableArray<MissingItem> KeepsFromClosing, long Version)
{
    internal static GrantRecord Of(View<CatalyticGrant> view, GrantFacts facts)
    {
        var (grant, offer, currency) = (view.State, view.State.Offer!, view.State.Offer!.Currency);
        return new(view.Id, grant.Call, grant.State, offer.Title, offer.Funder, offer.Grantee, offer.Payee, offer.Subject, offer.Small, Told(grant.Awarded), Told(grant.Ledger.Released), Told(grant.Ledger.Paid), Told(grant.Ledger.Repaid),
            Told(grant.Ledger.WrittenOff), Told(grant.Spent), Told(grant.Claimed), Told(grant.Unaccounted), grant.EndsOn, BudgetRecord.Of(currency, grant.Budget),
            [.. grant.Tranches.Select(one => new PaymentRecord(one.Plan.Id, Told(one.Plan.Amount), one.Plan.Due, one.State, one.Transfer, one.Plan.Conditions, one.IsOpen ? [.. grant.WhyNot(one, facts).Select(Item)] : []))],
            [.. grant.Reports.Select(one => new ReportRecord(one.Plan.Id, one.Plan.Due, one.Plan.Final, one.State, Told(one.Spent), one.Text))],
            [.. grant.Ledger.Transfers.Select(one => new TransferRecord(one.Id, one.Kind, Told(one.Amount), one.For, one.State, one.At, one.On, one.Reference, one.Exchanged, one.Payee))],
            [.. grant.Recoveries.Select(one => new ClaimRecord(one.Id, Told(one.Amount), Told(one.Repaid), one.State, one.Disallowed))], grant.Amendment, [.. grant.NotAccounted(facts).Select(Item)], view.Version);

        Money Told(long minor) => Money.Of(currency, minor);

        static MissingItem Item(Missing missing) => new(missing.Code, missing.Sentence, missing.Who);
    }
}

/// <param name="WhyNot">What keeps it from being asked for or approved now.</param>
public sealed record PaymentRecord(string Payment, Money Amount, DateOnly Due, TrancheState State, string? Transfer, ImmutableArray<TrancheCondition> Conditions, ImmutableArray<MissingItem> WhyNot);

public sealed record ReportRecord(string Report, DateOnly Due, bool Final, ReportState State, Money Spent, string Text);

public sealed record TransferRecord(string Id, TransferKind Kind, Money Amount, string? For, TransferState State, DateTimeOffset At, DateOnly? On, string? Reference, Conversion? Exchanged, string? Payee);

public sealed record ClaimRecord(string Claim, Money Amount, Money Repaid, RecoveryState State, bool Disallowed);

public sealed record ReconciliationRecord(bool Agrees, Money Envelope, Money Reserved, Money Committed, ImmutableArray<ReconciledRecord> Grants)
{
    internal static ReconciliationRecord Of(Reconciliation both) => new(both.Agrees, Money.Of(both.Currency, both.Envelope), Money.Of(both.Currency, both.Reserved), Money.Of(both.Currency, both.Committed),
        [.. both.Grants.Select(one => new ReconciledRecord(one.Id, one.Title, one.Agrees, one.State, Money.Of(both.Currency, one.Held), Money.Of(both.Currency, one.Costs), SumsRecord.Of(both.Currency, one.Ledger), SumsRecord.Of(both.Currency, one.Listed), SumsRecord.Of(both.Currency, one.Moved)))]);
}

/// <param name="Held">What the call holds for it.</param>
/// <param name="Costs">What it takes of the call by its own record.</param>
/// <param name="Listed">By its row in the list of grants.</param>
/// <param name="Moved">By the rows of its single transfers.</param>
public sealed record ReconciledRecord(string Grant, string Title, bool Agrees, GrantState State, Money Held, Money Costs, SumsRecord Ledger, SumsRecord Listed, SumsRecord Moved);

public sealed record SumsRecord(Money Awarded, Money Released, Money Paid, Money Returned, Money WrittenOff)
{
    internal static SumsRecord Of(string currency, Totals sums) => new(Money.Of(currency, sums.Awarded), Money.Of(currency, sums.Released), Money.Of(currency, sums.Paid), Money.Of(currency, sums.Repaid), Money.Of(currency, sums.WrittenOff));
}
