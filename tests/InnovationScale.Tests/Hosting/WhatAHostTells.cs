using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using InnovationScale.Demonstration;
using InnovationScale.Innovations;
using InnovationScale.Pilots;
using InnovationScale.Serving;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using EventLog = InnovationScale.Storage.EventLog;

namespace InnovationScale.Hosting;

/// <summary>Everything the product tells while it is listened to.</summary>
public sealed class Listener : IDisposable
{
    private readonly ActivityListener spans;
    private readonly MeterListener numbers = new();
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ConcurrentQueue<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> measured = new();
    private readonly ConcurrentDictionary<string, bool> instruments = new(StringComparer.Ordinal);

    public Listener()
    {
        spans = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(spans);
        numbers.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != Telemetry.Name) return;
            instruments[instrument.Name] = true;
            listener.EnableMeasurementEvents(instrument);
        };
        numbers.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, tags.ToArray())));
        numbers.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, tags.ToArray())));
        numbers.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, tags.ToArray())));
        numbers.Start();
    }

    public IEnumerable<string> Instruments => instruments.Keys;

    public IEnumerable<Activity> Spans(string name) => ended.Where(span => span.OperationName == name);

    public IEnumerable<Activity> AllSpans => ended;

    /// <summary>The sum of what was measured under a name, of all that carries the tag.</summary>
    public double Sum(string name, string? tag = null) =>
        measured.Where(one => one.Name == name && (tag is null || one.Tags.Any(t => Written(t) == tag))).Sum(one => one.Value);

    public int Count(string name) => measured.Count(one => one.Name == name);

    /// <summary>What all gauges of a name say now, together.</summary>
    public double Read(string gauge)
    {
        var before = measured.Count;
        numbers.RecordObservableInstruments();
        return measured.Skip(before).Where(one => one.Name == gauge).Sum(one => one.Value);
    }

    /// <summary>Whatever of a span or a number could hold words.</summary>
    public IEnumerable<string> Texts => ended.SelectMany(span => span.TagObjects.Select(Written).Append(span.DisplayName).Append(span.StatusDescription ?? ""))
        .Concat(measured.SelectMany(one => one.Tags.Select(Written))).Distinct(StringComparer.Ordinal);

    /// <summary>Those of one trace.</summary>
    public IEnumerable<Activity> Of(Activity root, string name) => Spans(name).Where(span => span.TraceId == root.TraceId);

    public void Dispose()
    {
        spans.Dispose();
        numbers.Dispose();
    }

    private static string Written(KeyValuePair<string, object?> tag) => $"{tag.Key}={tag.Value}";
}

/// <summary>The demonstration, loaded while somebody listens.</summary>
public sealed class WatchedLantern : IAsyncLifetime
{
    private readonly LoadedLantern lantern = new();

    public Listener Heard { get; } = new();

    internal SqlLogStore Store => lantern.Store;

    internal int Settled => lantern.Settled;

    internal Desk Desk { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await lantern.InitializeAsync();
        Desk = new(lantern.Grains, Store, lantern.Access, TimeProvider.System);
    }

    public Task DisposeAsync()
    {
        Heard.Dispose();
        return lantern.DisposeAsync();
    }

    internal async Task<long> Count(string sql) => (await Store.Query(connection => connection.Query(sql, r => r.GetInt64(0)))).Single();
}

/// <summary>Listeners hear the whole process, hence nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "telemetry";
}

[Collection(Alone.Name)]
public partial class WhatAHostTells(WatchedLantern lantern) : IClassFixture<WatchedLantern>
{
    private readonly Listener heard = lantern.Heard;

    private static Principal Teacher { get; } = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]);

    [Fact]
    public async Task A_refused_command_is_one_span_and_one_in_the_counts_with_the_refusal_s_code()
    {
        using var root = new Activity("test").Start();
        var (commands, refusals) = (heard.Sum("innovationscale.commands"), heard.Sum("innovationscale.refusals", "innovationscale.refusal=no-such-pilot"));

        var outcome = await lantern.Desk.Execute(Teacher, new("refused"), "unheard-of", new MovePilot(PilotTo.Enquiry));

        Assert.Equal("no-such-pilot", outcome.Refusal?.Code);
        var span = Assert.Single(heard.Of(root, "command"));
        Assert.Equal("move-pilot", span.DisplayName);
        Assert.Equal(("pilot", "refused", "no-such-pilot", null),
            (span.GetTagItem("innovationscale.kind"), span.GetTagItem("innovationscale.outcome"), span.GetTagItem("innovationscale.refusal"), span.GetTagItem("innovationscale.version")));
        Assert.Equal((commands + 1, refusals + 1), (heard.Sum("innovationscale.commands"), heard.Sum("innovationscale.refusals", "innovationscale.refusal=no-such-pilot")));
    }

    [Fact]
    public async Task An_accepted_command_is_one_span_with_its_version_and_the_commit_points_at_it()
    {
        using var root = new Activity("test").Start();
        Task<Outcome> Send() => lantern.Desk.Execute(Teacher, new("accepted"), "told-of", new RegisterInnovation("Words of Amina's own", "Nobody else's business."));

        var receipt = (await Send()).Receipt!;
        var again = (await Send()).Receipt!;

        Assert.False(receipt.Replayed);
        Assert.True(again.Replayed);
        var spans = heard.Of(root, "command").ToList();
        Assert.Equal(["accepted", "replayed"], spans.Select(span => span.GetTagItem("innovationscale.outcome")));
        Assert.All(spans, span => Assert.Equal(receipt.Version, span.GetTagItem("innovationscale.version")));
        var append = Assert.Single(heard.Spans("append"), append => append.Links.Any(link => link.Context.TraceId == root.TraceId));
        Assert.NotEqual(root.TraceId, append.TraceId);
        Assert.Equal(1, append.GetTagItem("innovationscale.size"));
    }

    [Fact]
    public async Task A_query_is_one_span_named_after_its_action()
    {
        using var root = new Activity("test").Start();
        await lantern.Desk.Query(Teacher, "list-pilots", connection => connection.Query("select 1", r => r.GetInt64(0)));
        Assert.Equal("list-pilots", Assert.Single(heard.Of(root, "query")).DisplayName);
    }

    [Fact]
    public async Task A_command_whose_facts_cannot_be_gathered_has_failed()
    {
        using var root = new Activity("test").Start();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lantern.Desk.Execute<Pilot>(Teacher, new("lost"), "any", () => throw new StoreUnavailableException("Amina's secret")));

        var span = Assert.Single(heard.Of(root, "command"));
        Assert.Equal((ActivityStatusCode.Error, null, "failed"), (span.Status, span.StatusDescription, span.GetTagItem("innovationscale.outcome")));
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task The_numbers_agree_with_the_log()
    {
        Assert.Equal(heard.Spans("command").Count(), heard.Sum("innovationscale.commands"));
        Assert.Equal(heard.Sum("innovationscale.commands", "innovationscale.outcome=refused"), heard.Sum("innovationscale.refusals"));
        var accepted = await lantern.Count("select count(*) from command");
        Assert.Equal(accepted, heard.Sum("innovationscale.commands", "innovationscale.outcome=accepted"));
        Assert.Equal(accepted, heard.Count("innovationscale.append.latency"));
        // The demonstration takes the steps itself that follow from what happened, and settles them.
        Assert.InRange(lantern.Settled, 1, int.MaxValue);
        Assert.Equal(accepted + lantern.Settled, heard.Sum("innovationscale.append.size"));
        Assert.Equal(heard.Spans("append").Count(), heard.Count("innovationscale.append.size"));
    }

    [Fact]
    public async Task Nothing_told_holds_a_record_s_or_a_person_s_id_or_anybody_s_words()
    {
        var ids = await lantern.Store.Query(connection => connection.Query(
            "select actor from event union select substr(stream, instr(stream, '/') + 1) from event union select command_id from event", r => r.GetString(0)));
        Assert.Contains("amina", ids);

        var told = heard.Texts.ToList();
        Assert.NotEmpty(told);
        // What the product tells is a closed set of words and numbers; with free text among them this would not hold.
        Assert.All(told, text => Assert.Matches(OneWord(), text));
        Assert.All(told, text => Assert.DoesNotContain(text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..], ids));
        Assert.All(heard.AllSpans, span => Assert.Empty(span.Events));
    }

    [Fact]
    public async Task Rows_of_files_are_counted_whether_they_are_taken_or_not()
    {
        const string taken = "innovationscale.outcome=accepted", refused = "innovationscale.outcome=refused";
        var plan = new UploadPlan { Arms = [new("cards"), new("usual")], Measure = new("score", 0, 10), Waves = [new("after")], MinimumCell = 1 };
        var before = (heard.Sum("innovationscale.import.rows", taken), heard.Sum("innovationscale.import.rows", refused));

        var good = await Reduce(plan, "school,class,arm,wave,score\nheron,a,cards,after,4\nheron,b,usual,after,5\n");
        var bad = await Reduce(plan, "school,class,arm,wave,score\nheron,a,cards,after,many\n");

        Assert.Equal((2, true, 1, false), (good.Rows, good.Accepted, bad.Rows, bad.Accepted));
        Assert.Equal((before.Item1 + 2, before.Item2 + 1), (heard.Sum("innovationscale.import.rows", taken), heard.Sum("innovationscale.import.rows", refused)));
    }

    [Fact]
    public async Task The_page_lists_every_signal_and_no_other()
    {
        using var log = new EventLog(new Simulation.SimulatedStore(new(), new()), TimeProvider.System, NullLogger<EventLog>.Instance);
        using var sweep = new Sweep(log, new Dictionary<string, Func<Note, Task>>(StringComparer.Ordinal), TimeProvider.System, NullLogger<Sweep>.Instance);
        await lantern.Desk.Query(Teacher, "list-pilots", connection => connection.Query("select 1", r => r.GetInt64(0)));

        var page = await File.ReadAllTextAsync(Path.Combine(Project.Root, "grains-docs", "telemetry.md"));
        Assert.Equal(
            heard.AllSpans.Select(span => span.OperationName).Concat(heard.Instruments).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Listed().Matches(page).Select(row => row.Groups["name"].Value).Order(StringComparer.Ordinal));
    }

    private static async Task<Reduction> Reduce(UploadPlan plan, string csv)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        return await UploadReduction.ReduceAsync(file, plan);
    }

    [GeneratedRegex(@"^(innovationscale\.[a-z]+=)?[a-z0-9-]*$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex OneWord();

    [GeneratedRegex(@"^\| `(?<name>[a-z.]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Listed();
}

[Collection(Alone.Name)]
public class WhatAHostTellsOfItsGrains
{
    [Fact]
    public async Task A_host_tells_its_grains_its_conflicts_and_what_waits_in_its_outbox()
    {
        using var heard = new Listener();
        var folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
        try
        {
            using var log = new EventLog(new SqlLogStore(new SqliteEngine(folder), Tally.Kinds), TimeProvider.System, NullLogger<EventLog>.Instance);
            log.Start();
            using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
            using var others = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
            var waited = 0.0;
            var steps = new Dictionary<string, Func<Note, Task>>(StringComparer.Ordinal)
            {
                ["seven"] = _ =>
                {
                    waited = heard.Read("innovationscale.outbox.age");
                    throw new InvalidOperationException("Amina's secret");
                },
            };
            using var sweep = new Sweep(log, steps, TimeProvider.System, NullLogger<Sweep>.Instance);
            Stamp By(string id) => new("amina", new(Role.Teacher, "heron-bay"), TimeProvider.System.GetUtcNow().AddSeconds(-90), id);

            var active = heard.Read("innovationscale.grains.active");
            await grains.Execute("a", new Count(1), By("c1"));
            await others.Execute("a", new Count(7), By("c2"));
            Assert.Equal(active + 2, heard.Read("innovationscale.grains.active"));

            await grains.Execute("a", new Count(1), By("c3"));
            Assert.Equal(1, heard.Sum("innovationscale.conflicts", "innovationscale.kind=tally"));

            Assert.Equal(0, heard.Read("innovationscale.outbox.age"));
            Assert.Equal(0, await sweep.RunDue());
            Assert.Equal(1, heard.Sum("innovationscale.outbox.failures", "innovationscale.step=seven"));
            Assert.InRange(waited, 90, 900);
            Assert.Equal(0, heard.Read("innovationscale.outbox.age"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

[Collection(Alone.Name)]
public class WhatLeavesAHost
{
    [Fact]
    public async Task Of_other_people_s_spans_only_known_tags_leave()
    {
        await using var collector = await Collector.Start();
        using var export = new TelemetryExport(new(collector.Address));
        using var orleans = new ActivitySource("Microsoft.Orleans.Application");
        await export.StartAsync(CancellationToken.None);
        using (var span = orleans.StartActivity("IPersonGrain/Look"))
        {
            Assert.NotNull(span);
            span.SetTag("rpc.method", "Look").SetTag("rpc.orleans.target_id", "person/amina").SetStatus(ActivityStatusCode.Error, "There is no amina.");
            span.AddException(new InvalidOperationException("There is no amina."));
            span.TraceStateString = "who=amina";
        }

        await export.StopAsync(CancellationToken.None);

        var sent = collector.At("/v1/traces");
        Assert.Contains("IPersonGrain/Look", sent, StringComparison.Ordinal);
        Assert.Contains("rpc.method", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("amina", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("rpc.orleans.target_id", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_log_lines_only_sentences_of_the_code_and_known_values_leave()
    {
        await using var collector = await Collector.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        TelemetryExport.AddTo(builder, new(collector.Address));
        await using (var host = builder.Build())
        {
            await host.StartAsync();
            var logs = host.Services.GetRequiredService<ILoggerFactory>();
            var fault = new InvalidOperationException("There is no amina.");
            var (own, others) = (logs.CreateLogger(typeof(Sweep).FullName!), logs.CreateLogger("Microsoft.Orleans.Runtime"));
            using (own.BeginScope("amina"))
                LoggerMessage.Define<string, string, int>(LogLevel.Error, default, "Step {Note} ({Kind}) failed at attempt {Attempt}.")(own, "person/amina@1#0", "tell-registrar", 4711, fault);
            LoggerMessage.Define<string>(LogLevel.Warning, new(7, "GrainLost"), "Lost {GrainId} of amina.")(others, "person/amina", fault);
            await host.StopAsync();
        }

        var sent = collector.At("/v1/logs");
        foreach (var told in (string[])["Step {Note} ({Kind}) failed at attempt {Attempt}.", "tell-registrar", "Attempt", "System.InvalidOperationException", "GrainLost", "Microsoft.Orleans.Runtime", "innovationscale"])
            Assert.Contains(told, sent, StringComparison.Ordinal);
        Assert.DoesNotContain("amina", sent, StringComparison.Ordinal);
    }
}
