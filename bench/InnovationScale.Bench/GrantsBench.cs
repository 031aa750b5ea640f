using System.Collections.Immutable;
using System.Diagnostics;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Pilots;

namespace InnovationScale;

/// <summary>
/// Payments from request to bank, durable at every step: asked for, approved by one person and by another, and paid, through the desk, which looks up the pilot, its incidents and
/// whoever stands behind the money before each request and approval. On one hot grant of a hundred payments after another, and on as many grants as are asked for; beside a bare loop of
/// the log's own statements in the same run.
/// </summary>
public static class GrantsBench
{
    private const int Writers = 64, Rounds = 3, OfOne = 100, HotGrants = 10, Steps = 4;

    private static readonly Principal
        Teacher = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]), First = new("tomas", "Tomás", [new(Role.FinanceL1, "paper-boat")]), Second = new("ines", "Inês", [new(Role.FinanceL2, "paper-boat")]);

    public static async Task Run(int many)
    {
        Console.WriteLine($"Commands on payments by {Writers} writers, each payment asked for, approved twice and paid: medians of {Rounds} interleaved rounds");
        foreach (var (grants, atOnce, payments) in new[] { (HotGrants, 1, OfOne), (many, many, 1) })
        {
            List<double> ours = [], bare = [];
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await Host(grants, atOnce, payments));
                bare.Add(BareLoop.Run(Writers, atOnce, grants * payments * Steps, cells: 0));
            }

            LogBench.Say($"  on {atOnce,6:N0} at a time: {LogBench.Median(ours),7:N0}/s   bare loop {LogBench.Median(bare),7:N0}/s   {LogBench.Median(ours) / LogBench.Median(bare):0.00}x");
        }
    }

    private static async Task<double> Host(int grants, int atOnce, int payments)
    {
        using var work = new Workload();
        var access = Product.Compose().Access;
        var desk = new Desk(work.Grains, work.Store, access, TimeProvider.System);
        var money = new GrantDesk(desk, work.Grains, work.Store, new EvidenceDesk(desk, work.Grains), access, TimeProvider.System, new(work.Grains, work.Store));
        await Workload.Must(work.Grains.Execute("pilot-1", new StartPilot("Talk first", "heron-bay"), new("amina", new(Role.Teacher, "heron-bay"), TimeProvider.System.GetUtcNow(), "start")));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers };
        await Parallel.ForAsync(0, grants, parallel, async (n, _) => await Agree(work, $"g{n}", payments));
        var watch = Stopwatch.StartNew();
        for (var first = 0; first < grants; first += atOnce)
            await Parallel.ForAsync(first * payments, (first + atOnce) * payments, parallel, async (n, _) => await Pay(money, $"g{n / payments}", $"p{n % payments}", $"t{n}"));
        return grants * payments * Steps / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The steps of one payment, one after the other: nobody is refused.</summary>
    private static async Task Pay(GrantDesk money, string grant, string payment, string transfer)
    {
        (Principal Who, CatalyticGrantCommand Command)[] steps =
            [(Teacher, new RequestTranche(payment, transfer)), (First, new ApproveTranche(payment)), (Second, new ApproveTranche(payment)), (First, new RecordPayment(transfer, transfer, new(2027, 1, 1)))];
        foreach (var (n, step) in steps.Index()) await Workload.Must(money.Execute(step.Who, new($"{transfer}-{n}"), grant, step.Command));
    }

    private static async Task Agree(Workload work, string grant, int payments)
    {
        ImmutableArray<PlannedTranche> tranches = [.. Enumerable.Range(0, payments).Select(n => new PlannedTranche($"p{n}", 1_000, new(2027, 1, 1), []))];
        var offer = new GrantOffer("a", "paper-boat", "heron-bay", "heron-bay", "Talk first", new(GrantSubjectKind.Pilot, "pilot-1"), "USD", Small: false, [], []);
        await Ask(new CreateGrant("call", 1_000L * payments, offer), "system", new(Role.System, ""));
        await Ask(new PlanGrant(tranches, [new("final", new(2027, 9, 1), Final: true)], new(2027, 9, 30)), "rana", new(Role.ProgrammeOfficer, "paper-boat"));
        await Ask(new SignGrant(), "rana", new(Role.ProgrammeOfficer, "paper-boat"));
        await Ask(new SignGrant(), "grace", new(Role.SchoolLead, "heron-bay"));

        Task Ask(CatalyticGrantCommand command, string person, HeldRole role) =>
            Workload.Must(work.Grains.Execute(grant, command, new(person, role, TimeProvider.System.GetUtcNow(), $"{grant}-{command.GetType().Name}")));
    }
}
