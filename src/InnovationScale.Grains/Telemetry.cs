using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace InnovationScale;

/// <summary>
/// What the product tells those who run it: spans and numbers under one name, made only while somebody listens. They hold kinds, names of commands, codes and
/// counts; never an id, a name or anybody's words. grains-docs/telemetry.md says what each means.
/// </summary>
public static class Telemetry
{
    public const string Name = "InnovationScale";

    internal const string CommandSpan = "command", AppendSpan = "append", QuerySpan = "query";

    internal static readonly ActivitySource Spans = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> Commands = Meter.CreateCounter<long>("innovationscale.commands", "{command}", "Commands answered, by kind, command and outcome.");

    internal static readonly Counter<long> Refusals = Meter.CreateCounter<long>("innovationscale.refusals", "{refusal}", "Commands refused, by kind and refusal code.");

    internal static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("innovationscale.conflicts", "{conflict}", "Commands decided again because their record had moved on, by kind.");

    internal static readonly Histogram<long> AppendSize = Meter.CreateHistogram("innovationscale.append.size", "{append}", "Appends, and steps of the outbox claimed or settled, in one commit of the log.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });

    internal static readonly Histogram<double> AppendLatency = Meter.CreateHistogram("innovationscale.append.latency", "s", "From joining the log's queue to a known fate.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });

    internal static readonly Counter<long> OutboxFailures = Meter.CreateCounter<long>("innovationscale.outbox.failures", "{attempt}", "Steps of the outbox that failed, by step; each is tried again, at last parked.");

    internal static readonly Counter<long> ImportRows = Meter.CreateCounter<long>("innovationscale.import.rows", "{row}", "Rows read of uploaded files, by outcome.");

    /// <summary>Grains in memory, told until the meter is disposed.</summary>
    public static Meter ActiveGrains(Func<int> count)
    {
        var meter = new Meter(Name);
        meter.CreateObservableGauge("innovationscale.grains.active", count, "{grain}", "Grains in memory.");
        return meter;
    }

    /// <summary>How long the outbox has waited, told until the meter is disposed.</summary>
    internal static Meter OutboxAge(Func<double> seconds)
    {
        var meter = new Meter(Name);
        meter.CreateObservableGauge("innovationscale.outbox.age", seconds, "s", "How long the oldest step of the outbox that is due has waited.");
        return meter;
    }

    internal static KeyValuePair<string, object?> Kind(string kind) => new("innovationscale.kind", kind);

    internal static KeyValuePair<string, object?> Command(string name) => new("innovationscale.command", name);

    internal static KeyValuePair<string, object?> Outcome(string outcome) => new("innovationscale.outcome", outcome);

    internal static KeyValuePair<string, object?> Refusal(string code) => new("innovationscale.refusal", code);

    internal static KeyValuePair<string, object?> Version(long version) => new("innovationscale.version", version);

    internal static KeyValuePair<string, object?> Size(int size) => new("innovationscale.size", size);

    internal static KeyValuePair<string, object?> Step(string kind) => new("innovationscale.step", kind);

    /// <summary>A query of the read tables; null while nobody listens.</summary>
    /// <param name="action">A row of the access table, such as <c>list-pilots</c>.</param>
    internal static Activity? Query(string action)
    {
        var span = Spans.StartActivity(QuerySpan);
        if (span is not null) span.DisplayName = action;
        return span;
    }

    internal static Activity? Tag(this Activity? span, KeyValuePair<string, object?> tag) => span?.SetTag(tag.Key, tag.Value);
}

/// <summary>One command from its coming in to its answer: a span, and a one in the counts. Without an answer it has failed.</summary>
internal sealed class WatchedCommand<TAggregate> : IDisposable where TAggregate : class, IAggregate<TAggregate>
{
    private readonly Activity? span = Telemetry.Spans.StartActivity(Telemetry.CommandSpan);
    private ICommand<TAggregate>? command;
    private Outcome? answer;

    public ICommand<TAggregate> Asks(ICommand<TAggregate> asked) => command = asked;

    public Outcome Answers(Outcome outcome)
    {
        answer = outcome;
        return outcome;
    }

    public void Dispose()
    {
        if (span is null && !Telemetry.Commands.Enabled && !Telemetry.Refusals.Enabled) return;

        // Facts may be refused to a command before there is one.
        var name = command is null ? "none" : Commands<TAggregate>.NameOf(command);
        var outcome = answer switch { null => "failed", { Refusal: not null } => "refused", { Receipt.Replayed: true } => "replayed", _ => "accepted" };
        Telemetry.Commands.Add(1, Telemetry.Kind(TAggregate.Kind), Telemetry.Command(name), Telemetry.Outcome(outcome));
        if (answer?.Refusal is { } refusal) Telemetry.Refusals.Add(1, Telemetry.Kind(TAggregate.Kind), Telemetry.Refusal(refusal.Code));

        if (span is null) return;
        span.DisplayName = name;
        span.Tag(Telemetry.Kind(TAggregate.Kind)).Tag(Telemetry.Command(name)).Tag(Telemetry.Outcome(outcome));
        if (answer is null) span.SetStatus(ActivityStatusCode.Error);
        if (answer?.Refusal is { Code: var code }) span.Tag(Telemetry.Refusal(code));
        if (answer?.Receipt is { Version: var version }) span.Tag(Telemetry.Version(version));
        span.Dispose();
    }
}
