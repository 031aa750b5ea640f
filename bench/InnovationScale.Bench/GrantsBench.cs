using System.Collections.Immutable;
using System.Diagnostics;
using InnovationScale.Evidence;
using InnovationScale.Grants;

namespace InnovationScale;

/// <summary>
/// Commands on payments, durable when answered: all on one hot grant of a hundred payments, and on as many grants as are asked for, through the desk that looks up what money
/// rests on; beside a bare loop of the log's own statements in the same run.
/// </summary>
public static class GrantsBench
{
    private const int Writers = 64, Rounds = 3, OfOne = 100;

    private static readonly Principal Officer = new("rana", "Rana", [new(Role.ProgrammeOfficer, "paper-boat")]);

    public static async Task Run(int many)
    {
        Console.WriteLine($"Commands on payments by {Writers} writers: medians of {Rounds} interleaved rounds");
        foreach (var (grants, count) in new[] { (1, 6_000), (many, Math.Max(many, 6_000)) })
        {
            List<double> ours = [], bare = [];
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await Host(grants, count));
                bare.Add(BareLoop.Run(Writers, grants, count, cells: 0));
            }

            LogBench.Say($"  on {grants,6:N0} grants: {LogBench.Median(ours),7:N0}/s   bare loop {LogBench.Median(bare),7:N0}/s   {LogBench.Median(ours) / LogBench.Median(bare):0.00}x");
        }
    }

    private static async Task<double> Host(int grants, int count)
    {
        using var work = new Workload();
        var access = Product.Compose().Access;
        var desk = new Desk(work.Grains, work.Store, access, TimeProvider.System);
        var money = new GrantDesk(desk, work.Grains, work.Store, new EvidenceDesk(desk, work.Grains), access, TimeProvider.System, new(work.Grains, work.Store));
        var payments = grants == 1 ? OfOne : 1;
        await Parallel.ForAsync(0, grants, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (n, _) => await Agree(work, $"g{n}", payments));
        var watch = Stopwatch.StartNew();
        // Every payment is asked for, held and freed again, by one writer each, so that nobody is refused.
        await Parallel.ForAsync(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (writer, _) =>
        {
            int[] own = [.. Enumerable.Range(0, grants * payments).Where(lane => lane % Writers == writer)];
            for (var n = 0; n < count / Writers; n++)
            {
                var (lane, round) = (own[n % own.Length], n / own.Length % 3);
                var payment = $"p{lane % payments}";
                CatalyticGrantCommand command = round switch { 0 => new RequestTranche(payment, $"t{writer}-{n}"), 1 => new HoldTranche(payment), _ => new FreeTranche(payment) };
                await Workload.Must(money.Execute(Officer, new($"b{writer}-{n}", "The bench asks."), $"g{lane / payments}", command));
            }
        });
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task Agree(Workload work, string grant, int payments)
    {
        ImmutableArray<PlannedTranche> tranches = [.. Enumerable.Range(0, payments).Select(n => new PlannedTranche($"p{n}", 1_000, new(2027, 1, 1), []))];
        var offer = new GrantOffer("a", "paper-boat", "heron-bay", "heron-bay", "Talk first", new(GrantSubjectKind.Question, "Does it help?"), "USD", Small: false, [], []);
        await Ask(new CreateGrant("call", 1_000L * payments, offer), "system", new(Role.System, ""));
        await Ask(new PlanGrant(tranches, [new("final", new(2027, 9, 1), Final: true)], new(2027, 9, 30)), "rana", new(Role.ProgrammeOfficer, "paper-boat"));
        await Ask(new SignGrant(), "rana", new(Role.ProgrammeOfficer, "paper-boat"));
        await Ask(new SignGrant(), "grace", new(Role.SchoolLead, "heron-bay"));

        Task Ask(CatalyticGrantCommand command, string person, HeldRole role) =>
            Workload.Must(work.Grains.Execute(grant, command, new(person, role, TimeProvider.System.GetUtcNow(), $"{grant}-{command.GetType().Name}")));
    }
}
