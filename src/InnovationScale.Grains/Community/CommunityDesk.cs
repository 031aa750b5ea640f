using System.Collections.Immutable;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Community;

/// <summary>Work on the learning agenda, in groups and on memberships, with what each must know of other records.</summary>
public sealed class CommunityDesk(Desk desk, IGrains grains, SqlLogStore store)
{
    public Task<Outcome> Execute(Principal who, Request request, string id, LearningQuestionCommand command) => desk.Execute<LearningQuestion>(who, request, id, async () => command switch
    {
        LinkWork link => link with { IsPublic = await Shown(link.Work) is not null },
        AnswerQuestion answer => answer with { Evaluated = [.. await Evaluated(id)] },
        _ => command,
    });

    public Task<Outcome> Execute(Principal who, Request request, string id, CommunityGroupCommand command) => desk.Execute<CommunityGroup>(who, request, id, async () => command switch
    {
        ProposeGroup { Question: { } question } propose => propose with { QuestionKnown = (await grains.Look<LearningQuestion>(question)).Exists },
        AddPilotToGroup add => add with { IsPublic = await Shown(new(WorkKind.Pilot, add.Pilot)) is not null },
        _ => command,
    });

    public Task<Outcome> Execute(Principal who, Request request, string id, MembershipCommand command) => desk.Execute<Membership>(who, request, id, async () =>
    {
        var membership = (await grains.Look<Membership>(id)).State;
        return command switch
        {
            ApplyForMembership apply => apply with { IsThere = await IsThere(apply.Organisation, id) },
            AskMembershipReviewer ask => ask with { PersonKnown = (await grains.Look<Person>(ask.Person)).State.IsRegistered, Ties = await Ties(ask.Person, membership) },
            ReviewMembership review => review with { Ties = await Ties(who.Person, membership) },
            SettleMembership settle => settle with { Ties = await Ties(who.Person, membership) },
            _ => command,
        };
    });

    /// <summary>What work is called, as everybody sees it; its id where it is not to be seen any more.</summary>
    public async Task<string> Title(LinkedWork work) => await Shown(work) is { Length: > 0 } title ? title : work.Id;

    /// <summary>Of the work that looks into a question, what has a public evaluation.</summary>
    public Task<List<LinkedWork>> Evaluated(string question) => store.Query(connection => connection.Query(
        """
        select kind, work from learning_work w where id = @id and case kind
            when 'Innovation' then exists (select 1 from evaluation e where e.innovation = w.work and e.state = 'Published')
            when 'Trial' then exists (select 1 from evaluation e where e.trial = w.work and e.state = 'Published')
            else exists (select 1 from trial t join evaluation e on e.trial = t.id where t.pilot = w.work and e.state = 'Published') end
        """,
        r => new LinkedWork(Enum.Parse<WorkKind>(r.GetString(0)), r.GetString(1)), ("id", question)));

    /// <summary>Questions that some work looks into.</summary>
    public Task<List<(string Id, string Question)>> LookedInto(Principal who, LinkedWork work) => desk.Query(who, "list-learning-questions", connection => connection.Query(
        "select q.id, q.question from learning_work w join learning_question q on q.id = w.id where w.work = @work and w.kind = @kind order by q.question, q.id limit @most",
        r => (r.GetString(0), r.GetString(1)), ("work", work.Id), ("kind", work.Kind.ToString()), ("most", LearningQuestion.WorkMost)));

    /// <summary>What this person could say looks into a question: innovations and dated trials, and her own pilots.</summary>
    public Task<List<(LinkedWork Work, string Title)>> Linkable(Principal who)
    {
        var dated = desk.Seen<Trial>(Principal.Anonymous, TrialsFeature.Dated, "id");
        return desk.Query(who, "list-innovations", connection => connection.Query(
            $"select kind, id, title from (select 'Innovation' as kind, id, title from innovation union all select 'Trial' as kind, id, title from trial where {dated.Sql} "
            + $"union all select 'Pilot' as kind, id, title from pilot where {OwnPublic}) as known order by kind, title, id limit @most",
            r => (new LinkedWork(Enum.Parse<WorkKind>(r.GetString(0)), r.GetString(1)), r.GetString(2)), [("person", who.Person), ("most", Most), .. dated.Parameters]));
    }

    /// <summary>Pilots on whose team this person is and that everybody can see.</summary>
    public Task<List<(string Id, string Title)>> OwnPilots(Principal who) => desk.Query(who, "list-pilots", connection => connection.Query(
        $"select id, title from pilot where {OwnPublic} order by title, id limit @most", r => (r.GetString(0), r.GetString(1)), ("person", who.Person), ("most", Most)));

    private const int Most = 500;

    private const string OwnPublic = "stage <> 'Draft' and id in (select id from pilot_member where person = @person)";

    /// <summary>What work is called, as everybody sees it; null where not everybody may.</summary>
    private Task<string?> Shown(LinkedWork work) => work.Kind switch
    {
        WorkKind.Innovation => Shown<Innovation>("read-innovation", work.Id, innovation => innovation.Title),
        WorkKind.Pilot => Shown<Pilot>("read-pilot", work.Id, pilot => pilot.Title),
        _ => Shown<Trial>("read-trial", work.Id, trial => trial.Title),
    };

    private async Task<string?> Shown<TAggregate>(string action, string id, Func<TAggregate, string> title) where TAggregate : class, IAggregate<TAggregate> =>
        await desk.Look<TAggregate>(Principal.Anonymous, action, id) is { Exists: true } view ? title(view.State) : null;

    private async Task<bool> IsThere(string organisation, string but) => await store.Query(connection => connection.Query(
        "select 1 from membership where organisation = @organisation and id <> @but and state not in ('Declined', 'Withdrawn', 'Ended') limit 1", _ => true, ("organisation", organisation), ("but", but))) is not [];

    /// <summary>The organisation where this person has worked in it, and pilots on which both are.</summary>
    private async Task<ImmutableArray<string>> Ties(string person, Membership membership)
    {
        var known = (await grains.Look<Person>(person)).State;
        ImmutableArray<string> places = known.Home == membership.Organisation || known.Roles.Any(role => role.Role.In == membership.Organisation) ? [membership.Organisation] : [];
        var pilots = await store.Query(connection => connection.Query("select id from pilot_member where person = @person intersect select id from pilot_member where person = @applicant", r => r.GetString(0),
            ("person", person), ("applicant", membership.Applicant)));
        return [.. places, .. pilots];
    }
}
