using System.Collections.Immutable;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Grants;

/// <summary>Calls, applications and grants as the host runs and lists them.</summary>
public static class GrantsFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Calls, Reservations, HiddenRows.Table<GrantCall>(1, IsDraft)], GrantFollowUps.Of).Add([Applications, Reviewers], GrantFollowUps.Of).Add([Awards, Tranches, Transfers, Reports], GrantFollowUps.Of);
        access.Allow(GrantCall.Steps).Allow(GrantApplication.Steps).Allow(CatalyticGrant.Steps)
            .Allow("read-grant-call", Access.Everybody).Allow("list-grant-calls", Access.Everybody)
            .Allow("read-draft-of-call", [.. Funders, Auditor]).Hide<GrantCall>(IsDraft, unless: "read-draft-of-call")
            // Before its deadline an application is its applicant's alone. She reads her own and a reviewer what she was asked to review through the desk of grants, which leaves out what is
            // not for them: the whole, with its history, is shut to all but the funder.
            .Allow("read-grant-application", [.. Funders, .. Grantees, Auditor]).Allow("read-sealed-application", [.. Grantees, Role.System])
            .Hide<GrantApplication>(application => !application.Unsealed, unless: "read-sealed-application")
            .Shut<GrantApplication>("read-grant-application", to: (application, who) => !application.IsOpenTo(who.Person, who.Roles))
            .Allow("review-application", Reviewer).Allow("list-grant-applications", Access.SignedIn)
            .Allow("read-grant", [.. Funders, .. Grantees, Auditor]).Allow("list-grants", Access.Everybody).Allow("reconcile-grants", ProgrammeOfficer, FinanceL1, FinanceL2, Auditor, Role.System);
    }

    /// <summary>Of a row of <see cref="Calls"/> that everybody sees.</summary>
    public const string Public = "c.state <> 'Draft'";

    private static bool IsDraft(GrantCall call) => call.State is CallState.Draft;

    /// <summary>What a grant may be for, with the version that it is about; a grant names it by <c>subject_kind</c> and <c>subject</c>.</summary>
    internal const string AboutVersions = "(select 'Pilot' as kind, id, innovation, innovation_version from pilot union all select 'Trial' as kind, id, innovation, innovation_version from trial "
        + "union all select 'Replication' as kind, id, innovation, innovation_version from replication)";

    private static ImmutableArray<Grant> Funders => [ProgrammeOfficer.At(Relation.Home), FinanceL1.At(Relation.Home), FinanceL2.At(Relation.Home)];

    private static ImmutableArray<Grant> Grantees => [Teacher.At(Relation.Site), SchoolLead.At(Relation.Site), Researcher.At(Relation.Site)];

    public static ReadTable<GrantCall> Calls { get; } = ReadTable<GrantCall>.OneRow("grant_call", 1,
        [("title", "text"), ("funder", "text"), ("currency", "text"), ("state", "text"), ("opens", "text"), ("closes", "text"), ("envelope", "bigint"), ("reserved", "bigint"), ("committed", "bigint"), ("version", "bigint")],
        ["funder"],
        view => view.State is var c
            ? [c.Terms.Title, c.Funder, c.Terms.Currency, c.State.ToString(), Time.Write(c.Terms.Opens), c.Terms.Deadlines is [.., var last] ? Time.Write(last) : null, c.Envelope, c.Reserved, c.Committed, view.Version]
            : []);

    public static ReadTable<GrantCall> Reservations { get; } = new("grant_reservation", 1, [("grant_id", "text"), ("application", "text"), ("amount", "bigint"), ("state", "text")], ["grant_id"],
        view => view.State.Awards.Select(one => new object?[] { one.Key, one.Value.Application, one.Value.Amount, one.Value.State.ToString() }), many: true, same: (before, after) => before.Awards == after.Awards);

    public static ReadTable<GrantApplication> Applications { get; } = ReadTable<GrantApplication>.OneRow("grant_application", 1,
        [
            ("call", "text"), ("funder", "text"), ("applicant", "text"), ("title", "text"), ("subject_kind", "text"), ("subject", "text"), ("state", "text"), ("asked", "bigint"), ("unsealed", "bigint"),
            ("reviews", "bigint"), ("mean_points", "double precision"), ("spread", "bigint"), ("recommended", "bigint"), ("grant_id", "text"), ("version", "bigint"),
        ],
        ["call", "applicant"],
        view => view.State is var a
            ?
            [
                a.Call, a.Funder, a.Applicant, a.Answers.Title, a.Answers.Subject?.Kind.ToString(), a.Answers.Subject?.Id, a.State.ToString(), a.Answers.Asked, a.Unsealed ? 1L : 0L,
                (long)a.Live.Count(), a.MeanPoints, (long)a.Spread, a.Recommended, a.Grant, view.Version,
            ]
            : []);

    public static ReadTable<GrantApplication> Reviewers { get; } = new("grant_reviewer", 1, [("person", "text"), ("interest", "text"), ("may_read", "bigint"), ("points", "bigint"), ("stale", "bigint")], ["person"],
        view => view.State.Reviews.Values.Select(one => new object?[] { one.By, one.Interest?.ToString(), one.MayRead ? 1L : 0L, one.Scores.IsEmpty ? null : (long)one.Points, one.Stale ? 1L : 0L }),
        many: true, same: (before, after) => before.Reviews == after.Reviews);

    public static ReadTable<CatalyticGrant> Awards { get; } = ReadTable<CatalyticGrant>.OneRow("grant_award", 2,
        [
            ("call", "text"), ("funder", "text"), ("grantee", "text"), ("payee", "text"), ("title", "text"), ("subject_kind", "text"), ("subject", "text"), ("currency", "text"), ("state", "text"), ("small", "bigint"),
            ("awarded", "bigint"), ("released", "bigint"), ("paid", "bigint"), ("repaid", "bigint"), ("written_off", "bigint"), ("spent", "bigint"), ("claimed", "bigint"), ("unaccounted", "bigint"),
            ("awarded_at", "text"), ("ends_on", "text"), ("amendment", "text"), ("version", "bigint"),
        ],
        ["call", "funder", "grantee", "subject"],
        view => view.State is { Offer: { } offer } g
            ?
            [
                g.Call, offer.Funder, offer.Grantee, offer.Payee, offer.Title, offer.Subject.Kind.ToString(), offer.Subject.Id, offer.Currency, g.State.ToString(), offer.Small ? 1L : 0L,
                g.Awarded, g.Ledger.Released, g.Ledger.Paid, g.Ledger.Repaid, g.Ledger.WrittenOff, g.Spent, g.Claimed, g.Unaccounted,
                Time.Write(g.AwardedAt!.Value), g.EndsOn?.ToString("O"), g.Amendment?.Change.ToString(), view.Version,
            ]
            // Ruled out before it was made: it has an id and nothing else.
            : ["", "", "", "", "", "", "", "", view.State.State.ToString(), 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, null, null, null, view.Version]);

    public static ReadTable<CatalyticGrant> Tranches { get; } = new("grant_tranche", 1, [("tranche", "text"), ("amount", "bigint"), ("due", "text"), ("state", "text"), ("requested_by", "text"), ("approved_by", "text")], ["state"],
        view => view.State.Tranches.Select(one => new object?[] { one.Plan.Id, one.Plan.Amount, one.Plan.Due.ToString("O"), one.State.ToString(), one.RequestedBy, one.ApprovedBy }),
        many: true, same: (before, after) => before.Tranches == after.Tranches);

    public static ReadTable<CatalyticGrant> Transfers { get; } = new("grant_transfer", 1,
        [("transfer", "text"), ("kind", "text"), ("amount", "bigint"), ("made_for", "text"), ("state", "text"), ("at", "text"), ("on_day", "text"), ("reference", "text")], [],
        view => view.State.Ledger.Transfers.Select(one => new object?[] { one.Id, one.Kind.ToString(), one.Amount, one.For, one.State.ToString(), Time.Write(one.At), one.On?.ToString("O"), one.Reference }),
        many: true, same: (before, after) => before.Ledger == after.Ledger);

    public static ReadTable<CatalyticGrant> Reports { get; } = new("grant_report", 1, [("report", "text"), ("due", "text"), ("state", "text"), ("is_final", "bigint"), ("spent", "bigint")], ["state, due"],
        view => view.State.Reports.Select(one => new object?[] { one.Plan.Id, one.Plan.Due.ToString("O"), one.State.ToString(), one.Plan.Final ? 1L : 0L, one.Spent }),
        many: true, same: (before, after) => before.Reports == after.Reports);
}
