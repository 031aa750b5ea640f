using System.Diagnostics;
using System.Globalization;
using InnovationScale.Pilots;
using static InnovationScale.LogBench;

namespace InnovationScale;

/// <summary>
/// What asking who may costs: a part of the portfolio and one command on a hot record, each asked through the access table and through one that lets her do all
/// and hides nothing, in turns.
/// </summary>
internal static class PermissionBench
{
    private const int Rounds = 9, Asks = 300, Warm = 500;

    public static async Task Run(int pilots)
    {
        using var work = new Workload();
        await work.Register();
        await work.Field("t0");
        await work.Draft("hot");
        ManyPilots.Insert(work.Store.Engine, pilots);
        var who = Workload.Teacher;
        var table = Product.Compose().Access;
        var open = new Access();
        foreach (var action in table.Table.Keys) open.Allow(action, [.. who.Roles.Select(role => new Grant(role.Role, Relation.Anywhere))]);

        var number = 0;
        Desk With(Access access) => new(work.Grains, work.Store, access, TimeProvider.System);
        Func<Task> Part(Access access)
        {
            var lists = new PilotLists(With(access));
            return () => lists.List(who, new(Country: "KE", Stage: PilotStage.Trial), PilotOrder.Newest, 50, null);
        }

        Func<Task> Command(Access access)
        {
            var desk = With(access);
            return () => Workload.Must(desk.Execute(who, new(string.Create(CultureInfo.InvariantCulture, $"permission-{++number}")), "hot", new DescribePilot(Problem: $"Half the class writes nothing ({number.ToString(CultureInfo.InvariantCulture)}).")));
        }

        Say($"Asking who may, with {pilots:N0} pilots: medians of {Rounds} interleaved rounds of {Asks}, one at a time");
        await Compare("W3 part of the list", Part(table), Part(open));
        await Compare("W1 command on a hot record", Command(table), Command(open));
    }

    private static async Task Compare(string what, Func<Task> asked, Func<Task> unasked)
    {
        List<double> with = [], without = [];
        for (var n = 0; n < Warm; n++) await (n % 2 == 0 ? asked : unasked)();
        for (var round = 0; round < Rounds; round++)
        {
            with.Add(await Microseconds(asked));
            without.Add(await Microseconds(unasked));
        }

        Say($"  {what,-28} {Median(with),7:N0} µs asked, {Median(without),7:N0} µs unasked: {Median(with) / Median(without):0.00}x");
    }

    private static async Task<double> Microseconds(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        for (var n = 0; n < Asks; n++) await work();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Asks;
    }
}
