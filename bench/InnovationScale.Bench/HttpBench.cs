using System.Diagnostics;
using System.Globalization;
using System.Text;
using InnovationScale.Trials;
using static InnovationScale.LogBench;

namespace InnovationScale;

/// <summary>
/// The common requests over HTTP, each kind in turn within a round: W1 log an observation, W2 move a pilot to its next stage, W3 a part of the
/// portfolio, W4 a pilot's dossier, W5 an upload; beside a route that does nothing and the bare loop of statements. The client shares the
/// machine, so that only ratios within one run tell anything.
/// </summary>
internal static class HttpBench
{
    private const int Rounds = 3, Streams = 100;
    private const string Portfolio = "/api/v1/pilots?country=KE&stage=draft&limit=50";
    private static readonly (int Clients, int Requests)[] Levels = [(1, 300), (16, 1_600), (64, 3_200)];

    public static async Task Run(int pilots)
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-http-").FullName;
        try
        {
            var drafts = await Fill(folder, pilots);
            await using var server = await Child.Server(folder);
            await using var nothing = await Child.Nothing();
            Say($"Over HTTP with {pilots:N0} pilots: medians of {Rounds} interleaved rounds; p50 and p99 in ms, cpu in µs of the server's time for each request");
            await Requests(server, nothing, drafts);
            await Uploads(server);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Answers drafts that are ready to move, with their versions.</summary>
    private static async Task<Queue<(string Pilot, long Version)>> Fill(string folder, int pilots)
    {
        using var work = new Workload(folder);
        await work.Register();
        for (var n = 0; n < Streams; n++) await work.Field($"t{n}");
        for (var n = 0; n < Rounds; n++)
        {
            await work.Field($"pupils{n}");
            for (var file = 0; file < ClassFiles; file++) await work.Field($"classes{n}-{file}");
        }

        await Many(pilots, async n => await work.Start($"p{n}"));
        var drafts = new (string, long)[Rounds * Levels.Sum(level => level.Requests)];
        await Many(drafts.Length, async n => drafts[n] = ($"m{n}", await work.Draft($"m{n}")));
        return new(drafts);
    }

    private static Task Many(int count, Func<int, Task> work) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (n, _) => await work(n));

    private static async Task Requests(Child server, Child nothing, Queue<(string Pilot, long Version)> drafts)
    {
        var (cells, asked) = (0, 0);
        byte[] Observe(string path, int stream) => Wire.Post(path.Replace("{n}", stream.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), "ndeye", $"w1-{++cells}", CellRows.Write(Workload.Cell(cells)));
        byte[] Move((string Pilot, long Version) draft) => Wire.Post($"/api/v1/pilots/{draft.Pilot}/moves", "amina", $"w2-{draft.Pilot}", """{"to":"registered"}""", version: draft.Version);
        var kinds = new (string Name, Child Server, Func<byte[]> Request)[]
        {
            ("nothing", nothing, () => Observe(Nothing.Path, 0)),
            ("W1 observation", server, () => Observe("/api/v1/trials/t{n}/cells", 1 + ++asked % (Streams - 1))),
            ("W1 on one pilot", server, () => Observe("/api/v1/trials/t0/cells", 0)),
            ("W2 stage change", server, () => Move(drafts.Dequeue())),
            ("W3 portfolio", server, () => Wire.Get(Portfolio, "amina")),
            ("W4 dossier", server, () => Wire.Get($"/api/v1/pilots/p{++asked % 1_000}", "amina")),
        };
        // A server that has just started compiles what it runs.
        foreach (var kind in kinds.Where(kind => kind.Name is not "W2 stage change")) await Wire.Run(kind.Server, 16, [.. Enumerable.Range(0, 3_000).Select(_ => kind.Request())]);

        foreach (var (clients, requests) in Levels)
        {
            var loads = kinds.ToDictionary(kind => kind.Name, _ => new List<Load>(), StringComparer.Ordinal);
            List<double> bare = [], sync = [];
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var kind in kinds) loads[kind.Name].Add(await Wire.Run(kind.Server, clients, [.. Enumerable.Range(0, requests).Select(_ => kind.Request())]));
                bare.Add(BareLoop.Run(clients, Streams, requests));
                sync.Add(BareLoop.SyncMilliseconds());
            }

            Say($"{clients} clients");
            var medians = loads.ToDictionary(kind => kind.Key, kind => new Load(
                Median(kind.Value.Select(load => load.Rate)), Median(kind.Value.Select(load => load.P50)), Median(kind.Value.Select(load => load.P99)), Median(kind.Value.Select(load => load.Cpu))), StringComparer.Ordinal);
            var (noop, one) = (medians["nothing"], medians["W1 observation"]);
            foreach (var (name, load) in medians)
                Say($"  {name,-16} {load.Rate,7:N0}/s  {load.Rate / noop.Rate:0.00}x nothing  p50 {load.P50:0.00}  p99 {load.P99:0.0}  cpu {load.Cpu:0}");
            Say($"  bare loop        {Median(bare),7:N0}/s   fdatasync p50 {Median(sync):0.000} ms");
            if (clients == 1) Say($"  T12 p50 of W1 to that of fdatasync and nothing: {one.P50 / (Median(sync) + noop.P50):0.00}x (goal at most 2)");
            if (clients < 64) continue;
            Say($"  T1 W1 to the bare loop: {one.Rate / Median(bare):0.00}x (goal 0.7), to nothing: {one.Rate / noop.Rate:0.00}x (goal 0.3)");
            Say($"  T8 one pilot to many: {medians["W1 on one pilot"].Rate / one.Rate:0.00}x (goal 0.9)");
        }
    }

    private const int Pupils = 100_000, ClassFiles = 5, ClassesInFile = 20_000;

    private static async Task Uploads(Child server)
    {
        var pupils = new StringBuilder("pupil,school,class,arm,score\n");
        for (var n = 0; n < Pupils; n++) pupils.Append(CultureInfo.InvariantCulture, $"{100_000 + n},{Workload.School},{n / 20},{(n / 20 % 2 == 0 ? "talk" : "usual")},{n * 7 % 101}\n");
        var classes = new StringBuilder("school,class,arm,n,mean,sd\n");
        for (var n = 0; n < ClassesInFile; n++) classes.Append(CultureInfo.InvariantCulture, $"{Workload.School},{n},{(n % 2 == 0 ? "talk" : "usual")},24,{40 + n % 20}.5,12.25\n");
        var file = Encoding.UTF8.GetBytes(pupils.ToString());

        List<double> rows = [], cells = [], csv = [], bare = [];
        for (var round = 0; round < Rounds; round++)
        {
            var number = round;
            rows.Add(Pupils / await Seconds(() => Send($"pupils{number}", pupils)));
            cells.Add(ClassFiles * ClassesInFile / await Seconds(async () =>
            {
                for (var n = 0; n < ClassFiles; n++) await Send($"classes{number}-{n}", classes);
            }));
            csv.Add(Pupils / await Seconds(() => UploadBench.Bare(file)));
            bare.Add(ClassesInFile * BareLoop.Run(1, ClassFiles, ClassFiles, ClassesInFile));
        }

        Say($"W5 uploads");
        Say($"  T7 {Pupils:N0} pupil rows reduced and kept {Median(rows),9:N0} rows/s    CsvHelper alone {Median(csv),9:N0}   {Median(rows) / Median(csv):0.00}x (goal 0.4)");
        Say($"  T7 {ClassFiles * ClassesInFile:N0} cells kept                {Median(cells),9:N0} cells/s   bare loop       {Median(bare),9:N0}   {Median(cells) / Median(bare):0.00}x (goal 0.6)");

        Task Send(string trial, StringBuilder text) =>
            Wire.Run(server, 1, [Wire.Post($"/api/v1/trials/{trial}/uploads", "ndeye", $"w5-{trial}", text.ToString(), "text/csv")]);
    }

    private static async Task<double> Seconds(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
