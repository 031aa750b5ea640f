using InnovationScale.Pilots;
using InnovationScale.Storage;

namespace InnovationScale.Enquiry;

/// <summary>Cycles of enquiry as the host runs and lists them.</summary>
public static class EnquiryFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Cycles]);
        foreach (var command in (Type[])[typeof(PlanCycle), typeof(RevisePlan), typeof(StartDoing), typeof(RecordPoint), typeof(CorrectPoint), typeof(VoidPoint),
            typeof(StudyCycle), typeof(CompareWithPrediction), typeof(CloseCycle), typeof(CancelCycle)])
        {
            access.Allow(Access.ActionOf(command), PilotsFeature.Team);
        }

        access.Allow("read-cycle", Access.Everybody).Allow("list-cycles", Access.Everybody);
    }

    public static ReadTable<Cycle> Cycles { get; } = ReadTable<Cycle>.OneRow("cycle", 1,
        [("pilot", "text"), ("change_idea", "text"), ("stage", "text"), ("decision", "text"), ("points", "bigint"), ("version", "bigint")], ["pilot"],
        view => [view.State.Pilot, view.State.Plan.ChangeIdea, view.State.Stage.ToString(), view.State.Decision?.ToString(), (long)view.State.Points.Length, view.Version]);
}

/// <summary>Work on a cycle, with what the pilot around it says.</summary>
public sealed class CycleDesk(Desk desk, IGrains grains)
{
    /// <summary>Sends a command to a cycle of a pilot.</summary>
    public Task<Outcome> Execute(Principal who, Request request, string pilot, string cycle, CycleCommand command) =>
        desk.Execute<Cycle>(who, request, cycle, async () => command with { Around = Around(await grains.Look<Pilot>(pilot)) });

    private static PilotAround Around(View<Pilot> view) => new(view.Id, view.State.School)
    {
        Team = view.State.Team,
        InEnquiry = view.State.Stage is PilotStage.Enquiry && view.State.Status is PilotStatus.Active or PilotStatus.Paused,
        Paused = view.State.Status is PilotStatus.Paused,
        PausedForSafeguarding = view.State.PausedForSafeguarding,
    };
}
