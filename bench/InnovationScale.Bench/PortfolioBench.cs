using System.Diagnostics;
using System.Globalization;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using static InnovationScale.LogBench;

namespace InnovationScale;

/// <summary>
/// The portfolio with many pilots: a part of the list (W3) and a pilot's dossier (W4), beside two services of the bench's own that read the same rows of
/// the same database, one with hand-written SQL and one with Entity Framework Core, and beside pgbench, which asks PostgreSQL the same without any service.
/// With PostgreSQL, “embedded” is the product on a data folder with the same pilots. The services sign nobody in and check nothing. “Anew” is what nobody has
/// asked before, so that no kept answer serves. Then the pages, with fewer pilots and with more in turns. Each kind in turn within a round; the client shares
/// the machine, so that only ratios within one run tell anything.
/// </summary>
internal static class PortfolioBench
{
    private const int Rounds = 5, Real = 200, Warm = 4_000, Views = 40, FirstBytes = 20;
    private const string W3 = "?country=KE&stage=trial&limit=50", Person = "amina";
    private static readonly (int Clients, int Requests)[] Levels = [(1, 500), (16, 4_800)];

    private static readonly (string Name, string Path)[] Pages =
    [
        ("table", "pilots"), ("filtered", "pilots?country=KE&stage=Trial"), ("by title", "pilots?sort=title"), ("board", "pilots?view=board"), ("board, filtered", "pilots?view=board&country=KE"),
        ("countries", "pilots?view=countries"), ("a rare setting", "pilots?setting=displacement"), ("a rare word", "pilots?q=ouverte%2099"), ("no such word", "pilots?q=nowhere"),
        ("search", "search?q=garden"), ("search, narrowed", "search?q=garden%2099&country=KE"),
    ];

    public static async Task Run(int[] pilots, bool onPostgres)
    {
        using var postgres = onPostgres ? new Postgres() : null;
        var (portfolios, embedded) = (new List<Portfolio>(), new List<Portfolio>());
        try
        {
            foreach (var count in pilots)
            {
                portfolios.Add(await Portfolio.Open(count, postgres?.NewDatabase()));
                if (onPostgres) embedded.Add(await Portfolio.Open(count, store: null));
            }

            Say($"Medians of {Rounds} interleaved rounds; p50, p95 and p99 in ms, cpu in µs of the service's time for each request");
            for (var n = 0; n < portfolios.Count; n++) await Beside(portfolios[n], onPostgres ? embedded[n] : null);
            await Growth(portfolios);
        }
        finally
        {
            foreach (var portfolio in (Portfolio[])[.. portfolios, .. embedded]) await portfolio.DisposeAsync();
        }
    }

    /// <summary>One portfolio and a server of the product on it.</summary>
    private sealed record Portfolio(int Pilots, string Folder, string? Store, Child Server, string Cookie) : IAsyncDisposable
    {
        public string Database => Store ?? $"Data Source={Path.Combine(Folder, SqliteEngine.FileName)};Mode=ReadOnly";

        public static async Task<Portfolio> Open(int pilots, string? store)
        {
            var folder = Directory.CreateTempSubdirectory("innovationscale-portfolio-").FullName;
            using (var work = store is null ? new Workload(folder) : Workload.On(store))
            {
                await work.Register();
                await work.Field("t0");
                for (var n = 0; n < Real; n++) await work.Draft($"p{n}");
            }

            var start = Stopwatch.GetTimestamp();
            using (var engine = store is null ? new SqliteEngine(folder) as ISqlEngine : new PostgresEngine(store))
            {
                ManyPilots.Insert(engine, pilots);
                if (store is not null)
                {
                    // As its own autovacuum would within minutes.
                    using var connection = engine.Connect(forWriting: true);
                    connection.Open();
                    using var vacuum = connection.CreateCommand();
                    (vacuum.CommandText, vacuum.CommandTimeout) = ("vacuum analyze", 0);
                    vacuum.ExecuteNonQuery();
                }
            }

            Say($"{pilots:N0} pilots on {(store is null ? "SQLite" : "PostgreSQL")}, filled in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
            var server = store is null ? await Child.Server(folder) : await Child.ServerOn(store);
            return new(pilots, folder, store, server, await server.SignIn(Person));
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <param name="embedded">The same pilots in a data folder: the product as a bare machine runs it, beside services on PostgreSQL.</param>
    private static async Task Beside(Portfolio portfolio, Portfolio? embedded)
    {
        await using var ado = await Child.Peer("ado", portfolio.Database);
        await using var ef = await Child.Peer("ef", portfolio.Database);
        var (asked, told) = (0, 0);
        string Next() => (++told).ToString(CultureInfo.InvariantCulture);
        string Dossier() => string.Create(CultureInfo.InvariantCulture, $"p{++asked % Real}");
        Kind Get(string name, Child service, Func<string> path) => new(name, (clients, requests) => Wire.Run(service, clients, [.. Enumerable.Range(0, requests).Select(_ => Wire.Get(path(), Person))]));
        Kind Bare(string name, string statements) => new(name, (clients, requests) => PgBench.Run(portfolio.Store!, statements, clients, "-t", requests / clients));
        Kind[] kinds =
        [
            Get("W3 list", portfolio.Server, () => "/api/v1/pilots" + W3), Get("W3 list, anew", portfolio.Server, () => $"/api/v1/pilots{W3}&anew={Next()}"),
            .. embedded is null ? [] : (Kind[])[Get("W3 list, embedded", embedded.Server, () => "/api/v1/pilots" + W3)],
            Get("W3 list, ADO.NET", ado, () => "/pilots" + W3), Get("W3 list, EF Core", ef, () => "/pilots" + W3),
            .. portfolio.Store is null ? [] : (Kind[])[Bare("W3 list, pgbench", PortfolioPeer.ListSql.Replace("@country", "'KE'", StringComparison.Ordinal).Replace("@stage", "'Trial'", StringComparison.Ordinal).Replace("@limit", "50", StringComparison.Ordinal) + ";")],
            Get("W4 dossier", portfolio.Server, () => $"/api/v1/pilots/{Dossier()}"), Get("W4 dossier, anew", portfolio.Server, () => $"/api/v1/pilots/{Dossier()}?anew={Next()}"),
            .. embedded is null ? [] : (Kind[])[Get("W4 dossier, embedded", embedded.Server, () => $"/api/v1/pilots/{Dossier()}")],
            Get("W4 dossier, ADO.NET", ado, () => $"/pilots/{Dossier()}"), Get("W4 dossier, EF Core", ef, () => $"/pilots/{Dossier()}"),
            .. portfolio.Store is null ? [] : (Kind[])[Bare("W4 dossier, pgbench", string.Create(CultureInfo.InvariantCulture, $"\\set n random(0, {Real - 1})\n") +
                string.Join('\n', PortfolioPeer.DossierSql.Select(sql => sql.Replace("@id", "'p' || :n", StringComparison.Ordinal).Replace("@stream", "'pilot/p' || :n", StringComparison.Ordinal) + ";")))],
        ];
        Say($"{portfolio.Pilots:N0} pilots");
        foreach (var kind in kinds) await kind.Run(16, Warm);
        foreach (var (clients, requests) in Levels)
        {
            var loads = kinds.ToDictionary(kind => kind.Name, _ => new List<Load>(), StringComparer.Ordinal);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var kind in kinds) loads[kind.Name].Add(await kind.Run(clients, requests));
            }

            Say($"  {clients} {(clients == 1 ? "client" : "clients")}");
            foreach (var (name, all) in loads)
                Say($"  {name,-22} {Median(all.Select(load => load.Rate)),7:N0}/s  p50 {Median(all.Select(load => load.P50)):0.00}  p95 {Median(all.Select(load => load.P95)):0.0}  p99 {Median(all.Select(load => load.P99)):0.0}  cpu {Median(all.Select(load => load.Cpu)):0}");
            foreach (var (goal, name, times) in (ReadOnlySpan<(string, string, int)>)[("T5", "W3 list", 2), ("T6", "W4 dossier", 4)])
            {
                foreach (var ours in ((string[])[name, $"{name}, anew", $"{name}, embedded"]).Where(loads.ContainsKey))
                {
                    // Round by round: what disturbs a round disturbs all that is in it.
                    var beside = ((string[])["ADO.NET", "EF Core", "pgbench"]).Where(peer => loads.ContainsKey($"{name}, {peer}"))
                        .Select(peer => string.Create(CultureInfo.InvariantCulture, $"{Median(loads[ours].Zip(loads[$"{name}, {peer}"], (one, other) => one.Rate / other.Rate)):0.00}x {peer}"));
                    Say($"  {goal} {ours}: {string.Join(", ", beside)} (goal {times}x ADO.NET with 16 clients)");
                }
            }
        }
    }

    private sealed record Kind(string Name, Func<int, int, Task<Load>> Run);

    /// <summary>The list, the pages and the downloads, with fewer pilots and with more in turns.</summary>
    private static async Task Growth(List<Portfolio> portfolios)
    {
        Say($"One client; p50 and p95 in ms with {string.Join(", ", portfolios.Select(one => one.Pilots.ToString("N0", CultureInfo.InvariantCulture)))} pilots, and the last p50 to the first");
        var anew = 0;
        byte[] Anew() => Wire.Get(string.Create(CultureInfo.InvariantCulture, $"/api/v1/pilots{W3}&grown={++anew}"), Person);
        await Row("T5 W3 list (goal at most 1.2)", portfolio => Times(portfolio, () => Wire.Get("/api/v1/pilots" + W3, Person)));
        await Row("W3 list, anew", portfolio => Times(portfolio, Anew));
        foreach (var (name, path) in Pages)
        {
            await Row($"{name}, visitor", portfolio => Times(portfolio, () => Wire.Get($"/en/{path}", "")));
            await Row($"{name}, teacher", portfolio => Times(portfolio, () => Wire.Get($"/en/{path}", "", portfolio.Cookie)));
        }

        foreach (var type in (string[])["csv", "json"])
        {
            await Row($"first bytes, {type}", async portfolio => await Wire.FirstBytes(portfolio.Server, [.. Enumerable.Repeat(Wire.Get($"/en/pilots/pilots.{type}", ""), FirstBytes)]) is var times
                ? (times[times.Length / 2], times[(int)(times.Length * 0.95)]) : default);
        }

        async Task Row(string name, Func<Portfolio, Task<(double P50, double P95)>> measure)
        {
            foreach (var portfolio in portfolios) await measure(portfolio);
            var rounds = portfolios.ToDictionary(portfolio => portfolio, _ => new List<(double P50, double P95)>());
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var portfolio in portfolios) rounds[portfolio].Add(await measure(portfolio));
            }

            var figures = portfolios.Select(portfolio => (P50: Median(rounds[portfolio].Select(one => one.P50)), P95: Median(rounds[portfolio].Select(one => one.P95)))).ToList();
            Say($"  {name,-30} {string.Join("  ", figures.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.P50,8:0.00} {one.P95,8:0.0}")))}  {figures[^1].P50 / figures[0].P50,6:0.00}x");
        }
    }

    private static async Task<(double P50, double P95)> Times(Portfolio portfolio, Func<byte[]> request) =>
        await Wire.Run(portfolio.Server, 1, [.. Enumerable.Range(0, Views).Select(_ => request())]) is var load ? (load.P50, load.P95) : default;
}
