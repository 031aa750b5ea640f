using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Safeguarding;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Grants;

/// <summary>Work on calls, applications and grants, with what they must know of each other, of people, and of the pilots and trials that money rests on.</summary>
public sealed class GrantDesk(Desk desk, IGrains grains, SqlLogStore store, EvidenceDesk evidence, Access access, TimeProvider clock, Reconciliations reconciliations)
{
    public Task<Outcome> Execute(Principal who, Request request, string call, GrantCallCommand command) => desk.Execute<GrantCall>(who, request, call, async () => command switch
    {
        AwardApplication award when await grains.Look<GrantApplication>(award.Application) is var application => award with { Facts = await Awardable(call, application), RestsOn = [application.Head] },
        DecideCall decide => decide with { Unanswered = await Unanswered(call) },
        _ => command,
    });

    public Task<Outcome> Execute(Principal who, Request request, string application, GrantApplicationCommand command) => desk.Execute<GrantApplication>(who, request, application, async () =>
    {
        var view = await grains.Look<GrantApplication>(application);
        var call = await grains.Look<GrantCall>(command is DraftApplication { Call: var to } ? to : view.State.Call);
        return command switch
        {
            DraftApplication draft => draft with { Funder = call.State.State is CallState.Published ? call.State.Funder : null },
            SubmitApplication submit => submit with { Asks = call.Exists ? await Asks(view.State, call.State) : null, RestsOn = [call.Head] },
            AskReviewer ask => ask with { Ties = await Ties(ask.Reviewer, view.State) },
            DeclareInterest declare => declare with { Ties = await Ties(who.Person, view.State) },
            SubmitReview review => review with { Ties = await Ties(who.Person, view.State) },
            ReaffirmReview again => again with { Ties = await Ties(who.Person, view.State) },
            RecommendApplication recommend => recommend with { Applicants = await People(view.State.Answers.Subject, view.State.Applicant, view.State.Answers.Payee) },
            EndApplication end => end with
            {
                AwardPending = call.Exists ? call.State.Awards.Values.Any(award => award.Application == application && award.State is not ReservationState.Released) : null, RestsOn = [call.Head],
            },
            _ => command,
        };
    });

    public Task<Outcome> Execute(Principal who, Request request, string grant, CatalyticGrantCommand command) => desk.Execute<CatalyticGrant>(who, request, grant, async () =>
    {
        if (command is ProposeAmendment { To.Payee: { } payee } propose) return propose with { PayeeKnown = await IsRegistered(payee) };
        if (command is not GuardedCommand guarded) return command;
        var (facts, heads) = await Facts((await grains.Look<CatalyticGrant>(grant)).State);
        return guarded with { Facts = facts, RestsOn = heads };
    });

    /// <summary>An application for the people who wrote it; none for anybody else.</summary>
    public async Task<View<GrantApplication>> Own(Principal who, string id)
    {
        var view = await grains.Look<GrantApplication>(id);
        return desk.May(who, "read-grant-application") && view.State.IsOf(who.Person, who.Roles) ? view : new(id, GrantApplication.New, 0);
    }

    /// <summary>An application for a reviewer; none for anybody who was not asked. What it says stands in it only when she may read it.</summary>
    public async Task<(View<GrantApplication> View, bool MayRead)> ForReview(Principal who, string id)
    {
        if (!desk.May(who, "review-application")) throw new AccessDeniedException(Access.Denied(who));
        var view = await grains.Look<GrantApplication>(id);
        return view.State.Reviews.ContainsKey(who.Person)
            ? (view, view.State.IsReviewableBy(who.Person))
            : (new(id, GrantApplication.New, 0), false);
    }

    /// <summary>A grant for those who have a part in it; null for everybody else.</summary>
    public async Task<CatalyticGrant?> Part(Principal who, string id)
    {
        if (!desk.May(who, "read-grant")) return null;
        var view = await grains.Look<CatalyticGrant>(id);
        return desk.May(who, "read-grant", await desk.StandingOf(who, view)) && view.State.Offer is not null ? view.State : null;
    }

    /// <summary>What is on record of the pilots and trials that a grant pays for.</summary>
    public async Task<IReadOnlyList<BoughtEvidence>> Bought(Principal who, CatalyticGrant grant)
    {
        var (pilots, trials) = await Reach(grant.Offer?.Subject, grant.Tranches.SelectMany(tranche => tranche.Plan.Conditions));
        var bought = new List<BoughtEvidence>();
        foreach (var pilot in pilots.Where(pilot => pilot.Exists))
            bought.Add(new(pilot.Id, pilot.State.Title, IsTrial: false, null, (await Ids("select id from cycle where pilot = @pilot and stage = 'Closed'", ("pilot", pilot.Id))).Count, null));
        foreach (var trial in trials.Where(trial => trial.Exists))
        {
            var verdict = (await desk.Query(who, "list-evaluations", connection => connection.Query(
                "select verdict from evaluation where trial = @trial and state in ('Signed', 'Published') and verdict is not null order by id desc limit 1", r => Enum.Parse<Verdict>(r.GetString(0)), ("trial", trial.Id)))).Cast<Verdict?>().FirstOrDefault();
            bought.Add(new(trial.Id, trial.State.Title, IsTrial: true, trial.State.State, 0, verdict));
        }

        return bought;
    }

    /// <summary>Whether somebody may see how the books of a funder stand.</summary>
    public bool MayReconcile(Principal who, string funder) => access.Roles(who, "reconcile-grants").Any(role => role.In == funder || role.Role is Role.Auditor or Role.System);

    /// <summary>How the books of a call stand; null for whoever may not see it. Nothing is added up before that is known.</summary>
    public async Task<Reconciliation?> Books(Principal who, string call) => await grains.Look<GrantCall>(call) is { Exists: true } view && MayReconcile(who, view.State.Funder) ? await reconciliations.Of(call) : null;

    /// <summary>What an award must know of an application; null where it is not to this call.</summary>
    internal async Task<Awardable?> Awardable(string call, View<GrantApplication> view)
    {
        if (!view.Exists || view.State.Call != call) return null;
        var (application, answers) = (view.State, view.State.Answers);
        var people = await People(answers.Subject, application.Applicant, answers.Payee);
        ImmutableArray<string> barred = [.. application.Barred.Union(people, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var recommended = application.State is ApplicationState.Recommended or ApplicationState.Waitlisted;
        var terms = (await grains.Look<GrantCall>(call)).State.Terms;
        return new(recommended ? application.RecommendedBy : null, application.Recommended, await Level(answers.Subject), barred,
            new(view.Id, application.Funder, application.Applicant, answers.Payee ?? application.Applicant, answers.Title, answers.Subject!, terms.Currency, Small: false, answers.Budget, application.Barred));
    }

    private async Task<int> Unanswered(string call) => (int)(await store.Query(connection => connection.Query(
        "select count(*) from grant_application where call = @call and state not in ('Draft', 'Withdrawn', 'Awarded', 'Declined')", r => r.GetInt64(0), ("call", call))))[0];

    private async Task<CallAsks> Asks(GrantApplication application, GrantCall call)
    {
        var subject = application.Answers.Subject;
        var level = await Level(subject);
        var findings = ImmutableArray.CreateBuilder<EligibilityFinding>();
        foreach (var rule in call.Terms.Eligibility)
        {
            var (met, found) = rule.Kind switch
            {
                EligibilityKind.Country when (await grains.Look<School>(application.Applicant)).State.Country is var country => (rule.Values.Contains(country), country),
                EligibilityKind.Subject => (rule.Values.Contains($"{subject?.Kind}", StringComparer.OrdinalIgnoreCase), subject?.Kind.ToString() ?? ""),
                EligibilityKind.EvidenceLevel => (rule.Values is [var least] && int.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && level >= asked, $"{level}"),
                _ when await Overdue(application.Applicant) is var late => (late == 0, $"{late}"),
                _ => (false, ""),
            };
            findings.Add(new(rule.Kind, met, rule.Values, found));
        }

        return new(call.Terms, call.State is CallState.Published, level, findings.DrainToImmutable()) { PayeeKnown = application.Answers.Payee is { } payee && await IsRegistered(payee) };
    }

    private async Task<long> Overdue(string grantee) => (await store.Query(connection => connection.Query(
        "select count(*) from grant_report r join grant_award a on a.id = r.id where a.grantee = @grantee and r.due < @today and r.state in ('Scheduled', 'ChangesRequested') and a.state in ('Agreed', 'Active', 'Suspended', 'Terminated')",
        r => r.GetInt64(0), ("grantee", grantee), ("today", Today.ToString("O")))))[0];

    private async Task<bool> IsRegistered(string place) => (await grains.Look<School>(place)).Exists;

    internal DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>The evidence level of the version that the money is for; 0 where there is none.</summary>
    private async Task<int> Level(GrantSubject? subject)
    {
        var (innovation, version) = subject switch
        {
            { Kind: GrantSubjectKind.Pilot, Id: var id } when (await grains.Look<Pilot>(id)).State is var pilot => (pilot.Innovation, pilot.Version),
            { Kind: GrantSubjectKind.Trial, Id: var id } when (await grains.Look<Trial>(id)).State is var trial => (trial.Innovation, trial.Version),
            { Kind: GrantSubjectKind.Replication, Id: var id } when (await grains.Look<Replication>(id)).State is var again => (again.Innovation, again.Version),
            _ => (null, null),
        };
        return innovation is { Length: > 0 } && version is not null && await evidence.Read(Principal.System, innovation, version) is { } known ? known.Level.Level : 0;
    }

    /// <summary>Pilots and trials that money for this would reach.</summary>
    private async Task<(ImmutableArray<View<Pilot>> Pilots, ImmutableArray<View<Trial>> Trials)> Reach(GrantSubject? subject, IEnumerable<TrancheCondition> conditions)
    {
        var trials = new HashSet<string>(conditions.Where(one => one.Kind is ConditionKind.TrialRegistered or ConditionKind.DataLocked or ConditionKind.EvaluationSigned).Select(one => one.Subject), StringComparer.Ordinal);
        var pilots = new HashSet<string>(conditions.Where(one => one.Kind is ConditionKind.CycleClosed).Select(one => one.Subject), StringComparer.Ordinal);
        if (subject is { Kind: GrantSubjectKind.Pilot }) pilots.Add(subject.Id);
        if (subject is { Kind: GrantSubjectKind.Trial }) trials.Add(subject.Id);
        if (subject is { Kind: GrantSubjectKind.Replication } && (await grains.Look<Replication>(subject.Id)).State.Trial is { } own) trials.Add(own);
        var reached = ImmutableArray.CreateBuilder<View<Trial>>();
        foreach (var id in trials.Order(StringComparer.Ordinal))
        {
            var trial = await grains.Look<Trial>(id);
            reached.Add(trial);
            pilots.UnionWith(trial.State.Sites.Select(site => site.Pilot).Append(trial.State.Pilot).OfType<string>());
        }

        var views = ImmutableArray.CreateBuilder<View<Pilot>>();
        foreach (var id in pilots.Order(StringComparer.Ordinal)) views.Add(await grains.Look<Pilot>(id));
        return (views.DrainToImmutable(), reached.DrainToImmutable());
    }

    /// <summary>Everybody who works for the organisations that get the money, or on what it is for.</summary>
    private async Task<ImmutableArray<string>> People(GrantSubject? subject, string grantee, string? payee)
    {
        var (pilots, trials) = await Reach(subject, []);
        var workers = pilots.SelectMany(pilot => pilot.State.Team).Concat(trials.Where(trial => trial.Exists).Select(trial => trial.State.DraftedBy));
        var members = await Ids("select id from person where home in (@grantee, @payee) union select id from person_role where held_in in (@grantee, @payee) and (until_day is null or until_day >= @today)",
            ("grantee", grantee), ("payee", payee ?? grantee), ("today", Today.ToString("O")));
        return [.. members.Union(workers, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the records show between a reviewer and an applicant.</summary>
    private async Task<ImmutableArray<ApplicantTie>> Ties(string reviewer, GrantApplication application)
    {
        var ties = ImmutableArray.CreateBuilder<ApplicantTie>();
        var (applicant, payee) = (application.Applicant, application.Answers.Payee ?? application.Applicant);
        var home = (await grains.Look<Person>(reviewer)).State.Home;
        if ((await People(null, applicant, payee)).Contains(reviewer)) ties.Add(new(ApplicantTieKind.SameOrganisation, Hard: true, applicant));
        var (pilots, trials) = await Reach(application.Answers.Subject, []);
        foreach (var pilot in pilots.Where(pilot => ((IBelongs)pilot.State).Workers.Concat(((IBelongs)pilot.State).LookersOn).Contains(reviewer))) ties.Add(new(ApplicantTieKind.SharedPilot, Hard: true, pilot.Id));
        foreach (var trial in trials.Where(trial => trial.State.DraftedBy == reviewer)) ties.Add(new(ApplicantTieKind.SharedPilot, Hard: true, trial.Id));
        foreach (var trial in trials)
        {
            foreach (var id in await Ids("select id from evaluation where trial = @trial", ("trial", trial.Id)))
            {
                if ((await grains.Look<Evaluation>(id)).State.SignedBy == reviewer) ties.Add(new(ApplicantTieKind.Evaluated, Hard: true, id));
            }
        }

        foreach (var grant in await Ids("select id from grant_award where @home <> '' and ((grantee in (@applicant, @payee) and payee = @home) or (payee in (@applicant, @payee) and grantee = @home)) order by id",
            ("home", home), ("applicant", applicant), ("payee", payee)))
            ties.Add(new(ApplicantTieKind.Payment, Hard: true, grant));
        foreach (var pilot in await Ids("select id from pilot_member where person = @reviewer intersect select m.id from pilot_member m join person p on p.id = m.person where p.home = @applicant", ("reviewer", reviewer), ("applicant", applicant)))
        {
            if (ties.All(tie => tie.With != pilot)) ties.Add(new(ApplicantTieKind.SharedPilot, Hard: false, pilot));
        }

        foreach (var network in await Ids("select network from school where id = @applicant and network is not null and (network = @home or network in (select network from school where id = @home))", ("applicant", applicant), ("home", home)))
            ties.Add(new(ApplicantTieKind.SameNetwork, Hard: false, network));
        return ties.DrainToImmutable();
    }

    /// <summary>What the records say now of everything that a grant's money rests on, and where they stood when they said so.</summary>
    public async Task<(GrantFacts Facts, ImmutableArray<Head> Heads)> Facts(CatalyticGrant grant)
    {
        ImmutableArray<TrancheCondition> conditions = [.. grant.Tranches.SelectMany(tranche => tranche.Plan.Conditions)];
        var (pilots, trials) = await Reach(grant.Offer?.Subject, conditions);
        var heads = ImmutableArray.CreateBuilder<Head>();
        // Before the incidents are read: one that is reported from here on, under whatever id, sends the command back to look again.
        heads.Add(await store.Query(connection => connection.HeadOfKind(Incident.Kind)));
        heads.AddRange(pilots.Select(pilot => pilot.Head));
        heads.AddRange(trials.Select(trial => trial.Head));
        var seen = ImmutableArray.CreateBuilder<SeenFact>();
        foreach (var (kind, subject) in conditions.Select(one => (one.Kind, one.Subject)).Distinct())
        {
            if (kind is ConditionKind.ReportAccepted or ConditionKind.Manual) continue;
            var (met, at) = kind switch
            {
                ConditionKind.CycleClosed => await ClosedCycle(subject),
                ConditionKind.EvaluationSigned => await SignedEvaluation(subject),
                _ when trials.First(trial => trial.Id == subject) is var trial => (
                    kind is ConditionKind.DataLocked ? trial.State.IsLocked : trial.State is { RegisteredAt: not null, State: not TrialState.Withdrawn }, trial.Head),
                _ => (false, default),
            };
            if (at.Stream is not null && !heads.Contains(at)) heads.Add(at);
            seen.Add(new(kind, subject, met, at.Stream is null ? "" : $"{at.Stream}@{at.Version}"));
        }

        var incidents = new List<string>();
        foreach (var pilot in pilots)
            incidents.AddRange(await Ids("select id from incident where pilot = @pilot and severity = 'Hard' and is_open = 1", ("pilot", pilot.Id)));
        var people = await People(grant.Offer?.Subject, grant.Grantee, grant.Offer?.Payee);
        // Whoever was paid before, and whoever would be paid from now on, gets of the money too.
        foreach (var other in grant.Ledger.Transfers.Select(one => one.Payee).Append(grant.Amendment?.To.Payee).OfType<string>().Where(one => one != grant.Offer?.Payee).Distinct(StringComparer.Ordinal))
            people = [.. people.Union(await People(null, other, null), StringComparer.Ordinal)];
        return (new(seen.DrainToImmutable(), people)
        {
            Paused = pilots.Any(pilot => pilot.State.Status is PilotStatus.Paused or PilotStatus.Withdrawn),
            HardIncident = incidents.Count > 0,
            Unreported = [.. trials.Where(trial => trial.Exists && trial.State.State is not (TrialState.Reported or TrialState.Withdrawn)).Select(trial => trial.Id)],
        }, heads.DrainToImmutable());
    }

    private async Task<(bool Met, Head At)> ClosedCycle(string pilot) =>
        await Ids("select id from cycle where pilot = @pilot and stage = 'Closed' order by id", ("pilot", pilot)) is [var id, ..] && await grains.Look<Cycle>(id) is var cycle
            ? (cycle.State.Stage is CycleStage.Closed, cycle.Head)
            : (false, default);

    private async Task<(bool Met, Head At)> SignedEvaluation(string trial) =>
        await Ids("select id from evaluation where trial = @trial and state in ('Signed', 'Published') order by id desc", ("trial", trial)) is [var id, ..] && await grains.Look<Evaluation>(id) is var evaluation
            ? (evaluation.State.Counts, evaluation.Head)
            : (false, default);

    // A connection for each: while a grain is looked at, none is held.
    private Task<List<string>> Ids(string sql, params (string, object?)[] parameters) => store.Query(connection => connection.Query(sql, r => r.GetString(0), parameters));
}

/// <summary>A pilot or trial that a grant pays for, and what is known from it.</summary>
/// <param name="Trial">Where a trial stands; null for a pilot.</param>
/// <param name="Verdict">What its signed evaluation says; null while there is none.</param>
public sealed record BoughtEvidence(string Id, string Title, bool IsTrial, TrialState? Trial, int ClosedCycles, Verdict? Verdict);
