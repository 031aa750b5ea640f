using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace InnovationScale.Enquiry;

/// <summary>
/// One turn of plan, do, study, act in a pilot. What was predicted is frozen before the first point is recorded; points are dated, a missing
/// one is a gap, and a correction keeps the old value.
/// </summary>
public sealed record Cycle : IAggregate<Cycle, CycleCommand, CycleEvent>
{
    public static string Kind => "cycle";

    public static Cycle New { get; } = new();

    /// <summary>The pilot it belongs to; empty until it is planned.</summary>
    public string Pilot { get; init; } = "";

    public CycleStage Stage { get; init; }

    public CyclePlan Plan { get; init; } = new("");

    /// <summary>Every point, in the order recorded.</summary>
    public ImmutableArray<Point> Points { get; init; } = [];

    public string? WhatHappened { get; init; }

    /// <summary>Why there is no data, where there is none.</summary>
    public string? NoData { get; init; }

    public PredictionResult? Result { get; init; }

    public CycleDecision? Decision { get; init; }

    public string? Rationale { get; init; }

    /// <summary>The cycle that follows from this one.</summary>
    public string? Next { get; init; }

    /// <summary>The series as a chart draws it: by day, voided points left out, a gap without a value.</summary>
    public IEnumerable<Point> Series() => Points.Where(p => !p.Voided).OrderBy(p => p.On).ThenBy(p => p.Id, StringComparer.Ordinal);

    public Point? Point(string id) => Points.FirstOrDefault(p => p.Id == id);

    public Decision<CycleEvent> Decide(CycleCommand command, Stamp stamp)
    {
        if (Pilot.Length == 0 && command is not PlanCycle) return Refusal.NotFound("no-such-cycle", "This cycle has not been planned yet.");
        if (Pilot.Length > 0 && command.Around.Pilot != Pilot) return Refusal.Invalid("other-pilot", "This cycle belongs to another pilot.");
        if (command.Around.PausedForSafeguarding) return new Refusal("paused-for-safeguarding", "The pilot is paused for safeguarding: nothing is recorded until it goes on.");
        if (Stage is CycleStage.Closed or CycleStage.Cancelled) return new Refusal("cycle-ended", "This cycle has ended; its record stays as it is. Plan the next one.");

        return command switch
        {
            PlanCycle plan => Planned(plan),
            RevisePlan revise => Revise(revise),
            StartDoing => Start(command),
            RecordPoint record => Record(record, stamp),
            CorrectPoint correct => Correct(correct, stamp),
            VoidPoint @void => Void(@void, stamp),
            StudyCycle study => Study(study),
            CompareWithPrediction compare => Compare(compare),
            CloseCycle close => Close(close),
            CancelCycle => string.IsNullOrWhiteSpace(stamp.Reason) ? ReasonMissing("Say why the cycle is cancelled.") : new CycleCancelled(),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    public Cycle Evolve(CycleEvent happened, Stamp stamp) => happened switch
    {
        CyclePlanned e => this with { Pilot = e.Pilot, Plan = e.Plan },
        PlanRevised e => this with { Plan = e.Plan },
        DoingStarted => this with { Stage = CycleStage.Doing },
        PointRecorded e => this with { Points = Points.Add(new(e.Point, e.On, e.Value, e.Denominator, e.Note)) },
        PointCorrected e => With(e.Point, p => p with { Value = e.Value, Denominator = e.Denominator, Earlier = p.Earlier.Add(new(p.Value, p.Denominator, e.Because, stamp.Actor, stamp.At)) }),
        PointVoided e => With(e.Point, p => p with { Voided = true }),
        CycleStudied e => this with { Stage = CycleStage.Studying, WhatHappened = e.WhatHappened, NoData = e.NoData },
        PredictionCompared e => this with { Stage = CycleStage.Acting, Result = e.Result },
        CycleClosed e => this with { Stage = CycleStage.Closed, Decision = e.Decision, Rationale = e.Rationale, Next = e.Next },
        CycleCancelled => this with { Stage = CycleStage.Cancelled },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<CycleEvent> Planned(PlanCycle plan)
    {
        if (Pilot.Length > 0) return new Refusal("cycle-already-planned", "This cycle has been planned already; revise the plan instead.");
        if (!plan.Around.InEnquiry) return new Refusal("pilot-not-in-enquiry", "The pilot is not in its enquiry. Move it there first.");
        return Fault(plan.Plan) is { } fault ? fault : new CyclePlanned(plan.Around.Pilot, plan.Plan);
    }

    private Decision<CycleEvent> Revise(RevisePlan revise)
    {
        if (Stage is not CycleStage.Planned)
            return new Refusal("prediction-frozen", "Doing has begun: the plan and its prediction stay as they were. Plan another cycle for another idea.");
        return Fault(revise.Plan) is { } fault ? fault : new PlanRevised(revise.Plan);
    }

    private Decision<CycleEvent> Start(CycleCommand command)
    {
        if (Stage is not CycleStage.Planned) return NotNow(CycleStage.Planned);
        if (command.Around.Paused) return new Refusal("paused", "The pilot is paused: teaching goes on when it is resumed.");
        return Plan.Prediction is null ? new Refusal("prediction-missing", "Say what you expect before you start; afterwards it would not be a prediction.") : new DoingStarted();
    }

    // Teaching pauses with the pilot, watching goes on: what was seen is not lost.
    private Decision<CycleEvent> Record(RecordPoint record, Stamp stamp)
    {
        if (Stage is not (CycleStage.Doing or CycleStage.Studying)) return NotNow(CycleStage.Doing);
        if (Point(record.Point) is not null) return new Refusal("point-exists", "A point with this id exists already; correct it instead.");
        if (record.On > stamp.Day.AddDays(1)) return Refusal.Invalid("day-in-the-future", "A point is dated on the day it was seen.");
        if (record.Value is null && string.IsNullOrWhiteSpace(record.Note))
            return Refusal.Invalid("gap-needs-a-note", "Nothing was measured? Then say why: it is kept as a gap, not as 0.");

        return Impossible(record.Value, record.Denominator) is { } fault
            ? fault
            : new PointRecorded(record.Point, record.On, record.Value, record.Denominator, record.Note);
    }

    private Decision<CycleEvent> Correct(CorrectPoint correct, Stamp stamp)
    {
        if (Point(correct.Point) is not { Voided: false } point) return NoSuchPoint();
        if (point.Value == correct.Value && point.Denominator == correct.Denominator) return new Refusal("nothing-corrected", "The point says this already.");
        if (string.IsNullOrWhiteSpace(stamp.Reason)) return ReasonMissing("Say why the value is corrected.");

        return Impossible(correct.Value, correct.Denominator) is { } fault ? fault : new PointCorrected(correct.Point, correct.Value, correct.Denominator, correct.Because);
    }

    private Decision<CycleEvent> Void(VoidPoint @void, Stamp stamp)
    {
        if (Point(@void.Point) is not { Voided: false }) return NoSuchPoint();
        return string.IsNullOrWhiteSpace(stamp.Reason) ? ReasonMissing("Say why the point is voided. It stays visible.") : new PointVoided(@void.Point);
    }

    private Decision<CycleEvent> Study(StudyCycle study)
    {
        if (Stage is not CycleStage.Doing) return NotNow(CycleStage.Doing);
        if (string.IsNullOrWhiteSpace(study.WhatHappened)) return Refusal.Invalid("study-missing", "Say what you saw.");
        if (!Points.Any(p => p is { Voided: false, Value: not null } or { Voided: false, Note: not null }) && string.IsNullOrWhiteSpace(study.NoData))
            return new Refusal("no-observation", "Record at least one point, or say why there is no data.");

        return new CycleStudied(study.WhatHappened.Trim(), string.IsNullOrWhiteSpace(study.NoData) ? null : study.NoData.Trim());
    }

    private Decision<CycleEvent> Compare(CompareWithPrediction compare) => Stage is CycleStage.Studying
        ? new PredictionCompared(compare.Result)
        : NotNow(CycleStage.Studying);

    private Decision<CycleEvent> Close(CloseCycle close)
    {
        if (Stage is not CycleStage.Acting) return NotNow(CycleStage.Acting);
        if (string.IsNullOrWhiteSpace(close.Rationale)) return Refusal.Invalid("rationale-missing", "Say why you decide so.");
        if (close.Decision is CycleDecision.Extend && string.IsNullOrWhiteSpace(close.Next))
            return new Refusal("next-cycle-missing", "“Extend” goes on in another cycle: name it.");
        if (close.Next is not null && close.Decision is not (CycleDecision.Extend or CycleDecision.Adapt))
            return Refusal.Invalid("no-next-cycle", "Only “extend” and “adapt” go on in another cycle.");

        return new CycleClosed(close.Decision, close.Rationale.Trim(), close.Next);
    }

    private Cycle With(string id, Func<Point, Point> change) => this with { Points = [.. Points.Select(p => p.Id == id ? change(p) : p)] };

    private Refusal NotNow(CycleStage comes) => new("cycle-not-at-this-stage",
        $"The cycle is {Stage.ToString().ToLowerInvariant()}; this step comes when it is {comes.ToString().ToLowerInvariant()}.");

    private static Refusal NoSuchPoint() => Refusal.NotFound("no-such-point", "There is no such point, or it is voided.");

    private static Refusal ReasonMissing(string sentence) => Refusal.Invalid("reason-missing", sentence);

    private static Refusal? Fault(CyclePlan plan)
    {
        if (string.IsNullOrWhiteSpace(plan.ChangeIdea)) return Refusal.Invalid("change-missing", "Say what you will try.");
        return plan.Prediction?.Size is { } size && !double.IsFinite(size) ? Refusal.Invalid("value-impossible", "The size of what you expect is a number.") : null;
    }

    private static Refusal? Impossible(double? value, double? denominator) => (value, denominator) switch
    {
        ({ } v, _) when !double.IsFinite(v) => Refusal.Invalid("value-impossible", "The value is a number."),
        (null, not null) => Refusal.Invalid("value-impossible", "“Out of” needs a value beside it."),
        (_, { } d) when !double.IsFinite(d) || d <= 0 => Refusal.Invalid("denominator-impossible", "“Out of” is a number above 0."),
        _ => null,
    };
}

public enum CycleStage
{
    Planned,
    Doing,
    Studying,
    Acting,
    Closed,
    Cancelled,
}

/// <summary>What is tried, and what is expected of it.</summary>
/// <param name="Driver">What it is to act on, where the pilot has a driver diagram.</param>
/// <param name="Where">Who does it, where and when.</param>
/// <param name="Measure">What is watched.</param>
public sealed record CyclePlan(
    string ChangeIdea, string? Question = null, Prediction? Prediction = null, string? Measure = null, string? Unit = null, string? Driver = null, string? Where = null);

/// <summary>What was expected beforehand.</summary>
/// <param name="Size">How much, in the measure's own unit; null where nobody dared to say.</param>
public sealed record Prediction(PredictedDirection Direction, Confidence Confidence, double? Size = null)
{
    /// <summary>The chance in a hundred that a word stands for.</summary>
    [JsonIgnore] public int Percent => Confidence switch
    {
        Confidence.Hunch => 55,
        Confidence.FairlySure => 70,
        _ => 90,
    };
}

public enum PredictedDirection
{
    Up,
    Down,
    NoChange,
}

public enum Confidence
{
    Hunch,
    FairlySure,
    VerySure,
}

/// <summary>One dated point. Without a value it is a gap.</summary>
/// <param name="Denominator">“Out of” how many, where the value is a count of them.</param>
public sealed record Point(string Id, DateOnly On, double? Value, double? Denominator = null, string? Note = null)
{
    public bool Voided { get; init; }

    /// <summary>What stood here before, oldest first.</summary>
    public ImmutableArray<EarlierValue> Earlier { get; init; } = [];
}

/// <param name="Because">Why it was replaced; the words stand in that event's stamp.</param>
/// <param name="By">Who replaced it.</param>
/// <param name="Until">When.</param>
public sealed record EarlierValue(double? Value, double? Denominator, CorrectionReason Because, string By, DateTimeOffset Until);

/// <summary>What came of the prediction.</summary>
public enum PredictionResult
{
    AsPredicted,
    PartlyAsPredicted,
    NotAsPredicted,
    CannotTell,
}

public enum CycleDecision
{
    Adopt,
    Adapt,
    Abandon,
    Extend,
}

/// <summary>What can be asked of a <see cref="Cycle"/>, with what the pilot around it says: a cycle belongs to whom its pilot belongs to.</summary>
public abstract record CycleCommand : ICommand<Cycle>, IBelongs
{
    [Gathered] public PilotAround Around { get; init; } = new("", "");

    IEnumerable<string> IBelongs.Homes(string id) => [Around.School];

    IEnumerable<string> IBelongs.Workers => Around.Team;
}

/// <summary>The pilot as it stands when its cycle is worked on.</summary>
public sealed record PilotAround(string Pilot, string School)
{
    public ImmutableArray<string> Team { get; init; } = [];

    public bool InEnquiry { get; init; }

    public bool Paused { get; init; }

    public bool PausedForSafeguarding { get; init; }
}

public sealed record PlanCycle(CyclePlan Plan) : CycleCommand;

public sealed record RevisePlan(CyclePlan Plan) : CycleCommand;

/// <summary>Begins; from here on the prediction stands.</summary>
public sealed record StartDoing : CycleCommand;

/// <summary>Records what was seen on a day. A point without a value is a gap and says why.</summary>
public sealed record RecordPoint(string Point, DateOnly On, double? Value, double? Denominator = null, string? Note = null) : CycleCommand;

/// <summary>Puts another value in a point's place; the old one is kept, the stamp's reason says why.</summary>
public sealed record CorrectPoint(string Point, double? Value, CorrectionReason Because, double? Denominator = null) : CycleCommand;

public sealed record VoidPoint(string Point) : CycleCommand;

public sealed record StudyCycle(string WhatHappened, string? NoData = null) : CycleCommand;

public sealed record CompareWithPrediction(PredictionResult Result) : CycleCommand;

public sealed record CloseCycle(CycleDecision Decision, string Rationale, string? Next = null) : CycleCommand;

/// <summary>The stamp's reason says why.</summary>
public sealed record CancelCycle : CycleCommand;

/// <summary>What has happened to a <see cref="Cycle"/>.</summary>
[JsonDerivedType(typeof(CyclePlanned), "cycle-planned")]
[JsonDerivedType(typeof(PlanRevised), "plan-revised")]
[JsonDerivedType(typeof(DoingStarted), "doing-started")]
[JsonDerivedType(typeof(PointRecorded), "point-recorded")]
[JsonDerivedType(typeof(PointCorrected), "point-corrected")]
[JsonDerivedType(typeof(PointVoided), "point-voided")]
[JsonDerivedType(typeof(CycleStudied), "cycle-studied")]
[JsonDerivedType(typeof(PredictionCompared), "prediction-compared")]
[JsonDerivedType(typeof(CycleClosed), "cycle-closed")]
[JsonDerivedType(typeof(CycleCancelled), "cycle-cancelled")]
public abstract record CycleEvent : IEvent<Cycle>;

public sealed record CyclePlanned(string Pilot, CyclePlan Plan) : CycleEvent;

public sealed record PlanRevised(CyclePlan Plan) : CycleEvent;

public sealed record DoingStarted : CycleEvent;

public sealed record PointRecorded(string Point, DateOnly On, double? Value, double? Denominator, string? Note) : CycleEvent;

public sealed record PointCorrected(string Point, double? Value, double? Denominator, CorrectionReason Because) : CycleEvent;

public sealed record PointVoided(string Point) : CycleEvent;

public sealed record CycleStudied(string WhatHappened, string? NoData) : CycleEvent;

public sealed record PredictionCompared(PredictionResult Result) : CycleEvent;

public sealed record CycleClosed(CycleDecision Decision, string Rationale, string? Next) : CycleEvent;

public sealed record CycleCancelled : CycleEvent;
