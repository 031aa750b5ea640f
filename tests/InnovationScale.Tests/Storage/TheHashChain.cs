using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Hosting;
using InnovationScale.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>An event's hash stands for every stored field of it and for all that came before.</summary>
public sealed class TheHashChain
{
    // Few letters, so that texts which run into one another ("ab", "c" and "a", "bc") come up often.
    private static readonly Gen<string> Text =
        from letters in Gen.Elements('a', 'b', '\u0001', 'é', '/').ArrayOf()
        select new string(letters);

    private static readonly Gen<LoggedEvent> Event =
        from fields in Text.ArrayOf(7)
        from reason in Gen.OneOf(Text, Gen.Constant<string>(null!))
        from version in Gen.Elements(1L, 2L, 256L, long.MaxValue)
        select new LoggedEvent(fields[0], version, fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], reason, [], []);

    private static readonly Gen<byte[]> Previous = Gen.Elements<byte>(0, 1).ArrayOf(32);

    private static string Hash(byte[] previous, LoggedEvent e) => Convert.ToHexString(HashChain.Next(previous, e));

    [Fact]
    public void Changes_with_every_field() =>
        Prop.ForAll(Gen.Zip(Previous, Event).ToArbitrary(), pair =>
        {
            var (previous, e) = pair;
            LoggedEvent[] changed =
            [
                e with { Stream = e.Stream + "x" }, e with { Version = e.Version - 1 }, e with { Name = e.Name + "x" }, e with { Json = e.Json + " " }, e with { Actor = e.Actor + "x" },
                e with { Role = e.Role + "x" }, e with { At = e.At + "x" }, e with { CommandId = e.CommandId + "x" }, e with { Reason = e.Reason + "x" }, e with { Reason = e.Reason is null ? "" : null },
            ];
            var other = (byte[])[.. previous];
            other[^1] ^= 1;
            Assert.DoesNotContain(Hash(previous, e), changed.Select(c => Hash(previous, c)).Append(Hash(other, e)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_never_the_same_for_two_different_events() =>
        Prop.ForAll(Gen.Zip(Event, Event).ToArbitrary(), pair =>
            pair.Item1 == (pair.Item2 with { Hash = pair.Item1.Hash, Cells = pair.Item1.Cells }) == (Hash(HashChain.Start, pair.Item1) == Hash(HashChain.Start, pair.Item2)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Tells_fields_apart_that_run_into_one_another() =>
        Prop.ForAll(Gen.Zip(Event, Gen.Choose(0, 20)).ToArbitrary(), pair =>
        {
            var (e, cut) = pair;
            var both = e.Actor + e.Role;
            var at = Math.Min(cut, both.Length);
            var moved = e with { Actor = both[..at], Role = both[at..] };
            Assert.Equal(moved.Actor == e.Actor, Hash(HashChain.Start, moved) == Hash(HashChain.Start, e));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Has_no_hash_for_half_a_surrogate_pair() =>
        Assert.Throws<System.Text.EncoderFallbackException>(() => HashChain.Next(HashChain.Start, new("tally/t", 1, "counted", "{}", "amina", "teacher@x", "now", "c", "\ud800", [], [])));

    [Fact]
    public void Chains_batches_by_every_event_and_their_order() =>
        Prop.ForAll(Gen.Zip(Previous, Previous).ArrayOf().Where(all => all.Length > 0).ToArbitrary(), all =>
        {
            var hashes = all.Select((pair, n) => HashChain.Next(pair.Item1, new($"{n}", n, "", "", "", "", "", "", null, [], []))).ToList();
            var whole = HashChain.NextBatch(HashChain.Start, hashes);
            for (var n = 0; n < hashes.Count; n++) Assert.NotEqual(whole, HashChain.NextBatch(HashChain.Start, hashes.Where((_, m) => m != n)));
            if (hashes.Count > 1) Assert.NotEqual(whole, HashChain.NextBatch(HashChain.Start, hashes.AsEnumerable().Reverse()));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Takes_no_stamp_with_text_that_a_store_would_change()
    {
        using var log = new EventLog(new SimulatedStore(new(), new()), TimeProvider.System, NullLogger<EventLog>.Instance);
        using var grains = new LocalGrains(Tally.Kinds, log, TimeProvider.System);
        var stamp = new Stamp("amina", new(Role.Teacher, "heron-bay"), DateTimeOffset.UnixEpoch, "1");
        foreach (var text in (string[])["a\0b", "\ud800", "a\udc00b", "\udc00\ud800"])
        {
            foreach (var bad in (Stamp[])[stamp with { Actor = text }, stamp with { CommandId = text }, stamp with { Reason = text }, stamp with { Role = new(Role.Teacher, text) }])
                Assert.Equal(Refusals.TextNotKept, (await grains.Execute("t", new Count(1), bad)).Refusal);
            Assert.Equal(Refusals.TextNotKept, (await grains.Execute(text, new Count(1), stamp)).Refusal);
        }
    }
}
