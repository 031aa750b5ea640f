using System.Globalization;
using InnovationScale.Acts;
using InnovationScale.Pilots;

namespace InnovationScale.Enquiry;

/// <summary>What a team does with a cycle beside logging and closing: the plan before it begins, and points that were logged wrong.</summary>
internal sealed class CycleActs(Desk desk, Access access, CycleDesk cycles) : Acts<Cycle>("cycles", desk, access)
{
    protected override string Title(ActsAsked<Cycle> asked) => asked.View.State.Plan.ChangeIdea;

    /// <summary>As to its pilot.</summary>
    protected override async Task<Standing> StandingOf(ActsAsked<Cycle> asked) => await Desk.StandingOf(asked.Who, await Look<Pilot>(asked.Who, "read-pilot", asked.View.State.Pilot));

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<Cycle> asked) => Task.FromResult(Table(asked));

    private IReadOnlyList<Act> Table(ActsAsked<Cycle> asked)
    {
        var (cycle, words) = (asked.View.State, asked.Words);
        if (asked.Of is { } id)
        {
            if (cycle.Point(id) is not { } point) return [];

            var about = $"{words.Day(point.On)}: {(point.Value is { } value ? words.Number(value, 2) : point.Note)}{(point.Denominator is { } of ? $" / {words.Number(of, 2)}" : "")}";
            return
            [
                Row(asked, "correct-point", a => new CorrectPoint(id, a.Number("value"), a.One<CorrectionReason>("because"), a.Number("out-of")),
                    new Question("value", Asks.Number) { Optional = true, Given = Text(point.Value) }, new("out-of", Asks.Number) { Optional = true, Given = Text(point.Denominator) },
                    Question.Of<CorrectionReason>("because", words), Question.Why) with { About = about, Offered = !point.Voided },
                Row(asked, "void-point", _ => new VoidPoint(id), Question.Why) with { About = about, Offered = !point.Voided },
            ];
        }

        var plan = cycle.Plan;
        return
        [
            Row(asked, "revise-plan", a => new RevisePlan(plan with
                {
                    ChangeIdea = a["change"], Question = a.OrNull("question"), Measure = a.OrNull("measure"),
                    Prediction = new(a.One<PredictedDirection>("direction"), a.One<Confidence>("confidence")),
                }),
                new Question("change", Asks.Text) { Given = plan.ChangeIdea }, new("question", Asks.Text) { Optional = true, Given = plan.Question },
                new("measure") { Optional = true, Given = plan.Measure }, Question.Of("direction", words, plan.Prediction?.Direction), Question.Of("confidence", words, plan.Prediction?.Confidence)),
        ];
    }

    protected override bool MayNow(Cycle cycle, Type command, Principal who) =>
        command == typeof(RevisePlan) ? cycle.Stage is CycleStage.Planned : cycle.Stage is not (CycleStage.Closed or CycleStage.Cancelled);

    protected override Task<Outcome> Send(ActsAsked<Cycle> asked, Request request, ICommand<Cycle> command) =>
        cycles.Execute(asked.Who, request, asked.View.State.Pilot, asked.View.Id, (CycleCommand)command);

    private static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
