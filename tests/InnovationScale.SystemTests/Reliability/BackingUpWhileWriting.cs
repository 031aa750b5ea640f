using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>A large folder is backed up while its server writes, and restored into a clean one.</summary>
[Collection(OneAtATime.Name)]
public sealed class BackingUpWhileWriting(ITestOutputHelper output)
{
    private const int Teachers = 4;

    [Fact]
    public async Task Restores_to_the_same_heads_and_refuses_what_is_not_whole()
    {
        using var figures = new Figures("backup", output);
        int events = Measure.Of(20_000, 1_000_000), backups = Measure.Of(2, 10);
        var folder = Directory.CreateTempSubdirectory("innovationscale-");
        try
        {
            var data = Path.Combine(folder.FullName, "data");
            await Fill(data, events);
            var file = await BackUpBeside(data, folder.FullName, events, backups, figures);
            await RefusesWhatIsNotWhole(file, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The last backup, taken once the server had stopped.</summary>
    private static async Task<string> BackUpBeside(string data, string folder, int events, int backups, Figures figures)
    {
        await using var server = await RunningServer.StartOn(data, "--sign-in", "local-people");
        var journal = new Journal();
        var programme = await Programme.Open(server, Teachers);
        var teachers = Enumerable.Range(0, Teachers).Select(n => new Teacher(server, programme, n, journal, Measure.Seed)).ToList();
        var enough = false;
        var writing = Task.WhenAll(teachers.Select(teacher => Task.Run(() => teacher.WriteUntil(() => Volatile.Read(ref enough)))));
        for (var n = 0; n < backups; n++)
        {
            var before = journal.Acknowledged;
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var file = Path.Combine(folder, $"while-writing-{n}.db");
            await Well("backup", file, data);
            var taken = watch.Elapsed;
            var restored = Path.Combine(folder, $"restored-{n}");
            await Well("restore", file, restored);

            var found = Kept.Verified(restored);
            Assert.InRange(found.Events, events, int.MaxValue);
            Assert.Equal(Kept.HeadAt(data, found.Events), found.Head);
            // What had been acknowledged before the backup began is in it.
            Assert.InRange(Kept.In(restored).Commands.Keys.Count(key => key.Key.StartsWith("mark-", StringComparison.Ordinal)), before, int.MaxValue);
            figures.Tell($"Backup {n + 1} beside {Teachers} writers: {found.Events} events in {taken.TotalSeconds:F1} s, with restore {watch.Elapsed.TotalSeconds:F1} s, equal heads.");
        }

        Volatile.Write(ref enough, true);
        await writing;
        Assert.Equal(0, await server.Stop());
        var last = Path.Combine(folder, "last.db");
        await Well("backup", last, data);
        await Well("restore", last, Path.Combine(folder, "restored"));
        File.Copy(Path.Combine(data, "vault-key"), Path.Combine(folder, "restored", "vault-key"));
        Assert.Equal(Kept.Verified(data), Kept.Verified(Path.Combine(folder, "restored")));
        Assert.Equal(journal.Acknowledged, journal.Audit(Kept.In(Path.Combine(folder, "restored"))));
        await using var again = await RunningServer.StartOn(Path.Combine(folder, "restored"), "--sign-in", "local-people");
        figures.Tell($"{backups + 1} backups, {journal.Acknowledged} acknowledged meanwhile, 0 lost. The restored folder serves.");
        return last;
    }

    private static async Task RefusesWhatIsNotWhole(string file, string folder)
    {
        var whole = await File.ReadAllBytesAsync(file);
        var manifest = await File.ReadAllTextAsync(file + ".json");
        var flipped = whole.ToArray();
        flipped[whole.Length / 2] ^= 1;
        foreach (var (name, bytes, told) in new (string, byte[], string?)[]
        {
            ("cut", whole[..(whole.Length / 2)], manifest), ("empty", [], manifest), ("changed", flipped, manifest), ("without-manifest", whole, null),
        })
        {
            var broken = Path.Combine(folder, $"{name}.db");
            await File.WriteAllBytesAsync(broken, bytes);
            if (told is not null) await File.WriteAllTextAsync(broken + ".json", told);
            var target = Path.Combine(folder, $"from-{name}");
            var (exitCode, said) = await RunningServer.Run("restore", broken, "--data", target);

            Assert.Equal(1, exitCode);
            Assert.Contains($"{name}.db", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(target, SqliteEngine.FileName)));
        }
    }

    private static async Task Well(string command, string file, string data)
    {
        var (exitCode, said) = await RunningServer.Run(command, file, "--data", data);
        Assert.True(exitCode is 0, said);
    }

    /// <summary>Many drafts, each described many times, through the same host and log that the server has.</summary>
    private static async Task Fill(string data, int events)
    {
        const int each = 200;
        var kinds = Product.Compose().Kinds;
        using var log = new EventLog(new SqlLogStore(new SqliteEngine(data), kinds), TimeProvider.System, NullLogger<EventLog>.Instance, new() { QueueLimit = int.MaxValue });
        log.Start();
        using var grains = new LocalGrains(kinds, log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromHours(1) });
        await Task.WhenAll(Enumerable.Range(0, events / each).Select(pilot => Task.Run(async () =>
        {
            for (var n = 0; n < each; n++)
            {
                PilotCommand command = n == 0 ? new StartPilot($"Draft {pilot}", "heron-bay") { Country = "KE" } : new DescribePilot(Problem: $"Thought {n} of draft {pilot}");
                var stamp = new Stamp("amina", new(Role.Teacher, "heron-bay"), TimeProvider.System.GetUtcNow(), $"{pilot}-{n}");
                Assert.Null((await grains.Execute($"draft{pilot}", command, stamp)).Refusal);
            }
        })));
    }
}
