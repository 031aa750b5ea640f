using System.Globalization;
using InnovationScale;

switch (args)
{
    case ["upload"]: await UploadBench.Run(); return 0;
    case ["log"]: await LogBench.Run(); return 0;
    case ["telemetry"]: await TelemetryBench.Run(); return 0;
    case ["synthesis"]: SynthesisBench.Run(); return 0;
    case ["http", .. var pilots]: await HttpBench.Run(Count(pilots, 10_000)); return 0;
    case ["start", .. var pilots]: await StartBench.Run(Count(pilots, 20_000)); return 0;
    case ["portfolio", "postgres", .. var pilots]: await PortfolioBench.Run(Counts(pilots), onPostgres: true); return 0;
    case ["portfolio", .. var pilots]: await PortfolioBench.Run(Counts(pilots), onPostgres: false); return 0;
    case ["portfolio-peer", var with, var database]: await PortfolioPeer.Serve(with, database); return 0;
    case ["nothing"]: await Nothing.Serve(); return 0;
    case ["nodes"]: await NodesBench.Run(); return 0;
    case ["grants", .. var grants]: await GrantsBench.Run(Count(grants, 10_000)); return 0;
    case ["permissions", .. var pilots]: await PermissionBench.Run(Count(pilots, 20_000)); return 0;
    case ["sign-in", .. var tries]: await SignInBench.Run(Count(tries, 200)); return 0;
    case ["node", var store, var number, var nodes]: await NodesBench.Node(store, Count([number], 0), Count([nodes], 1)); return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/InnovationScale.Bench -- upload | log | telemetry | synthesis | http [pilots] | start [pilots] | portfolio [postgres] [pilots ...] | nodes | grants [grants] | permissions [pilots] | sign-in [tries]");
        return 2;
}

static int Count(string[] given, int unlessGiven) => given is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : unlessGiven;

static int[] Counts(string[] given) => given is [] ? [100_000, 1_000_000] : [.. given.Select(count => int.Parse(count, CultureInfo.InvariantCulture))];
