using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace InnovationScale;

/// <summary>
/// One observation made durable by one, two and three nodes on one PostgreSQL, each a process of its own, beside pgbench that runs the same inserts
/// with as many clients and nothing around them; what goes on when one of them is killed; and what it costs to bring a record of many events into memory.
/// </summary>
public static class NodesBench
{
    private const int Writers = 48, WarmSeconds = 3, Seconds = 8, Streams = 48;

    public static async Task Run()
    {
        using var postgres = new Postgres();
        Console.WriteLine($"One observation, durable when acknowledged: {Writers} writers in all, {Seconds} s each");
        var bare = await Bare(postgres.NewDatabase());
        Say($"  pgbench      {bare.Rate,7:N0}/s   p99 {bare.P99,6:0.0} ms");
        foreach (var nodes in (int[])[1, 2, 3])
        {
            var figures = await Together(postgres, nodes, kill: false);
            var rate = figures.Sum(f => f.Rate);
            Say($"  {nodes} node{(nodes > 1 ? "s" : " ")}      {rate,7:N0}/s   p99 {figures.Max(f => f.P99),6:0.0} ms   {rate / bare.Rate:0.00}x");
        }

        Console.WriteLine("What more nodes buy: one is killed in the middle of that");
        Console.WriteLine("  of 1 node       nothing goes on until it is started again");
        foreach (var nodes in (int[])[2, 3])
        {
            var left = await Together(postgres, nodes, kill: true);
            Say($"  of {nodes} nodes      {left.Sum(f => f.Rate),7:N0}/s by the other{(left.Count > 1 ? "s" : "")} over the whole time, which never stood still for longer than {left.Max(f => f.Pause):0.00} s");
        }

        await Activation(postgres);
    }

    /// <summary>What each node tells that lived to the end.</summary>
    private static async Task<List<(double Rate, double P99, double Pause)>> Together(Postgres postgres, int nodes, bool kill)
    {
        var store = postgres.NewDatabase();
        using (var work = Workload.On(store))
        {
            for (var n = 0; n < Streams; n++) await work.Field($"t{n}");
        }

        var running = Enumerable.Range(0, nodes).Select(n => StartNode(store, n, nodes)).ToList();
        foreach (var node in running) await node.StandardOutput.ReadLineAsync();
        foreach (var node in running) await node.StandardInput.WriteLineAsync("go");
        if (kill)
        {
            await Task.Delay(TimeSpan.FromSeconds(WarmSeconds + Seconds / 2));
            running[0].Kill();
        }

        var told = await Task.WhenAll(running.Skip(kill ? 1 : 0).Select(node => node.StandardOutput.ReadLineAsync()));
        foreach (var node in running) node.Dispose();
        return told.Select(line => line!.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray()).Select(f => (f[0], f[1], f[2])).ToList();
    }

    /// <summary>One node of several: it records cells in its share of the trials until time is up, and tells its rate, 99th percentile in milliseconds and longest pause in seconds.</summary>
    public static async Task Node(string store, int number, int nodes)
    {
        using var work = Workload.On(store);
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var times = new ConcurrentBag<(double Took, double At)>();
        var next = 0;
        var watch = Stopwatch.StartNew();
        TimeSpan warm = TimeSpan.FromSeconds(WarmSeconds), end = warm + TimeSpan.FromSeconds(Seconds);
        await Task.WhenAll(Enumerable.Range(0, Writers / nodes).Select(async _ =>
        {
            await Task.Yield();
            while (watch.Elapsed < end)
            {
                var (n, sent) = (Interlocked.Increment(ref next), watch.Elapsed);
                await Insist(work, string.Create(CultureInfo.InvariantCulture, $"t{number + nodes * (n % (Streams / nodes))}"), string.Create(CultureInfo.InvariantCulture, $"{number}-{n}"), n);
                if (sent >= warm && watch.Elapsed < end) times.Add(((watch.Elapsed - sent).TotalMilliseconds, watch.Elapsed.TotalSeconds));
            }
        }));
        var at = times.Select(t => t.At).Order().ToList();
        Say($"{(double)times.Count / Seconds:0.0} {Percentile99([.. times.Select(t => t.Took)]):0.00} {at.Zip(at.Skip(1), (before, after) => after - before).Max():0.000}");
    }

    private static async Task Insist(Workload work, string trial, string command, int number)
    {
        while (true)
        {
            try
            {
                await Workload.Must(work.Record(trial, command, number));
                return;
            }
            catch (StoreUnavailableException)
            {
                // A client sends again, and waits the longer for its answer.
            }
        }
    }

    private static Process StartNode(string store, int number, int nodes) => Start("dotnet", typeof(NodesBench).Assembly.Location, "node", store,
        number.ToString(CultureInfo.InvariantCulture), nodes.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// The rows of one command in a transaction, as many clients at once as there are writers, no lock and no checks. Texts are of the same length.
    /// </summary>
    private static async Task<Load> Bare(string store)
    {
        // The same tables and indexes.
        using (var work = Workload.On(store)) await work.Field("t0");
        return await PgBench.Run(store, $"""
            \set n random(1, 2000000000)
            \set m random(1, 2000000000)
            begin;
            insert into command (principal, id, body_sha256, stream, last_version, at) values ('ndeye', 'cell-' || :n || '-' || :m, repeat('a', 64), 'trial/p' || :client_id || '-' || :n, :m, repeat('0', 33)) on conflict do nothing;
            select version, hash from event where stream = 'trial/p' || :client_id || '-' || :n order by version desc limit 1;
            insert into event (position, stream, version, name, json, actor, role, at, command_id, reason, cells, hash) values (:n::bigint * 2000000000 + :m, 'trial/p' || :client_id || '-' || :n, :m, 'cell-recorded', repeat('x', 104), 'ndeye', 'researcher@institute', repeat('0', 33), 'cell-' || :n, null, 1, sha256('x'));
            insert into observation (event, n, json) values (:n::bigint * 2000000000 + :m, 0, repeat('x', {Trials.CellRows.Write(Workload.Cell(7)).Length}));
            update trial set cells = cells + 1, version = version + 1 where id = 'p' || :client_id;
            insert into batch (number, first, last, hash) values (:n::bigint * 2000000000 + :m, 1, 1, sha256('x'));
            commit;
            """, Writers, "-T", Seconds);
    }

    private static async Task Activation(Postgres postgres)
    {
        Console.WriteLine("Bringing a record into memory");
        using var work = Workload.On(postgres.NewDatabase());
        await work.Field("t");
        var number = 0;
        foreach (var size in (int[])[10, 1_000, 10_000])
        {
            while (number < size) await Task.WhenAll(Enumerable.Range(0, Math.Min(64, size - number)).Select(_ => Workload.Must(work.Record("t", ++number))).ToList());
            var times = new List<double>();
            for (var round = 0; round < 7; round++)
            {
                using var cold = new LocalGrains(work.Store.Kinds, work.Log, TimeProvider.System);
                var watch = Stopwatch.StartNew();
                await cold.Look<Trials.Trial>("t");
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            Say($"  {size,6:N0} events: {LogBench.Median(times),8:0.0} ms");
        }
    }

    private static double Percentile99(List<double> times) => times.Order().ElementAt((int)(times.Count * 0.99));

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
    }) ?? throw new InvalidOperationException($"{program} did not start.");

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
