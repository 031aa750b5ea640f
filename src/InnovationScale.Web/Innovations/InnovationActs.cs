using System.Collections.Immutable;
using InnovationScale.Acts;
using InnovationScale.Components;
using InnovationScale.Evidence;
using InnovationScale.Replications;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Innovations;

/// <summary>How an innovation is described and changed, tried again elsewhere, and joined by a study from elsewhere.</summary>
internal sealed class InnovationActs(Desk desk, Access access, ReplicationDesk replications, UploadSettings settings, ReviewDesk reviews) : Acts<Innovation>("innovations", desk, access)
{
    protected override string Title(ActsAsked<Innovation> asked) => asked.View.State.Title;

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<Innovation> asked)
    {
        var (innovation, words) = (asked.View.State, asked.Words);
        if (asked.Of is { } id) return innovation.Adaptation(id) is { } adaptation ? [.. On(asked, adaptation).Select(act => act with { About = adaptation.Frame.What })] : [];

        var newest = innovation.Versions[^1];
        Question version = new("of-version", Asks.Select) { Options = [.. innovation.Versions.Reverse().Select(known => new Choice(known.Id, known.Id))], Given = newest.Id };
        return
        [
            Row(asked, "describe-innovation", a => new DescribeInnovation(a["title"], a["description"], a["theory"]), new Question("title") { Given = innovation.Title },
                new("description", Asks.Text) { Given = innovation.Description }, new("theory", Asks.Text) { Optional = true, Given = innovation.Theory }),
            new("propose-change", typeof(ProposeAdaptation), (a, request) => Propose(asked, a, request),
            [
                version, new("what", Asks.Text), new("goal", Asks.Text) { Optional = true }, Question.Of<Planning>("planning", words), new("happened", Asks.Day) { Optional = true },
                Question.Of<Phase>("phase", words), Question.Of<Changed>("changed", words), Question.Of<Nature>("nature", words) with { Kind = Asks.Select },
                Question.Of<Level>("level", words) with { Kind = Asks.Select }, new("reasons", Asks.Several) { Options = words.Choices<Reasons>() },
                .. newest.CoreComponents.IsEmpty ? ImmutableArray<Question>.Empty : [new("touched", Asks.Several) { Options = [.. Parts(innovation).Select(part => new Choice(part, part))] }],
                Question.Of<Fidelity>("fidelity", words),
            ]) { Adds = true },
            new("try-again", typeof(ProposeReplication), (a, request) => TryAgain(asked, a, request),
            [
                new("trial", Asks.Select) { Options = await Trials(asked) }, new("school", Asks.School), Question.Of<ReplicationKind>("design", words), Question.Of<Independence>("independence", words),
                new("margin", Asks.Number) { Given = "0.10" }, new("held", Asks.Lines) { Optional = true }, new("varied", Asks.Lines) { Optional = true },
            ]) { Adds = true, Then = made => $"replications/{made.Id}" },
            new("add-study", typeof(DescribeStudy), (a, request) => AddStudy(asked, request, StudyQuestions.Read(a, asked.View.Id)),
                [version, .. StudyQuestions.Of(words, new())]) { Adds = true, Then = made => $"studies/{made.Id}" },
            new("put-to-committee", typeof(DraftCase), (a, request) => reviews.Execute(asked.Who, request, Ids.For(asked.Who, request, ScaleUpReview.Kind),
                    new DraftCase(a["title"], asked.View.Id, a["of-version"], a["committee"], a.One<Reach>("reach"), a.One<Pathway>("pathway"))),
                [version, new("title"), new("committee", Asks.Select) { Options = await Committees(asked) }, Question.Of<Reach>("reach", words), Question.Of<Pathway>("pathway", words)]) { Adds = true, Then = made => $"reviews/{made.Id}" },
        ];
    }

    protected override bool MayNow(Innovation innovation, Type command, Principal who) => true;

    private IEnumerable<Act> On(ActsAsked<Innovation> asked, Adaptation adaptation)
    {
        var (stage, own) = (adaptation.Stage, adaptation.ProposedBy == asked.Who.Person);
        yield return Row(asked, "agree-to-change", _ => new AgreeAdaptation(adaptation.Id)) with { Adds = true, Offered = stage is AdaptationStage.Proposed && !own };
        yield return Row(asked, "reject-change", _ => new RejectAdaptation(adaptation.Id), Question.Why) with { Adds = true, Offered = stage is AdaptationStage.Proposed };
        yield return Row(asked, "rule-on-change", a => new RuleOnFidelity(adaptation.Id, a.Yes("kept")), new Question("kept", Asks.YesNo), Question.Why) with
        {
            Adds = true, Offered = stage is AdaptationStage.Proposed or AdaptationStage.Agreed && !own,
        };
        yield return Row(asked, "enact-change", a => new EnactAdaptation(adaptation.Id, a.All("parts")),
            new Question("parts", Asks.Lines) { Optional = true, Given = string.Join('\n', asked.View.State.Version(adaptation.Of)!.CoreComponents) }) with { Offered = stage is AdaptationStage.Agreed };
    }

    private Task<Outcome> AddStudy(ActsAsked<Innovation> asked, Request request, StudyDescription about) => settings.Refuse(about) is { } low
        ? Task.FromResult<Outcome>(low)
        : Desk.Execute(asked.Who, request, Ids.For(asked.Who, request, ExternalStudy.Kind), new DescribeStudy(about));

    private Task<Outcome> Propose(ActsAsked<Innovation> asked, Answers a, Request request)
    {
        var frame = new Frame(a["what"])
        {
            Goal = a["goal"], Planning = a.One<Planning>("planning"), HappenedOn = a.Day("happened"), When = a.One<Phase>("phase"), Changed = a.One<Changed>("changed"),
            Nature = a.One<Nature>("nature"), Level = a.One<Level>("level"), Reasons = a.Several<Reasons>("reasons"), Fidelity = a.One<Fidelity>("fidelity"), DecidedBy = [asked.Who.Person],
            CoreComponentsTouched = asked.View.State.Versions[^1].CoreComponents.IsEmpty ? [] : a.All("touched"),
        };
        return Desk.Execute(asked.Who, request, asked.View.Id, new ProposeAdaptation(Ids.For(asked.Who, request, "adaptation"), a["of-version"], frame));
    }

    private async Task<Outcome> TryAgain(ActsAsked<Innovation> asked, Answers a, Request request)
    {
        var source = (await Desk.Look<Trial>(asked.Who, "read-trial", a["trial"])).State;
        return await replications.Execute(asked.Who, request, Ids.For(asked.Who, request, Replication.Kind),
            new ProposeReplication(asked.View.Id, source.Version, a["trial"], a["school"], a.One<ReplicationKind>("design"), a.One<Independence>("independence"), a.Number("margin")!.Value)
            {
                Held = a.All("held"), Varied = a.All("varied"),
            });
    }

    private static IEnumerable<string> Parts(Innovation innovation) => innovation.Versions.Reverse().SelectMany(version => version.CoreComponents).Distinct(StringComparer.Ordinal);

    private Task<List<Choice>> Committees(ActsAsked<Innovation> asked) => Desk.Query(asked.Who, "list-committees", connection => connection.Query(
        "select id, name from committee order by name, id", r => new Choice(r.GetString(0), r.GetString(1))));

    private Task<List<Choice>> Trials(ActsAsked<Innovation> asked) => Desk.Query(asked.Who, "list-trials", connection => connection.Query(
        "select id, title, innovation_version from trial where innovation = @innovation and state not in ('None', 'Draft', 'Submitted', 'Withdrawn') order by title, id",
        r => new Choice(r.GetString(0), $"{r.GetString(1)} ({r.GetString(2)})"), ("innovation", asked.View.Id)));
}
