using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Pilots;
using InnovationScale.Statistics;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Demonstration;

/// <summary>The demonstration in a store of its own, loaded once for all tests of it.</summary>
public sealed class LoadedLantern : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private EventLog log = null!;
    private LocalGrains grains = null!;

    internal EvidenceDesk Evidence { get; private set; } = null!;

    internal IGrains Grains => grains;

    internal SqlLogStore Store { get; private set; } = null!;

    internal Access Access { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (var kinds, Access) = Product.Compose();
        Store = new(new SqliteEngine(folder), kinds);
        log = new(Store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        await Load();
        Evidence = new(new Desk(grains, Store, Access, TimeProvider.System), grains);
    }

    internal Task Load() => Lantern.Load(grains, Store, Access);

    internal async Task<long> Events() => (await Store.Query(connection => connection.Query("select count(*) from event", r => r.GetInt64(0)))).Single();

    public Task DisposeAsync()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}

public class TheLanternNetwork(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    [Fact]
    public async Task Loaded_again_is_as_it_was()
    {
        var before = await lantern.Events();
        await lantern.Load();
        Assert.Equal(before, await lantern.Events());
    }

    [Fact]
    public async Task Adopted_exit_cards_on_more_than_chance_wobble()
    {
        var pilot = (await lantern.Grains.Look<Pilot>("friday-exit-cards-heron-bay")).State;
        Assert.Equal((PilotStatus.Closed, PilotTo.AdoptedLocally), (pilot.Status, pilot.ClosedAs));

        var evidence = await Read(Lantern.ExitCards);
        Assert.True(evidence.Record.RunChartSignal);
        Assert.Equal((2, Verdict.CannotTellYet), (evidence.Level.Level, evidence.Level.Verdict));
        Assert.Empty(evidence.Trials);
    }

    [Fact]
    public async Task Found_no_worthwhile_difference_of_voice_notes()
    {
        var evidence = await Read(Lantern.VoiceNotes);
        var trial = Assert.Single(evidence.Trials);
        var effect = trial.Result.Effect!;
        Assert.Equal((0.01, -0.16, 0.18), (Math.Round(effect.G, 10), Math.Round(effect.Low, 2), Math.Round(effect.High, 2)));
        Assert.Equal((TrialState.Reported, Verdict.NoWorthwhileDifference), (trial.Trial.State, evidence.Level.Verdict));
        Assert.Equal((12, 42), (trial.Trial.Sites.Length, trial.Trial.Cells.Held.Sum(held => held.Cell.Classes)));
        Assert.True((await lantern.Grains.Look<Evaluation>(trial.Evaluation!)).State is { State: EvaluationState.Published, Independent: true });
        Assert.Equal(PilotTo.NoEffect, (await lantern.Grains.Look<Pilot>("voice-note-homework-casa")).State.ClosedAs);
    }

    [Fact]
    public async Task Reads_Project_STAR_with_classes_taken_into_account()
    {
        var study = Assert.Single((await Read(Lantern.SmallClasses)).Studies);
        var (adjusted, within) = (study.Reading!.Adjusted!, study.Reading.Within!);

        Assert.Equal(PublishedStar.Difference, adjusted.Difference, 1e-5);
        Assert.Equal(PublishedStar.StandardErrorOfDifference, adjusted.StandardError, 1e-5);
        Assert.Equal((78, 79), (study.Reading.Unadjusted.K, study.Reading.Sites.Length));
        Assert.Single(study.Reading.OneGroupOnly);
        Assert.Null(study.Pooled);
        Assert.Equal(PublishedStar.IntraclassCorrelationWithinArms, within.Estimate, 1e-9);
    }

    /// <summary>The class file has 12 digits, hence not more than 8 here.</summary>
    [Theory, MemberData(nameof(PublishedStar.Pools), MemberType = typeof(PublishedStar))]
    public async Task Pools_its_schools_as_metafor_does(string method, double mu, double se, double tau2, double i2, double? low, double? high)
    {
        var evidence = await lantern.Evidence.Read(Principal.Anonymous, Lantern.SmallClasses, "v1", PoolMethod.Named(method));
        var pool = evidence!.Studies[0].Reading!.Unadjusted;
        var fit = pool.Fit!;

        Assert.Equal((78, method), (pool.K, pool.Method));
        Assert.Equal(mu, fit.Estimate, 1e-8);
        Assert.Equal(se, fit.StandardError, 1e-8);
        Assert.Equal(tau2, fit.Tau2, 1e-8);
        Assert.Equal(i2, fit.I2, 1e-6);
        Assert.Equal(PublishedStar.Q, fit.Q, 1e-6);
        Assert.Equal(low ?? 0, pool.Prediction?.Lower ?? 0, 1e-8);
        Assert.Equal(high ?? 0, pool.Prediction?.Upper ?? 0, 1e-8);
    }

    private async Task<VersionEvidence> Read(string innovation) => (await lantern.Evidence.Read(Principal.Anonymous, innovation))!;
}
