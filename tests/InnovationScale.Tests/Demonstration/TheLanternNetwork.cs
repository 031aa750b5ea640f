using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Pilots;
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

    internal async Task<long> Events()
    {
        using var lease = Store.Reader();
        return (await lease.Connection.Query("select count(*) from event", r => r.GetInt64(0))).Single();
    }

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

        // R 4.2, lme4 1.1-31: lmer(y ~ small + factor(school) + (1 | class), REML = TRUE).
        Assert.Equal(8.07236187385245, adjusted.Difference, 1e-5);
        Assert.Equal(2.78215146957864, adjusted.StandardError, 1e-5);
        Assert.Equal((78, 79), (study.Reading.Unadjusted.K, study.Reading.Sites.Length));
        Assert.Single(study.Reading.OneGroupOnly);
        Assert.Null(study.Pooled);
        Assert.Equal(0.288037674710721, within.Estimate, 1e-9);
    }

    /// <summary>
    /// R 4.2, metafor 3.8-1: rma(yi, vi, method, test) on the 78 schools. The class file has 12 digits, hence not more than 8 here. Paule and
    /// Mandel's is bisected to the last bit instead: metafor's root finder stops at an absolute 1.2e-4, where the generalised Q is 77.006 and not 77.
    /// </summary>
    [Theory]
    [InlineData("EE_z", 0.188267629123904, 0.0339978428187115, 0, 69.4848610424349, null, null)]
    [InlineData("DL_z", 0.186480823882153, 0.0623189585677526, 0.2056219142642, 69.4848610424349, -0.710629541570929, 1.08359118933524)]
    [InlineData("PM_z", 0.18648548448635, 0.0665547197779352, 0.247812673924727, 73.2926198292181, -0.797881338401311, 1.17085230737401)]
    [InlineData("REML_z", 0.186481748605023, 0.0644455805793917, 0.226445211254519, 71.4909622860205, -0.754706026053955, 1.127669523264)]
    [InlineData("REML_knha", 0.186481748605023, 0.0664150864000473, 0.226445211254519, 71.4909622860205, -0.770266102024377, 1.14322959923442)]
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
        Assert.Equal(252.333768189874, fit.Q, 1e-6);
        Assert.Equal(low ?? 0, pool.Prediction?.Lower ?? 0, 1e-8);
        Assert.Equal(high ?? 0, pool.Prediction?.Upper ?? 0, 1e-8);
    }

    private async Task<VersionEvidence> Read(string innovation) => (await lantern.Evidence.Read(Principal.Anonymous, innovation))!;
}
