using System.Globalization;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using static InnovationScale.LogBench;

namespace InnovationScale;

/// <summary>
/// The portfolio with many pilots: a part of the list (W3), a pilot's dossier (W4) and the pages, beside two services of the bench's own that read the same
/// rows of the same database, one with hand-written SQL and one with Entity Framework Core. They sign nobody in and check nothing. Each kind in turn
/// within a round; the client shares the machine, so that only ratios within one run tell anything.
/// </summary>
internal static class PortfolioBench
{
    private const int Rounds = 3, Real = 200, Warm = 2_000;
    private const string W3 = "?country=KE&stage=trial&limit=50";
    private static readonly (int Clients, int Requests)[] Levels = [(1, 300), (16, 1_600)];

    private static readonly (string Name, string Path)[] Pages =
    [
        ("table", "/en/pilots"), ("table, filtered", "/en/pilots?country=KE&stage=Trial"), ("table by title", "/en/pilots?sort=title"), ("board", "/en/pilots?view=board"), ("countries", "/en/pilots?view=countries"),
        ("a rare setting", "/en/pilots?setting=displacement"), ("a rare word", "/en/pilots?q=ouverte%2099"), ("no such word", "/en/pilots?q=nowhere"),
    ];

    public static async Task Run(int[] pilots, bool onPostgres)
    {
        using var postgres = onPostgres ? new Postgres() : null;
        double? before = null;
        foreach (var count in pilots)
        {
            var p50 = await With(count, postgres?.NewDatabase());
            if (before is { } few) Say($"T5 p50 of W3 at {count:N0} to that at fewer: {p50 / few:0.00}x (goal at most 1.2)");
            before = p50;
        }
    }

    /// <summary>Median of W3 with one client.</summary>
    private static async Task<double> With(int pilots, string? store)
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-portfolio-").FullName;
        try
        {
            using (var work = store is null ? new Workload(folder) : Workload.On(store))
            {
                await work.Register();
                await work.Field("t0");
                for (var n = 0; n < Real; n++) await work.Draft($"p{n}");
            }

            using (var engine = store is null ? new SqliteEngine(folder) as ISqlEngine : new PostgresEngine(store)) ManyPilots.Insert(engine, pilots);
            await using var server = store is null ? await Child.Server(folder) : await Child.ServerOn(store);
            var database = store ?? $"Data Source={Path.Combine(folder, SqliteEngine.FileName)};Mode=ReadOnly";
            await using var ado = await Child.Peer("ado", database);
            await using var ef = await Child.Peer("ef", database);
            Say($"{pilots:N0} pilots on {(store is null ? "SQLite" : "PostgreSQL")}: medians of {Rounds} interleaved rounds; p50 and p99 in ms, cpu in µs of the service's time for each request");
            var asked = 0;
            string Dossier() => string.Create(CultureInfo.InvariantCulture, $"p{++asked % Real}");
            (string Name, Child Service, Func<byte[]> Request)[] kinds =
            [
                ("W3 list", server, () => Wire.Get("/api/v1/pilots" + W3, "amina")), ("W3 list, ADO.NET", ado, () => Wire.Get("/pilots" + W3, "")), ("W3 list, EF Core", ef, () => Wire.Get("/pilots" + W3, "")),
                ("W4 dossier", server, () => Wire.Get($"/api/v1/pilots/{Dossier()}", "amina")), ("W4 dossier, ADO.NET", ado, () => Wire.Get($"/pilots/{Dossier()}", "")), ("W4 dossier, EF Core", ef, () => Wire.Get($"/pilots/{Dossier()}", "")),
            ];
            var one = await Compare(kinds);
            foreach (var (name, path) in Pages)
            {
                await Wire.Run(server, 1, [.. Enumerable.Repeat(Wire.Get(path, "amina"), 5)]);
                var load = await Wire.Run(server, 1, [.. Enumerable.Repeat(Wire.Get(path, "amina"), 100)]);
                Say($"  page, {name,-16} p50 {load.P50,7:0.00}  p99 {load.P99,7:0.0}  cpu {load.Cpu:0}");
            }

            return one;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> Compare((string Name, Child Service, Func<byte[]> Request)[] kinds)
    {
        foreach (var kind in kinds) await Wire.Run(kind.Service, 16, [.. Enumerable.Range(0, Warm).Select(_ => kind.Request())]);
        var ofOne = 0.0;
        foreach (var (clients, requests) in Levels)
        {
            var loads = kinds.ToDictionary(kind => kind.Name, _ => new List<Load>(), StringComparer.Ordinal);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var kind in kinds) loads[kind.Name].Add(await Wire.Run(kind.Service, clients, [.. Enumerable.Range(0, requests).Select(_ => kind.Request())]));
            }

            Say($"  {clients} {(clients == 1 ? "client" : "clients")}");
            var medians = loads.ToDictionary(kind => kind.Key, kind => new Load(
                Median(kind.Value.Select(load => load.Rate)), Median(kind.Value.Select(load => load.P50)), Median(kind.Value.Select(load => load.P99)), Median(kind.Value.Select(load => load.Cpu))), StringComparer.Ordinal);
            foreach (var (name, load) in medians) Say($"  {name,-22} {load.Rate,7:N0}/s  p50 {load.P50:0.00}  p99 {load.P99:0.0}  cpu {load.Cpu:0}");
            foreach (var (goal, name, times) in (ReadOnlySpan<(string, string, int)>)[("T5", "W3 list", 2), ("T6", "W4 dossier", 4)])
                Say($"  {goal} {name}: {medians[name].Rate / medians[$"{name}, ADO.NET"].Rate:0.00}x ADO.NET (goal {times} with 16 clients), {medians[name].Rate / medians[$"{name}, EF Core"].Rate:0.00}x EF Core");
            if (clients == 1) ofOne = medians["W3 list"].P50;
        }

        return ofOne;
    }
}
