using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Pilots;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>A trial that a pilot leads, step by step by the people whose steps they are.</summary>
/// <param name="Researcher">Submits the plan, confirms that results are closed, and has them worked out.</param>
/// <param name="Teacher">Of the pilot that leads it.</param>
internal sealed record LedTrial(string Id, string Title, string Innovation, string Version, string Pilot, string Teacher, string Researcher, Registration Plan)
{
    private const string Steward = "bilal", Evaluator = "adler";

    public Preset Preset { get; init; } = Preset.Rigorous;

    /// <summary>Schools with their own pilots; null for one that only takes part.</summary>
    public required ImmutableArray<(string School, string? Pilot)> Sites { get; init; }

    private string Evaluation => $"{Id[..^"trial".Length]}evaluation";

    /// <summary>The plan is dated.</summary>
    public async Task Register(DemonstrationSteps steps)
    {
        await steps.Do(Researcher, Id, new DraftTrial(Title, Innovation, Version, Pilot, Preset, Plan));
        foreach (var (school, pilot) in Sites) await steps.Do(Researcher, Id, new AddSite(school, pilot, Arm: null, steps.Today));
        await steps.Do(Researcher, Id, new SubmitTrial());
        await steps.Do(Steward, Id, new RegisterTrial());
    }

    /// <summary>Teaching and measuring begin.</summary>
    public async Task Begin(DemonstrationSteps steps)
    {
        await steps.Do(Researcher, Pilot, new MovePilot(PilotTo.Trial));
        await steps.Do(Researcher, Id, new StartRecruiting());
        await steps.Do(Researcher, Id, new StartFieldwork());
    }

    /// <summary>Each school logs so many weeks with so many minutes, in the order of the sites.</summary>
    public async Task Deliver(DemonstrationSteps steps, params (int Weeks, int Minutes)[] logs)
    {
        foreach (var (site, (weeks, minutes)) in Sites.Zip(logs))
        {
            for (var week = 1; week <= weeks; week++) await steps.Do(Researcher, Id, new LogDose(new(site.School, Plan.Treated().First().Name, week, minutes)));
        }
    }

    public async Task Record(DemonstrationSteps steps, ImmutableArray<Cell> cells)
    {
        var batch = $"{Id}-results";
        await steps.Do(Researcher, Id, new ImportCells(new(batch, CellRows.Sha256(cells), cells.Length, Reduction.CurrentVersion), cells));
        await steps.Do(Steward, Id, new VerifyBatch(batch));
    }

    /// <summary>Two people close the results, and the pilot moves on to its evaluation.</summary>
    public async Task Close(DemonstrationSteps steps)
    {
        await steps.Do(Steward, Id, new ProposeLock());
        await steps.Do(Researcher, Id, new ConfirmLock(await Results(steps)));
        await steps.Do(Steward, Pilot, new MovePilot(PilotTo.Evaluation));
        await steps.Do(Researcher, Pilot, new MovePilot(PilotTo.Evaluation));
    }

    /// <summary>Worked out, signed from outside, and told. The pilot then stands where it is changed or ended.</summary>
    public async Task Evaluate(DemonstrationSteps steps, string report)
    {
        await steps.Do(Researcher, Evaluation, new ComputeEvaluation(Id, await Results(steps), Methods.ClassAdjusted.Name));
        await steps.Do(Researcher, Evaluation, new SubmitEvaluation());
        await steps.Do(Evaluator, Evaluation, new SignEvaluation());
        await steps.Do(Evaluator, Evaluation, new PublishEvaluation());
        await steps.Do("system", Id, new MarkAnalysed(Evaluation));
        await steps.Do("system", Pilot, new MovePilot(PilotTo.Adaptation));
        await steps.Do(Researcher, Id, new ReportTrial(report));
    }

    private async Task<string> Results(DemonstrationSteps steps)
    {
        var trial = (await steps.Grains.Look<Trial>(Id)).State;
        return trial.LockedSha256 ?? trial.ProposedLock?.DatasetSha256 ?? trial.Cells.Sha256();
    }
}
