using System.Collections.Immutable;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

/// <summary>
/// Awards of one call by several officers at once: what each was told must be what somebody alone would have been told who did the same in some order, and never in an order that
/// contradicts the clock (linearizability). The search is Wing and Gong's (1993), with Lowe's memory of what was tried (2017); what a call alone would say is the aggregate itself.
/// </summary>
public sealed class HistoriesOfAwards
{
    private const int Histories = 300, Clients = 8, OfEach = 5, Envelope = 1_000_000;

    private static readonly Stamp Officer = Otto.Because();

    /// <summary>Something asked and answered: both moments are numbers of one counter.</summary>
    private sealed record Asked(GrantCallCommand Command, string Said, int From, int To);

    private static Stamp Who(GrantCallCommand command) => command is CommitAward or ReleaseAward or SettleAward ? Itself : Officer;

    private static GrantCallCommand Any(Random random)
    {
        var (grant, amount) = ($"grant-{random.Next(6)}", 100_000L * (1 + random.Next(6)));
        return random.Next(10) switch
        {
            < 6 => Award(amount, $"application-{random.Next(6)}", grant),
            6 => new CommitAward(grant),
            7 => new ReleaseAward(grant),
            8 => new SettleAward(grant, amount),
            _ => new SetEnvelope(200_000L + amount),
        };
    }

    private static string Said(Refusal? refusal) => refusal?.Code ?? "done";

    [Fact]
    public async Task Are_those_of_one_call_that_does_one_thing_at_a_time()
    {
        var folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
        var (kinds, _) = Product.Compose();
        using (var log = new EventLog(new SqlLogStore(new SqliteEngine(folder), kinds), TimeProvider.System, NullLogger<EventLog>.Instance))
        {
            log.Start();
            // A busy machine makes a history slow, not another one.
            using var grains = new LocalGrains(kinds, log, TimeProvider.System, new() { AnswerWithin = TimeSpan.FromMinutes(1) });
            foreach (var together in Enumerable.Range(0, Histories).Chunk(20))
            {
                foreach (var (seed, history) in together.Zip(await Task.WhenAll(together.Select(seed => Record(grains, seed))))) Assert.True(Linearizable(history), $"The history of seed {seed} fits no order.");
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<ImmutableArray<Asked>> Record(LocalGrains grains, int seed)
    {
        var (id, counter) = ($"call-{seed}", 0);
        foreach (var (n, command) in ((GrantCallCommand[])[new DraftCall(Terms, Envelope), new PublishCall()]).Index()) await grains.Execute(id, command, Rana with { CommandId = $"{id}-{n}" });
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random((seed * Clients) + client);
            var asked = new List<Asked>();
            for (var n = 0; n < OfEach; n++)
            {
                var command = Any(random);
                var from = Interlocked.Increment(ref counter);
                var outcome = await grains.Execute(id, command, Who(command) with { CommandId = $"{id}-{client}-{n}" });
                asked.Add(new(command, Said(outcome.Refusal), from, Interlocked.Increment(ref counter)));
            }

            return asked;
        })));
        return [.. clients.SelectMany(asked => asked)];
    }

    /// <summary>Whether some order explains every answer.</summary>
    private static bool Linearizable(ImmutableArray<Asked> history)
    {
        var tried = new HashSet<(ulong, string)>();
        return Search(Published(envelope: Envelope).State, 0);

        bool Search(GrantCall call, ulong done)
        {
            if (done == (1UL << history.Length) - 1) return true;
            if (!tried.Add((done, Told(call)))) return false;

            // Only what was asked before the first answer that is still open may come next.
            var first = Enumerable.Range(0, history.Length).Where(n => (done & (1UL << n)) == 0).Min(n => history[n].To);
            for (var n = 0; n < history.Length; n++)
            {
                if ((done & (1UL << n)) != 0 || history[n].From > first) continue;
                var stamp = Who(history[n].Command);
                var decision = call.Decide(history[n].Command, stamp);
                if (Said(decision.Refusal) != history[n].Said) continue;
                if (Search(decision.Events.Aggregate(call, (state, happened) => state.Evolve(happened, stamp)), done | (1UL << n))) return true;
            }

            return false;
        }
    }

    private static string Told(GrantCall call) => $"{call.Envelope};{string.Join(";", call.Awards.Select(one => $"{one.Key}={one.Value.Application},{one.Value.Amount},{one.Value.State}"))}";

    // What the search is worth: calls with a fault each, whose histories must be found out.

    /// <summary>Answers a round of requests that overlap; the faulty ones answer some of them wrongly.</summary>
    private delegate (GrantCall After, string[] Said) Answering(GrantCall call, GrantCallCommand[] round);

    private static (GrantCall After, string Said) Right(GrantCall call, GrantCallCommand command)
    {
        var stamp = Who(command);
        var decision = call.Decide(command, stamp);
        return (decision.Events.Aggregate(call, (state, happened) => state.Evolve(happened, stamp)), Said(decision.Refusal));
    }

    private static Answering InTurn(Func<GrantCall, GrantCallCommand, (GrantCall, string)> one) => (call, round) =>
    {
        var said = new string[round.Length];
        for (var n = 0; n < round.Length; n++) (call, said[n]) = one(call, round[n]);
        return (call, said);
    };

    private static GrantCall With(GrantCall call, GrantCallCommand command, long more) => command is AwardApplication award && Right(call with { Envelope = call.Envelope + more }, command) is (var after, "done")
        ? after with { Envelope = call.Envelope }
        : call;

    private static readonly Dictionary<string, Answering> Faults = new(StringComparer.Ordinal)
    {
        ["reads before it is its turn"] = (call, round) =>
        {
            // Each decides on what it read at the start; awards are added up all the same.
            var said = round.Select(command => Right(call, command).Said).ToArray();
            var after = round.Zip(said).Where(one => one.Second == "done").Aggregate(call, (state, one) => Right(state with { Envelope = long.MaxValue / 4 }, one.First).After with { Envelope = one.First is SetEnvelope set ? set.Envelope : state.Envelope });
            return (after, said);
        },
        ["loses an update"] = (call, round) =>
        {
            var each = round.Select(command => Right(call, command)).ToArray();
            return (each.LastOrDefault(one => one.Said == "done") is { After: { } after } ? after : call, [.. each.Select(one => one.Said)]);
        },
        ["awards one step too much"] = InTurn((call, command) => With(call, command, 100_000) is var more && more != call ? (more, "done") : Right(call, command)),
        ["forgets what it committed"] = InTurn((call, command) => command is CommitAward commit && Right(call, command) is (var after, "done") ? (after with { Awards = after.Awards.Remove(commit.Grant) }, "done") : Right(call, command)),
        ["frees nothing on a release"] = InTurn((call, command) => command is ReleaseAward && Right(call, command) is (_, "done") ? (call, "done") : Right(call, command)),
        ["says no and does it"] = InTurn((call, command) => command is AwardApplication && Right(call, command) is (var after, "done") ? (after, "envelope-exceeded") : Right(call, command)),
        ["says yes and does nothing"] = InTurn((call, command) => command is AwardApplication && Right(call, command) is (_, "done") ? (call, "done") : Right(call, command)),
        ["awards an application twice"] = InTurn((call, command) => command is AwardApplication award && Right(call, command).Said == "awarded-already" && !call.Awards.ContainsKey(award.Grant) && award.Amount <= call.Free
            ? (Right(call, award with { Application = $"{award.Application}-again", Facts = Facts($"{award.Application}-again") }).After, "done") : Right(call, command)),
        ["lowers the envelope below its promises"] = InTurn((call, command) => command is SetEnvelope set && Right(call, command).Said == "envelope-below-promised" ? (call with { Envelope = set.Envelope }, "done") : Right(call, command)),
        ["keeps the old envelope"] = InTurn((call, command) => command is SetEnvelope && Right(call, command) is (var after, "done") ? (after with { Envelope = call.Envelope }, "done") : Right(call, command)),
        ["settles what was not promised"] = InTurn((call, command) => command is SettleAward settle && call.Awards.TryGetValue(settle.Grant, out var award) && award.State is ReservationState.Reserved && settle.Amount < award.Amount
            ? (call with { Awards = call.Awards.SetItem(settle.Grant, award with { Amount = settle.Amount }) }, "done") : Right(call, command)),
    };

    public static TheoryData<string> Planted => [.. Faults.Keys];

    [Theory, MemberData(nameof(Planted))]
    public void Of_a_call_with_a_fault_are_found_out(string fault) => Assert.Contains(Enumerable.Range(0, Histories), seed => !Linearizable(Simulated(Faults[fault], seed)));

    [Fact]
    public void Of_a_call_without_one_are_not() => Assert.All(Enumerable.Range(0, Histories), seed => Assert.True(Linearizable(Simulated(InTurn(Right), seed))));

    private static ImmutableArray<Asked> Simulated(Answering answering, int seed)
    {
        var (random, call, history, at) = (new Random(seed), Published(envelope: Envelope).State, ImmutableArray.CreateBuilder<Asked>(), 0);
        for (var n = 0; n < OfEach; n++)
        {
            GrantCallCommand[] round = [.. Enumerable.Range(0, 4).Select(_ => Any(random))];
            (call, var said) = answering(call, round);
            history.AddRange(round.Zip(said, (command, told) => new Asked(command, told, at, at + 1)));
            at += 2;
        }

        return history.DrainToImmutable();
    }
}
