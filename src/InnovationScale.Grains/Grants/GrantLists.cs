using System.Collections.Immutable;
using System.Data.Common;
using InnovationScale.Storage;

namespace InnovationScale.Grants;

/// <summary>What pages and programs list about calls, applications and grants, read from the read tables.</summary>
public sealed class GrantLists(Desk desk, TimeProvider clock)
{
    /// <summary>So many rows of a list a page shows; what is taken away to be worked with holds them all.</summary>
    public const int Most = 500;

    /// <summary>Calls, those that close last first. A draft is listed for those who may open it.</summary>
    public Task<List<CallListed>> Calls(Principal who) => desk.Query(who, "list-grant-calls", connection =>
    {
        var seen = desk.Seen<GrantCall>(who, GrantsFeature.Public, "c.id");
        return connection.Query(
            "select c.id, c.title, c.funder, coalesce(s.name, c.funder), c.currency, c.state, c.opens, c.closes, c.envelope, c.reserved, c.committed from grant_call c left join school s on s.id = c.funder "
            + $"where {seen.Sql} order by coalesce(c.closes, '9') desc, c.id limit @most",
            r => new CallListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), Enum.Parse<CallState>(r.GetString(5)), Time.Read(r.GetString(6)),
                r.TextOrNull(7) is { } closes ? Time.Read(closes) : null, r.GetInt64(8), r.GetInt64(9), r.GetInt64(10)), [("most", Most), .. seen.Parameters]);
    });

    private const string ApplicationColumns =
        "a.id, a.call, c.title, a.funder, a.applicant, coalesce(s.name, a.applicant), a.title, a.state, c.currency, a.asked, a.reviews, a.mean_points, a.spread, a.recommended, a.grant_id "
        + "from grant_application a join grant_call c on c.id = a.call left join school s on s.id = a.applicant";

    /// <summary>Applications to one call that its funder may read, the best first; those still sealed are only counted.</summary>
    public Task<(List<ApplicationListed> Rows, long Sealed)> Of(Principal who, string call, string funder) => desk.Query(who, "list-grant-applications", async connection =>
    {
        if (!who.Roles.Any(role => role.Role is Role.Auditor || (role.In == funder && role.Role is Role.ProgrammeOfficer or Role.FinanceL1 or Role.FinanceL2))) return ([], 0L);
        var rows = await connection.Query(
            $"select {ApplicationColumns} where a.call = @call and a.unsealed = 1 and a.state <> 'Draft' and not exists (select 1 from grant_reviewer r where r.id = a.id and r.person = @person) "
            + "order by coalesce(a.mean_points, -1) desc, a.title, a.id limit @most",
            Listed, ("call", call), ("person", who.Person), ("most", Most));
        return (rows, (await connection.Query("select count(*) from grant_application where call = @call and unsealed = 0 and state = 'Submitted'", r => r.GetInt64(0), ("call", call)))[0]);
    });

    /// <summary>Applications of the organisations this person works for.</summary>
    public Task<List<ApplicationListed>> Own(Principal who) => desk.Query(who, "list-grant-applications", connection =>
    {
        var own = At("a.applicant", who, Grantees);
        return connection.Query($"select {ApplicationColumns} where {own.Sql} order by a.id limit @most", Listed, [.. own.Parameters, ("most", Most)]);
    });

    /// <summary>Applications this person was asked to review and has not reviewed as they are now.</summary>
    public Task<List<ToReview>> ToReview(Principal who) => desk.Query(who, "list-grant-applications", connection => connection.Query(
        "select r.id, c.title, r.interest, r.may_read, r.points, r.stale from grant_reviewer r join grant_application a on a.id = r.id join grant_call c on c.id = a.call "
        + "where r.person = @person and a.state in ('InReview', 'MoreInfo') and (r.interest is null or r.interest <> 'Hard') and (r.points is null or r.stale = 1) order by r.id limit @most",
        r => new ToReview(r.GetString(0), r.GetString(1), Declared: !r.IsDBNull(2), MayRead: r.GetInt64(3) == 1, Stale: r.GetInt64(5) == 1), ("person", who.Person), ("most", Most)));

    /// <summary>Payments that wait for an approval: never one she asked for or approved, nor of an organisation she works for or an application she has reviewed. Whoever works on what it is for is told when she tries.</summary>
    public Task<List<WaitingPayment>> Approvals(Principal who) => desk.Query(who, "list-grants", async connection =>
    {
        var (first, second) = (At("g.funder", who, Role.FinanceL1), At("g.funder", who, Role.FinanceL2));
        return first == Never && second == Never ? [] : await connection.Query(
            "select g.id, g.title, coalesce(s.name, g.grantee), g.currency, t.tranche, t.amount from grant_tranche t join grant_award g on g.id = t.id left join school s on s.id = g.grantee "
            + $"where g.state in ('Agreed', 'Active') and ((t.state = 'Requested' and ({first.Sql} or (g.small = 1 and {second.Sql}))) or (t.state = 'Approved' and {second.Sql})) "
            + "and t.requested_by <> @me and (t.approved_by is null or t.approved_by <> @me) "
            + "and not exists (select 1 from grant_application a join grant_reviewer r on r.id = a.id where a.grant_id = g.id and r.person = @me) "
            + "and not exists (select 1 from person p where p.id = @me and p.home in (g.grantee, g.payee)) and not exists (select 1 from person_role p where p.id = @me and p.held_in in (g.grantee, g.payee) and (p.until_day is null or p.until_day >= @today)) "
            + "order by t.due, g.id, t.tranche limit @most",
            r => new WaitingPayment(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5)), [.. first.Parameters, .. second.Parameters, ("me", who.Person), ("today", Today), ("most", Most)]);
    });

    private string Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).ToString("O");

    private const string GrantColumns =
        "g.id, g.call, g.title, g.funder, coalesce(f.name, g.funder), g.grantee, coalesce(s.name, g.grantee), g.subject_kind, g.subject, g.currency, g.state, g.awarded, g.released, g.paid, g.repaid, g.written_off, g.spent, "
        + "g.awarded_at, g.ends_on, c.title, s.country from grant_award g left join grant_call c on c.id = g.call left join school s on s.id = g.grantee left join school f on f.id = g.funder where "
        + GrantFilter.Made;

    /// <summary>Grants, newest first. Everybody sees who got how much for what, and how much of it was paid.</summary>
    /// <param name="after">When the last one of the part before was awarded, and its id.</param>
    public Task<List<GrantListed>> Grants(Principal who, GrantFilter filter, int most = Most, string[]? after = null) => desk.Query(who, "list-grants", connection =>
    {
        var asked = filter.Condition;
        var further = after is null ? "" : " and (g.awarded_at < @at or (g.awarded_at = @at and g.id > @last))";
        return connection.Query($"select {GrantColumns} and {asked.Sql}{further} order by g.awarded_at desc, g.id limit @most",
            r => new GrantListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), Enum.Parse<GrantSubjectKind>(r.GetString(7)), r.GetString(8), r.GetString(9),
                Enum.Parse<GrantState>(r.GetString(10)), r.GetInt64(11), r.GetInt64(12), r.GetInt64(13), r.GetInt64(14), r.GetInt64(15), r.GetInt64(16), Time.Read(r.GetString(17)),
                r.TextOrNull(18) is { } ends ? DateOnly.ParseExact(ends, "O", System.Globalization.CultureInfo.InvariantCulture) : null, r.TextOrNull(19) ?? "", r.TextOrNull(20)),
            [.. asked.Parameters, ("most", most), .. after is null ? [] : ((string, object?)[])[("at", after[0]), ("last", after[1])]]);
    });

    /// <summary>What the grants that are asked for come to together, by where they stand and by currency.</summary>
    public Task<List<GrantSum>> Sums(Principal who, GrantFilter filter) => desk.Query(who, "list-grants", connection => connection.Query(
        $"select g.state, g.currency, count(*), cast(sum(g.awarded) as bigint), cast(sum(g.paid) as bigint), cast(sum(g.repaid) as bigint) from grant_award g where {GrantFilter.Made} and {filter.Condition.Sql} group by g.state, g.currency order by g.currency",
        r => new GrantSum(Enum.Parse<GrantState>(r.GetString(0)), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)), [.. filter.Condition.Parameters]));

    /// <summary>Every payment and repayment that the bank has confirmed, by grant.</summary>
    public Task<ILookup<string, TransferListed>> Posted(Principal who) => desk.Query(who, "list-grants", async connection => (await connection.Query(
        "select id, transfer, kind, amount, on_day from grant_transfer where state = 'Posted' and kind <> 'WriteOff' order by id, n",
        r => new TransferListed(r.GetString(0), r.GetString(1), Enum.Parse<TransferKind>(r.GetString(2)), r.GetInt64(3), r.TextOrNull(4)))).ToLookup(one => one.Grant, StringComparer.Ordinal));

    /// <summary>Reports that are late, on grants of this person's organisations or of her funder.</summary>
    public Task<List<LateReport>> Late(Principal who) => desk.Query(who, "list-grants", async connection =>
    {
        var (own, given) = (At("g.grantee", who, Grantees), At("g.funder", who, Role.ProgrammeOfficer));
        return own == Never && given == Never ? [] : await connection.Query(
            "select g.id, g.title, r.report, r.due from grant_report r join grant_award g on g.id = r.id where r.state in ('Scheduled', 'ChangesRequested') and r.due < @today "
            + $"and g.state in ('Agreed', 'Active', 'Suspended', 'Terminated') and ({own.Sql} or {given.Sql}) order by r.due, g.id, r.report limit @most",
            r => new LateReport(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)),
            [.. own.Parameters, .. given.Parameters, ("today", Today), ("most", Most)]);
    });

    private static readonly Role[] Grantees = [Role.Teacher, Role.SchoolLead, Role.Researcher];

    private static readonly Condition Never = new("1 = 0");

    /// <summary>The column names a place where somebody holds one of these roles.</summary>
    private static Condition At(string column, Principal who, params Role[] roles)
    {
        ImmutableArray<(string Name, object? Place)> places =
            [.. who.Roles.Where(held => roles.Contains(held.Role)).Select(held => held.In).Distinct(StringComparer.Ordinal).Select((place, n) => ($"{roles[0]}{n}", (object?)place))];
        return places.IsEmpty ? Never : new($"{column} in ({string.Join(", ", places.Select(one => "@" + one.Name))})", [.. places]);
    }

    private static ApplicationListed Listed(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), Enum.Parse<ApplicationState>(r.GetString(7)),
        r.GetString(8), r.GetInt64(9), r.GetInt64(10), r.IsDBNull(11) ? null : r.GetDouble(11), r.GetInt64(12), r.GetInt64(13), r.TextOrNull(14));
}

/// <summary>Which grants are asked for; null leaves a question open.</summary>
public sealed record GrantFilter(string? Call = null, string? Funder = null, string? Grantee = null, GrantState? State = null, string? Subject = null)
{
    /// <summary>What was never made is in no list.</summary>
    internal const string Made = "g.state not in ('RuledOut', 'None')";

    public string? Id { get; init; }

    internal Condition Condition
    {
        get
        {
            (string Column, string? Value)[] asked = [("id", Id), ("call", Call), ("funder", Funder), ("grantee", Grantee), ("state", State?.ToString()), ("subject", Subject)];
            ImmutableArray<(string, object?)> given = [.. asked.Where(one => one.Value is not null).Select(one => (one.Column, (object?)one.Value))];
            return given.IsEmpty ? Condition.Always : new(string.Join(" and ", given.Select(one => $"g.{one.Item1} = @{one.Item1}")), given);
        }
    }
}

/// <summary>A call in a list.</summary>
public sealed record CallListed(
    string Id, string Title, string Funder, string FunderName, string Currency, CallState State, DateTimeOffset Opens, DateTimeOffset? Closes, long Envelope, long Reserved, long Committed)
{
    public CallPhase PhaseAt(DateTimeOffset at) => GrantCall.PhaseOf(State, Opens, Closes, at);
}

/// <summary>An application in a list.</summary>
/// <param name="Reviews">Those that count.</param>
public sealed record ApplicationListed(
    string Id, string Call, string CallTitle, string Funder, string Applicant, string ApplicantName, string Title, ApplicationState State, string Currency, long Asked, long Reviews, double? MeanPoints, long Spread,
    long Recommended, string? Grant);

/// <summary>An application that waits for a reviewer; what it says is not in it.</summary>
public sealed record ToReview(string Id, string Call, bool Declared, bool MayRead, bool Stale);

/// <summary>A payment that waits for an approval.</summary>
public sealed record WaitingPayment(string Grant, string Title, string Grantee, string Currency, string Tranche, long Amount);

/// <summary>A report that is late.</summary>
public sealed record LateReport(string Grant, string Title, string Report, string Due);

/// <summary>A grant in a list. Amounts are in the smallest unit of its currency.</summary>
public sealed record GrantListed(
    string Id, string Call, string Title, string Funder, string FunderName, string Grantee, string GranteeName, GrantSubjectKind SubjectKind, string Subject, string Currency, GrantState State,
    long Awarded, long Released, long Paid, long Repaid, long WrittenOff, long Spent, DateTimeOffset AwardedAt, DateOnly? EndsOn, string CallTitle, string? Country);

/// <summary>Grants that stand alike, in one currency: how many, and their money together.</summary>
public sealed record GrantSum(GrantState State, string Currency, long Count, long Awarded, long Paid, long Repaid);

/// <summary>Money that moved.</summary>
public sealed record TransferListed(string Grant, string Id, TransferKind Kind, long Amount, string? On);
