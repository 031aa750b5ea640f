using InnovationScale.Evaluations;
using InnovationScale.Grants;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>
/// What waits for a person, worked out from the records as they are now: it comes with what happened and goes with what was done, whoever did it. A mail
/// may repeat it and decides nothing.
/// </summary>
public sealed class Inbox(Desk desk, IGrains grains, PilotLists lists, GrantLists grants)
{
    private const int OfEachMost = 50;

    /// <summary>What she can do first, then what waits for somebody else.</summary>
    public async Task<IReadOnlyList<Waiting>> Of(Principal who)
    {
        if (!who.IsSignedIn) return [];

        Waiting[] all = [.. await Safeguarding(who), .. await Erasures(who), .. await Signatures(who), .. await Trials(who), .. await Evaluations(who), .. await Committees(who), .. await Money(who), .. await Memberships(who), .. await Pilots(who)];
        return [.. all.OrderBy(waiting => !waiting.Yours)];
    }

    private async Task<IEnumerable<Waiting>> Safeguarding(Principal who)
    {
        if (!who.Is(Role.SafeguardingLead)) return [];

        var open = (await desk.Query(who, "list-incidents", connection => connection.Query("select count(*) from incident where is_open = 1", r => r.GetInt64(0))))[0];
        var ethics = new List<Waiting>();
        foreach (var pilot in await lists.AwaitingEthics(who))
        {
            var view = await desk.Look<Pilot>(who, "read-pilot", pilot.Id);
            if (!view.State.OnTeam(who.Person) && desk.May(who, "decide-ethics", await desk.StandingOf(who, view))) ethics.Add(new("decide-ethics", view.Head.Stream, pilot.Title));
        }

        return open == 0 ? ethics : ethics.Prepend(new("look-at-incidents", null, null));
    }

    /// <summary>What another administrator has proposed, about somebody else.</summary>
    private async Task<IEnumerable<Waiting>> Erasures(Principal who) => !desk.May(who, "confirm-erasure") ? [] : await desk.Query(who, "list-people", connection => connection.Query(
        $"select id, name from person where erasure_by <> @me and id <> @me order by name, id limit {OfEachMost}", r => new Waiting("confirm-erasure", $"person/{r.GetString(0)}", r.GetString(1)), ("me", who.Person)));

    /// <summary>Moves that somebody has signed and this person can sign too.</summary>
    private async Task<List<Waiting>> Signatures(Principal who)
    {
        var waiting = new List<Waiting>();
        foreach (var row in await lists.AwaitingSignature(who, OfEachMost))
        {
            var view = await desk.Look<Pilot>(who, "read-pilot", row.Id);
            if (MaySign(who, view.State, await desk.StandingOf(who, view))) waiting.Add(new("sign-pilot", view.Head.Stream, row.Title));
        }

        return waiting;
    }

    private bool MaySign(Principal who, Pilot pilot, Standing standing) => pilot.Signing is { } to && PilotGates.Find(pilot, to) is { } gate
        && gate.MaySign(pilot, pilot.Signed, who.Person, desk.As(who, "move-pilot", standing));

    private async Task<IEnumerable<Waiting>> Pilots(Principal who)
    {
        var waiting = new List<Waiting>();
        foreach (var pilot in await lists.Running(who))
        {
            var view = pilot.Awaits is null ? null : await desk.Look<Pilot>(who, "read-pilot", pilot.Id);
            if (view is not null && MaySign(who, view.State, await desk.StandingOf(who, view))) continue;
            var second = pilot.SecondAdult == who.Person;
            var (what, yours) = pilot switch
            {
                { Awaits: not null } => ("pilot-waits-for-others", false),
                _ when second => ("second-adult-later", false),
                { Status: PilotStatus.Paused } => ("pilot-paused", false),
                { Stage: PilotStage.Draft } => ("finish-draft", true),
                { Stage: PilotStage.Registered } => ("start-first-cycle", true),
                { Stage: PilotStage.Enquiry } => ("go-on-with-cycle", true),
                _ => ("look-at-pilot", true),
            };
            waiting.Add(new(what, Streams.Of<Pilot>(pilot.Id), pilot.Title, yours));
        }

        return waiting;
    }

    private async Task<IEnumerable<Waiting>> Trials(Principal who)
    {
        var seen = desk.Seen<Trial>(who, TrialsFeature.Dated, "id");
        var ids = await desk.Query(who, "list-trials", connection => connection.Query(
            $"select id from trial where state in ('Submitted', 'InField', 'Stopped') and {seen.Sql} order by id limit {4 * OfEachMost}", r => r.GetString(0), [.. seen.Parameters]));
        var waiting = new List<Waiting>();
        foreach (var id in ids)
        {
            if (waiting.Count == OfEachMost) break;
            var view = await grains.Look<Trial>(id);
            var trial = view.State;
            var (toDate, toClose, toCheck) = (trial.State is TrialState.Submitted && trial.DraftedBy != who.Person, trial.ProposedLock is { } proposed && proposed.By != who.Person,
                trial.Cells.Held.Any(held => held.VerifiedBy is null && held.RecordedBy != who.Person));
            if (!toDate && !toClose && !toCheck) continue;

            // Only now, for it asks the database.
            var standing = await desk.StandingOf(who, view);
            if (toDate && desk.May(who, "register-trial", standing)) waiting.Add(new("date-plan", view.Head.Stream, trial.Title));
            else if (toClose && desk.As(who, "confirm-lock", standing).Any(role => trial.Preset is not Preset.Rigorous || role.Role is Role.Researcher))
                waiting.Add(new("close-results", view.Head.Stream, trial.Title));
            else if (toCheck && desk.May(who, "verify-cells", standing)) waiting.Add(new("check-results", view.Head.Stream, trial.Title));
        }

        return waiting;
    }

    private async Task<IEnumerable<Waiting>> Evaluations(Principal who)
    {
        if (!desk.May(who, "sign-evaluation")) return [];

        var waiting = new List<Waiting>();
        foreach (var id in await desk.Query(who, "list-evaluations", connection => connection.Query($"select id from evaluation where state = 'InReview' order by id limit {OfEachMost}", r => r.GetString(0))))
        {
            var view = await desk.Look<Evaluation>(who, "read-evaluation", id);
            if (view.State.SubmittedBy != who.Person) waiting.Add(new("sign-evaluation", view.Head.Stream, (await grains.Look<Trial>(view.State.Trial)).State.Title));
        }

        return waiting;
    }

    /// <summary>What a member of a committee has to say or to vote on; whoever stepped aside has no row to find.</summary>
    private Task<List<Waiting>> Committees(Principal who) => desk.Query(who, "list-reviews", connection => connection.Query(
        """
        select r.id, r.title, r.state from review_seat s join review r on r.id = s.id where s.person = @person
        and ((s.answered = 0 and r.state in ('Tabled', 'Declared', 'Voting')) or (s.voted = 0 and s.eligible = 1 and r.state = 'Voting')) order by r.vote_from, r.id
        """,
        r => new Waiting(r.GetString(2) is "Voting" ? "vote" : "say-tie", $"review/{r.GetString(0)}", r.GetString(1)), ("person", who.Person)));

    private async Task<IEnumerable<Waiting>> Money(Principal who) =>
    [
        .. (await grants.Approvals(who)).Select(payment => new Waiting("approve-payment", Streams.Of<CatalyticGrant>(payment.Grant), payment.Title)),
        .. (desk.May(who, "list-grant-applications") ? await grants.ToReview(who) : []).Select(review => new Waiting("review-application", Streams.Of<GrantApplication>(review.Id), review.Call, Yours: !review.Declared || review.MayRead)),
        // The funder reads of late reports beside its grants; they are the grantee’s to hand in.
        .. (who.Is(Role.ProgrammeOfficer) ? [] : await grants.Late(who)).Select(late => new Waiting("hand-in-report", Streams.Of<CatalyticGrant>(late.Grant), late.Title)),
    ];

    /// <summary>Applications that this person was asked to review and has not.</summary>
    private Task<List<Waiting>> Memberships(Principal who) => desk.Query(who, "list-memberships", connection => connection.Query(
        "select m.id, coalesce(s.name, m.organisation) from membership_reviewer r join membership m on m.id = r.id left join school s on s.id = m.organisation where r.person = @person and r.said = 0 and m.state = 'InReview' order by m.id",
        r => new Waiting("review-membership", $"membership/{r.GetString(0)}", r.GetString(1)), ("person", who.Person)));
}

/// <summary>Something that waits.</summary>
/// <param name="What">Stable, kebab-case, such as <c>sign-pilot</c>.</param>
/// <param name="Record">Such as <c>pilot/7f3k</c>; null where it is about several.</param>
/// <param name="Yours">False while it waits for somebody else.</param>
public sealed record Waiting(string What, string? Record, string? Title, bool Yours = true);
