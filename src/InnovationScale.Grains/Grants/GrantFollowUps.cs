using System.Text.Json;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;

namespace InnovationScale.Grants;

/// <summary>
/// What follows by itself: an award becomes a grant or the money is free again, a sealed application opens at its deadline, a grant that cost less gives the rest
/// back to its call, a withdrawn pilot suspends its grants, and whoever owes a report is reminded of it.
/// </summary>
public sealed class GrantFollowUps(GrantDesk grants, IGrains grains, SqlLogStore store, IMailer mailer, IReportLetters letters)
{
    private const string Reserved = "award-reserved", Expires = "award-expires", Sealed = "application-sealed", Settles = "grant-settles", PilotLeft = "pilot-withdrawn", Remember = "report-due";

    /// <summary>Before a report is due, and after it is late.</summary>
    private const int DaysBefore = 14, DaysAfter = 1;

    /// <summary>An award whose grant could not be made for so long is taken back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    public IEnumerable<Step> Steps =>
    [
        new(Reserved, note => AwardReserved(note, Of<AwardNote>(note))),
        new(Expires, note => AwardExpires(note, Of<AwardNote>(note))),
        new(Sealed, async note => Took(await grants.Execute(Principal.System, new(note.Id), Of<string>(note), new UnsealApplication()))),
        new(Settles, note => GrantSettles(note, Of<string>(note))),
        new(PilotLeft, note => PilotWithdrawn(note, Of<string>(note))),
        new(Remember, note => Remind(Of<ReportNote>(note))),
    ];

    internal static IEnumerable<FollowUp> Of(View<GrantCall> view, IEvent<GrantCall> happened, Stamp stamp)
    {
        if (happened is not AwardReserved reserved) return [];
        var note = JsonSerializer.Serialize(new AwardNote(view.Id, reserved.Grant, reserved.Amount, reserved.Because, reserved.Offer), StoredJson.Options);
        return [new(Reserved, note), new(Expires, note, stamp.At + Patience)];
    }

    internal static IEnumerable<FollowUp> Of(View<GrantApplication> view, IEvent<GrantApplication> happened, Stamp stamp) =>
        happened is ApplicationSubmitted submitted && !view.State.Unsealed ? [new(Sealed, JsonSerializer.Serialize(view.Id), submitted.SealedUntil)] : [];

    internal static IEnumerable<FollowUp> Of(View<CatalyticGrant> view, IEvent<CatalyticGrant> happened, Stamp stamp)
    {
        if (happened is GrantClosed or GrantCancelled or AmendmentApplied { To.Awarded: not null }) yield return new(Settles, JsonSerializer.Serialize(view.Id));
        IEnumerable<PlannedReport> agreed = happened switch
        {
            GrantSigned when view.State.State is GrantState.Agreed => view.State.Reports.Select(report => report.Plan),
            AmendmentApplied { To.Reports: { } reports, From.Reports: var before } => reports.Except(before ?? []),
            _ => [],
        };
        foreach (var report in agreed.Where(one => one.Due.DayNumber >= DaysBefore && one.Due.DayNumber <= DateOnly.MaxValue.DayNumber - DaysAfter))
        {
            var note = JsonSerializer.Serialize(new ReportNote(view.Id, report.Id, report.Due), StoredJson.Options);
            foreach (var day in (int[])[-DaysBefore, DaysAfter]) yield return new(Remember, note, new(report.Due.AddDays(day), new(6, 0), TimeSpan.Zero));
        }
    }

    internal static IEnumerable<FollowUp> Of(View<Pilot> view, IEvent<Pilot> happened, Stamp stamp) =>
        happened is PilotMoved { To: PilotTo.Withdrawn } ? [new(PilotLeft, JsonSerializer.Serialize(view.Id))] : [];

    private async Task AwardReserved(Note note, AwardNote award)
    {
        var made = await grants.Execute(Principal.System, new($"{note.Id}:grant"), award.Grant, new CreateGrant(award.Call, award.Amount, award.Offer));
        if (made.Refusal is not null && (await grains.Look<CatalyticGrant>(award.Grant)).State.State is GrantState.RuledOut or GrantState.None)
        {
            await Release(note, award);
            return;
        }

        Took(await grants.Execute(Principal.System, new($"{note.Id}:commit"), award.Call, new CommitAward(award.Grant)));
        Took(await grants.Execute(Principal.System, new($"{note.Id}:application"), award.Offer.Application, new RecordAward(award.Grant, award.Amount, award.Because)));
    }

    /// <summary>First the grant is made impossible, then the money is free: the other way round a late step could make a grant without money.</summary>
    private async Task AwardExpires(Note note, AwardNote award)
    {
        if (!(await grains.Look<GrantCall>(award.Call)).State.Awards.TryGetValue(award.Grant, out var standing) || standing.State is not ReservationState.Reserved) return;
        if ((await grants.Execute(Principal.System, new($"{note.Id}:rule-out"), award.Grant, new RuleOutGrant())).Refusal is null) await Release(note, award);
        else await AwardReserved(note, award);
    }

    private async Task Release(Note note, AwardNote award)
    {
        Took(await grants.Execute(Principal.System, new($"{note.Id}:rule-out"), award.Grant, new RuleOutGrant()));
        Took(await grants.Execute(Principal.System, new($"{note.Id}:release"), award.Call, new ReleaseAward(award.Grant)));
    }

    private async Task GrantSettles(Note note, string id)
    {
        var grant = (await grains.Look<CatalyticGrant>(id)).State;
        // A grant may end before its call has heard that it exists.
        Took(await grants.Execute(Principal.System, new($"{note.Id}:commit"), grant.Call, new CommitAward(id)));
        Took(await grants.Execute(Principal.System, new($"{note.Id}:settle"), grant.Call, new SettleAward(id, grant.Costs)));
    }

    private async Task PilotWithdrawn(Note note, string pilot)
    {
        foreach (var grant in await store.Query(connection => connection.Query(
            "select id from grant_award where subject_kind = 'Pilot' and subject = @pilot and state in ('Agreed', 'Active') order by id", r => r.GetString(0), ("pilot", pilot))))
            Took(await grants.Execute(Principal.System, new($"{note.Id}:{grant}", "The pilot was withdrawn."), grant, new SuspendGrant()));
    }

    /// <summary>Only of what is still to be handed in on the day that was agreed. A mail may be sent twice where the sweep was interrupted, and never after the report.</summary>
    private async Task Remind(ReportNote note)
    {
        var grant = (await grains.Look<CatalyticGrant>(note.Grant)).State;
        if (grant.State is not (GrantState.Agreed or GrantState.Active or GrantState.Suspended or GrantState.Terminated)) return;
        if (grant.Reports.FirstOrDefault(report => report.Plan.Id == note.Report) is not { State: ReportState.Scheduled or ReportState.ChangesRequested } waits || waits.Plan.Due != note.Due) return;

        var letter = letters.Of(new(note.Grant, grant.Offer!.Title, note.Report, note.Due, waits.OverdueOn(grants.Today)));
        foreach (var person in await store.Query(connection => connection.Query(
            "select distinct id from person_role where held_in = @grantee and role in ('Teacher', 'SchoolLead', 'Researcher') and from_day <= @today and (until_day is null or until_day >= @today) order by id",
            r => r.GetString(0), ("grantee", grant.Grantee), ("today", grants.Today.ToString("O")))))
        {
            if ((await grains.Look<Person>(person)).State.Account is { Email.Length: > 0 } account) await mailer.Send(new(person, account.Email, letter.Subject, letter.Text));
        }
    }

    // A refusal is an answer: the record does not need the step, or not any more. Facts that keep moving are tried again later.
    private static void Took(Outcome outcome)
    {
        if (outcome.Refusal == Refusals.FactsMoved) throw new InvalidOperationException("What the step rests on kept moving.");
    }

    private static T Of<T>(Note note) => JsonSerializer.Deserialize<T>(note.Json, StoredJson.Options)!;

    private sealed record ReportNote(string Grant, string Report, DateOnly Due);

    private sealed record AwardNote(string Call, string Grant, long Amount, string Because, GrantOffer Offer);
}

/// <summary>Writes to people about reports on their grants.</summary>
public interface IReportLetters
{
    Letter Of(DueReport report);
}

/// <summary>A report that somebody owes.</summary>
/// <param name="Title">Of the grant.</param>
/// <param name="Late">The day has passed.</param>
public sealed record DueReport(string Grant, string Title, string Report, DateOnly Due, bool Late);
