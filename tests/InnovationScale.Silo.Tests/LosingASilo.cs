using System.Collections.Concurrent;
using InnovationScale.Hosting;

namespace InnovationScale.Silo;

/// <summary>A silo dies, or the database stands still, while many people work: what was acknowledged is there, once.</summary>
[Collection(TwoSilos.Name)]
public sealed class LosingPartsOfTheCluster(TwoSilos silos)
{
    private const int Writers = 32, Records = 8;
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(4), BeforeAgain = TimeSpan.FromMilliseconds(20);

    [Fact]
    public Task A_killed_silo_loses_nothing() => Loses_nothing(async () =>
    {
        var victim = silos.Cluster.Silos[1];
        await silos.Cluster.KillSiloAsync(victim);
        await silos.Cluster.StartAdditionalSiloAsync();
    });

    [Fact]
    public Task A_database_that_stands_still_for_a_while_loses_nothing() => Loses_nothing(async () =>
    {
        silos.Server.Freeze();
        await Task.Delay(Work);
        silos.Server.Thaw();
    });

    [Fact]
    public Task A_database_that_crashes_loses_nothing() => Loses_nothing(() => Task.Run(silos.Server.CrashAndRestart));

    private async Task Loses_nothing(Func<Task> mishap)
    {
        string[] ids = [.. Enumerable.Range(0, Records).Select(_ => Guid.NewGuid().ToString("n"))];
        var acknowledged = new ConcurrentDictionary<string, ConcurrentBag<long>>(ids.Select(id => KeyValuePair.Create(id, new ConcurrentBag<long>())), StringComparer.Ordinal);
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; !done.IsCancellationRequested; n++)
            {
                var id = ids[(writer + n) % ids.Length];
                acknowledged[id].Add((await Insist(id, $"{writer}-{n}")).Version);
            }
        })).ToArray();

        await Task.Delay(Work);
        await mishap();
        await Task.Delay(Work);
        await done.CancelAsync();
        await Task.WhenAll(writers);

        using var log = silos.Beside();
        foreach (var id in ids)
        {
            var events = await log.Read($"tally/{id}");
            Assert.Equal(acknowledged[id].Order(), events.Select(e => e.Version));
            Assert.Equal(events.Count, events.Select(e => e.CommandId).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(events.Count, (await Looked(id)).State.Total);
        }

        Assert.True(acknowledged.Values.Sum(versions => versions.Count) > Writers, "Hardly anything was done.");
    }

    /// <summary>Sends the same command until there is an answer, as a client does.</summary>
    private async Task<Receipt> Insist(string id, string commandId)
    {
        while (true)
        {
            try
            {
                var outcome = await silos.Grains.Execute(id, new Count(1), new("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, $"{id}-{commandId}"));
                return outcome.Receipt ?? throw new InvalidOperationException(outcome.Refusal!.Code);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(BeforeAgain);
            }
        }
    }

    private async Task<View<Tally>> Looked(string id)
    {
        while (true)
        {
            try
            {
                return await silos.Grains.Look<Tally>(id);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(BeforeAgain);
            }
        }
    }
}
