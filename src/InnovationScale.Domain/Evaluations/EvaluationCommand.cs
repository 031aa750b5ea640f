using System.Collections.Immutable;
using InnovationScale.Trials;

namespace InnovationScale.Evaluations;

/// <summary>What can be asked of an <see cref="Evaluation"/>.</summary>
public abstract record EvaluationCommand : ICommand<Evaluation>;

/// <summary>Computes the evaluation from closed results; while it is a draft it may be computed again by another method.</summary>
/// <param name="DatasetSha256">The results it is about.</param>
/// <param name="Method">A named method version, see <see cref="Methods"/>.</param>
public sealed record ComputeEvaluation(string Trial, string DatasetSha256, string Method) : EvaluationCommand, IRestsOn
{
    [Gathered] public ClosedTrial? Data { get; init; }

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

/// <summary>Gives the computed evaluation to an evaluator.</summary>
public sealed record SubmitEvaluation : EvaluationCommand;

/// <summary>Gives it back for another look; the reason says why.</summary>
public sealed record ReturnEvaluation : EvaluationCommand;

/// <summary>An evaluator stands for it.</summary>
public sealed record SignEvaluation : EvaluationCommand, IRestsOn
{
    /// <summary>The hash at which the trial's results are closed now; null when they are open.</summary>
    [Gathered] public string? LockedSha256 { get; init; }

    /// <summary>How often they have been opened again.</summary>
    [Gathered] public int Opened { get; init; }

    [Gathered] public Ties Ties { get; init; } = Ties.Unknown;

    [Gathered] public ImmutableArray<Head> RestsOn { get; init; } = [];
}

public sealed record PublishEvaluation : EvaluationCommand;

/// <summary>The results behind it have been opened or changed.</summary>
public sealed record SupersedeEvaluation : EvaluationCommand
{
    /// <summary>The hash at which the trial's results are closed now; null when they are open.</summary>
    [Gathered] public string? LockedSha256 { get; init; }

    /// <summary>How often they have been opened again.</summary>
    [Gathered] public int Opened { get; init; }
}

/// <summary>Takes a public evaluation back; the reason is public too.</summary>
public sealed record RetractEvaluation : EvaluationCommand;

/// <summary>A trial whose results are closed, as an evaluation reads it.</summary>
public sealed record ClosedTrial(string LockedSha256, string Innovation, string Version, Preset Preset, Registration Plan, ImmutableArray<Cell> Cells)
{
    /// <summary>How often results had been closed and opened again before.</summary>
    public int Opened { get; init; }

    public ImmutableArray<Deviation> Deviations { get; init; } = [];

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>Schools that left after they had joined.</summary>
    public int SitesLost { get; init; }

    public string? StoppedBecause { get; init; }

    public TrialCosts? Costs { get; init; }

    public ImmutableArray<SiteDose> Doses { get; init; } = [];

    public ImmutableArray<string>? Unwanted { get; init; }

    /// <summary>Some classes were pooled because each alone was too small to keep.</summary>
    public bool PooledClasses { get => field || Cells.Any(cell => cell.Classes > 1); init; }

    public static ClosedTrial Of(Trial trial) => new(trial.LockedSha256 ?? "", trial.Innovation, trial.Version, trial.Preset, trial.Plan, [.. trial.Cells.Held.Select(held => held.Cell)])
    {
        Opened = trial.OpenedAgain.Length,
        Deviations = trial.Deviations,
        Gaps = trial.Gaps,
        SitesLost = trial.Sites.Count(site => site.Left is not null),
        StoppedBecause = trial.StopReason,
        Costs = trial.Costs,
        Doses = SiteDose.Of(trial),
        Unwanted = trial.Unwanted,
    };
}

/// <summary>What ties the signer to those who ran the trial.</summary>
/// <param name="Team">People of the team.</param>
/// <param name="Organisations">Organisations of the team and of the pilot.</param>
/// <param name="PaidByThem">The signer is paid by one of them.</param>
public sealed record Ties(ImmutableArray<string> Team, ImmutableArray<string> Organisations, bool PaidByThem)
{
    /// <summary>Nobody has looked: then nobody counts as independent.</summary>
    public static Ties Unknown { get; } = new([], [], PaidByThem: true);

    public bool OnTeam(Stamp stamp) => Team.Contains(stamp.Actor);

    public bool Independent(Stamp stamp) => !OnTeam(stamp) && !Organisations.Contains(stamp.Role.In) && !PaidByThem;
}
