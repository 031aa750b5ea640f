using System.Collections.Immutable;
using InnovationScale.Acts;
using InnovationScale.ScaleUp;

namespace InnovationScale.Committees;

/// <summary>How seats are filled and rules are set, by those who have no vote.</summary>
internal sealed class CommitteeActs(Desk desk, Access access) : Acts<Committee>("committees", desk, access)
{
    protected override string Title(ActsAsked<Committee> asked) => asked.View.State.Name;

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<Committee> asked)
    {
        var (committee, words) = (asked.View.State, asked.Words);
        var weights = committee.Weights.IsEmpty ? Ranking.Even : committee.Weights;
        return Task.FromResult<IReadOnlyList<Act>>(
        [
            Row(asked, "seat-member", a => new SeatMember(new(a["person"], a["organisation"], a.One<SeatAs>("seat"), a.Day("from")!.Value, a.Day("until"))),
                new Question("person", Asks.Person), new("organisation", Asks.School), Question.Of<SeatAs>("seat", words), new("from", Asks.Day), new("until", Asks.Day) { Optional = true }) with { Adds = true },
            Row(asked, "end-seat", a => new EndSeat(a["person"], a.Day("until")!.Value), new Question("person", Asks.Person), new("until", Asks.Day)),
            Row(asked, "change-rules", a => new ChangeRules(new(a.Whole("share")!.Value, a.Whole("out-of")!.Value, a.Whole("floor")!.Value, a.One<Majority>("majority"), a.Whole("notice")!.Value)),
                new Question("share", Asks.Whole) { Given = $"{committee.Rules.Share}" }, new("out-of", Asks.Whole) { Given = $"{committee.Rules.OutOf}" }, new("floor", Asks.Whole) { Given = $"{committee.Rules.Floor}" },
                Question.Of<Majority>("majority", words, committee.Rules.Majority), new("notice", Asks.Whole) { Given = $"{committee.Rules.NoticeDays}" }, Question.Why),
            Row(asked, "weigh-candidates", a => new WeighCandidates(Ranking.Ingredients.ToImmutableSortedDictionary(name => name, name => a.Number(name)!.Value, StringComparer.Ordinal)),
                [.. Ranking.Ingredients.Select(name => new Question(name, Asks.Number) { Label = words[$"ingredient.{name}"], Given = words.Number(weights[name]) }), Question.Why]),
        ]);
    }

    protected override bool MayNow(Committee committee, Type command, Principal who) => MayNow(Committee.Steps, committee.State, command, who);
}
