using System.Collections.Immutable;
using System.Diagnostics;
using InnovationScale.People;
using InnovationScale.Statistics;
using InnovationScale.Trials;
using static InnovationScale.Role;

namespace InnovationScale.Replications;

/// <summary>Where a replication stands in its life.</summary>
public enum ReplicationState
{
    /// <summary>Before the first event.</summary>
    None,
    Proposed,
    Agreed,
    InField,
    DataLocked,
    Reported,

    /// <summary>Compared with its source.</summary>
    Assessed,

    /// <summary>Given up; it stays in the denominator.</summary>
    Abandoned,
}

/// <summary>
/// One version tried again elsewhere, on purpose. It runs in a trial of its own, whose state it follows, and ends in a comparison with the
/// trial it repeats. Nothing that was once proposed and agreed disappears from the count.
/// </summary>
public sealed record Replication : IAggregate<Replication, ReplicationCommand, ReplicationEvent>
{
    public static string Kind => "replication";

    public static Replication New { get; } = new();

    private static readonly ImmutableArray<ReplicationState> Underway =
        [ReplicationState.Agreed, ReplicationState.InField, ReplicationState.DataLocked, ReplicationState.Reported];

    /// <summary>Who may ask what of a replication, and when.</summary>
    public static Steps<ReplicationState> Steps { get; } = new("replication",
        new(typeof(ProposeReplication), [ReplicationState.None], [Teacher, SchoolLead, Researcher, Facilitator]),
        new(typeof(AgreeReplication), [ReplicationState.Proposed], [SchoolLead, Researcher, Facilitator]),
        new(typeof(LinkTrial), [ReplicationState.Agreed], [Researcher]),
        new(typeof(FollowTrial), [.. Underway, ReplicationState.Assessed], [Researcher, Evaluator, DataSteward, Role.System]),
        new(typeof(AssessReplication), [ReplicationState.Reported], [Researcher, Evaluator, Role.System]),
        new(typeof(AbandonReplication), [ReplicationState.Proposed, .. Underway], [SchoolLead, Researcher, Facilitator], NeedsReason: true));

    public ReplicationState State { get; init; }

    public string Innovation { get; init; } = "";

    public string Version { get; init; } = "";

    public string SourceTrial { get; init; } = "";

    public string School { get; init; } = "";

    public ReplicationKind Design { get; init; }

    public Independence Independence { get; init; }

    public double Margin { get; init; }

    public ImmutableArray<string> Held { get; init; } = [];

    public ImmutableArray<string> Varied { get; init; } = [];

    public ImmutableSortedDictionary<string, ContextAnswer> Context { get; init; } = ImmutableSortedDictionary<string, ContextAnswer>.Empty;

    /// <summary>Dimensions whose answer is “unknown”.</summary>
    public int ContextUnknown => Context.Values.Count(answer => answer.Value is null);

    public string? ProposedBy { get; init; }

    /// <summary>The trial it runs in; null until it is known.</summary>
    public string? Trial { get; init; }

    public ReplicationAssessed? Assessment { get; init; }

    public string? AbandonedBecause { get; init; }

    /// <summary>Assessed or abandoned: a part of every success rate.</summary>
    public bool InDenominator => State is ReplicationState.Assessed or ReplicationState.Abandoned;

    public bool Succeeded => State is ReplicationState.Assessed && Assessment is { Succeeded: true };

    public Decision<ReplicationEvent> Decide(ReplicationCommand command, Stamp stamp) => Steps.Refuse(command, State, stamp) is { } refusal ? refusal : command switch
    {
        ProposeReplication propose => Propose(propose),
        AgreeReplication => Agree(stamp),
        LinkTrial link => Link(link),
        FollowTrial follow => Follow(follow),
        AssessReplication assess => Assess(assess),
        AbandonReplication => new ReplicationAbandoned(),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Replication Evolve(ReplicationEvent happened, Stamp stamp) => happened switch
    {
        ReplicationProposed e => this with
        {
            State = ReplicationState.Proposed, Innovation = e.Innovation, Version = e.Version, SourceTrial = e.SourceTrial, School = e.School, Design = e.Design,
            Independence = e.Independence, Margin = e.Margin, Held = e.Held, Varied = e.Varied, Context = e.Context, ProposedBy = stamp.Actor,
        },
        ReplicationAgreed => this with { State = ReplicationState.Agreed },
        ReplicationTrialLinked e => this with { Trial = e.Trial },
        ReplicationMoved e => this with { State = e.To, Assessment = null },
        ReplicationAssessed e => this with { State = ReplicationState.Assessed, Assessment = e },
        ReplicationAbandoned => this with { State = ReplicationState.Abandoned, AbandonedBecause = stamp.Reason },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private static Decision<ReplicationEvent> Propose(ProposeReplication propose)
    {
        if (propose.Source is not { } source) return Refusal.NotFound("replication-source-unknown", "There is no such trial to try again.");
        if (source.Innovation != propose.Innovation || source.Version != propose.Version)
            return new Refusal("replication-other-version", "The source trial tried another version. A replication repeats one version.");
        if (source.State is TrialState.None or TrialState.Draft or TrialState.Submitted or TrialState.Withdrawn)
            return new Refusal("replication-source-unregistered", "The source trial is not registered: there is no plan to repeat yet.");
        if (source.Schools.Contains(propose.School))
            return new Refusal("replication-same-site", "This school took part in the source trial. A replication is somewhere else.");
        if (!(propose.Margin > 0 && double.IsFinite(propose.Margin)))
            return Refusal.Invalid("replication-margin", "Say beforehand how close two results must be to count as the same: a margin above 0.");
        if (propose.Design is ReplicationKind.Direct && !propose.Varied.IsEmpty)
            return Refusal.Invalid("replication-direct-varies", "A direct replication varies nothing but the pupils. Call it conceptual, or hold these dimensions.");
        if (propose.Design is ReplicationKind.Conceptual && propose.Varied.IsEmpty)
            return Refusal.Invalid("replication-conceptual-same", "Name what this replication varies on purpose.");
        if (propose.Held.Intersect(propose.Varied).Any())
            return Refusal.Invalid("replication-held-and-varied", "A dimension cannot be both held and varied.");
        if (ContextProfile.Fault(propose.Context, ContextPart.School, ContextPart.Learners, ContextPart.Delivery) is { } fault) return fault;

        return new ReplicationProposed(propose.Innovation, propose.Version, propose.SourceTrial, propose.School, propose.Design, propose.Independence, propose.Margin,
            propose.Held, propose.Varied, propose.Context);
    }

    private Decision<ReplicationEvent> Agree(Stamp stamp) => stamp.Actor == ProposedBy
        ? Refusal.NotAllowed("replication-own-proposal", "Somebody other than the person who proposed it agrees.")
        : new ReplicationAgreed();

    private Decision<ReplicationEvent> Link(LinkTrial link)
    {
        if (Trial is not null) return new Refusal("replication-has-trial", "This replication has its trial already.");
        if (link.Data is not { } trial || trial.State is TrialState.None) return Refusal.NotFound("replication-trial-unknown", "There is no such trial.");
        if (link.Trial == SourceTrial || link.SourceAncestors.Contains(link.Trial))
            return new Refusal("replication-circle", "This trial is the source, or the source repeats it: replications do not go in a circle.");
        if (trial.Innovation != Innovation || trial.Version != Version)
            return new Refusal("replication-other-version", "This trial tries another version.");
        if (!trial.Schools.Contains(School))
            return new Refusal("replication-school-missing", "The school that agreed to try again does not take part in this trial.");

        return new ReplicationTrialLinked(link.Trial);
    }

    private Decision<ReplicationEvent> Follow(FollowTrial follow)
    {
        if (Trial is null || follow.Data is not { } trial || trial.Trial != Trial)
            return new Refusal("replication-without-trial", "Name the trial of this replication first.");

        // A stopped or withdrawn trial gives no result: whoever runs the replication abandons it with a reason, and it stays in the count.
        var to = trial.State switch
        {
            TrialState.InField or TrialState.Stopped => ReplicationState.InField,
            TrialState.DataLocked or TrialState.Analysed => ReplicationState.DataLocked,
            TrialState.Reported => ReplicationState.Reported,
            _ => ReplicationState.Agreed,
        };
        return to == State || to is ReplicationState.Reported && State is ReplicationState.Assessed
            ? new Refusal("replication-up-to-date", "The replication stands where its trial stands.")
            : new ReplicationMoved(to);
    }

    private Decision<ReplicationEvent> Assess(AssessReplication assess)
    {
        if (assess.Original is not { } original || original.Trial != SourceTrial)
            return NotYet(new Missing("original-evaluation", "A signed evaluation of the source trial with a primary effect.", Evaluator));
        if (assess.Own is not { } own || own.Trial != Trial)
            return NotYet(new Missing("own-evaluation", "A signed evaluation of the replication's own trial with a primary effect.", Evaluator));

        var test = new CorrespondenceTest(Estimate(original), Estimate(own), Margin);
        var harmful = test.DiffersInHarmfulDirection();

        // A replication succeeds when it improves by itself; agreeing with an original that found nothing is not success.
        return new ReplicationAssessed(original.Evaluation, own.Evaluation, test.Outcome, test.Difference.Value, test.Difference.StandardError, harmful, own.Low > 0 && !harmful);

        static EffectEstimate Estimate(SignedEffect effect) => new(effect.G, effect.StandardError * effect.StandardError);
    }

    private static Refusal NotYet(Missing missing) => new("replication-not-comparable", "The two results cannot be compared yet.")
    {
        Guard = "reported-to-assessed", Missing = [missing],
    };
}
