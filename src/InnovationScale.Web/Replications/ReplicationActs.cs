using InnovationScale.Acts;
using InnovationScale.Components;
using InnovationScale.Storage;

namespace InnovationScale.Replications;

/// <summary>The steps of a replication that people take; between them it follows its trial.</summary>
internal sealed class ReplicationActs(Desk desk, Access access, ReplicationDesk replications) : Acts<Replication>("replications", desk, access)
{
    protected override string Title(ActsAsked<Replication> asked) => asked.Words["replications.one"];

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<Replication> asked)
    {
        var again = asked.View.State;
        return
        [
            Row(asked, "agree-to-try", _ => new AgreeReplication()),
            Row(asked, "name-its-trial", a => new LinkTrial(a["trial"]), new Question("trial", Asks.Select) { Options = await Trials(asked.Who, again) }),
            Row(asked, "compare", _ => new AssessReplication()),
            Row(asked, "give-up", _ => new AbandonReplication(), Question.Why),
        ];
    }

    protected override bool MayNow(Replication again, Type command, Principal who) => MayNow(Replication.Steps, again.State, command, who) && command.Name switch
    {
        nameof(AgreeReplication) => again.ProposedBy != who.Person,
        nameof(LinkTrial) => again.Trial is null,
        _ => true,
    };

    protected override Task<Outcome> Send(ActsAsked<Replication> asked, Request request, ICommand<Replication> command) =>
        replications.Execute(asked.Who, request, asked.View.Id, (ReplicationCommand)command);

    /// <summary>Trials of the same version in which the school takes part.</summary>
    private Task<List<Choice>> Trials(Principal who, Replication again) => Desk.Query(who, "list-trials", connection => connection.Query(
        "select id, title from trial where innovation = @innovation and innovation_version = @version and id <> @source and id in (select id from trial_site where school = @school) order by title, id",
        r => new Choice(r.GetString(0), r.GetString(1)), ("innovation", again.Innovation), ("version", again.Version), ("source", again.SourceTrial), ("school", again.School)));
}
