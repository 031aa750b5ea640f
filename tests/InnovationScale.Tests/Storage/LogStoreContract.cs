using System.Globalization;
using InnovationScale.Hosting;
using InnovationScale.Trials;

namespace InnovationScale.Storage;

/// <summary>What the log's writer may rely on in every store. A store passes by deriving from this class.</summary>
public abstract class LogStoreContract : IDisposable
{
    private static readonly Kind<Tally> Kind = Tally.Kinds.Of<Tally>();
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Cell Cell = new() { School = "s", Class = "1", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(3, 1d / 3, 0.1 + 0.2) };
    private int commands;

    internal abstract ILogStore Store { get; }

    /// <summary>Position, stream and version of every event in the order of positions.</summary>
    internal abstract Task<IReadOnlyList<(long Position, string Stream, long Version)>> Log();

    internal abstract Task<IReadOnlyList<(long Number, long First, long Last, byte[] Hash)>> Batches();

    /// <summary>Total and version in the read row, if there is one.</summary>
    internal abstract Task<(long Total, long Version)?> Row(string id);

    public abstract void Dispose();

    private CommandKey NewKey(string principal = "amina") => new(principal, (++commands).ToString(CultureInfo.InvariantCulture));

    /// <summary>A command on a stream as it stands after the given events.</summary>
    private protected Append Appending(string id, IReadOnlyList<LoggedEvent> after, IReadOnlyList<TallyEvent> happened, CommandKey? key = null, params Head[] restsOn)
    {
        var by = key ?? NewKey();
        var stamp = new Stamp(by.Principal, new(Role.Teacher, "heron-bay"), Now, by.Id, "because");
        var state = Kind.Fold(Tally.New, after);
        var before = after.Count == 0 ? null : state;
        var events = new List<LoggedEvent>();
        foreach (var e in happened)
        {
            var last = events.Count > 0 ? events[^1] : after.Count > 0 ? after[^1] : null;
            events.Add(Kind.Write($"tally/{id}", (last?.Version ?? 0) + 1, e, stamp, last?.Hash ?? HashChain.Start));
            state = state.Evolve(e, stamp);
        }

        var notes = events.Select(e => new Note($"{e.Stream}@{e.Version}#0", "seven", "{}", Now)).Where((_, n) => happened[n] is Counted { By: 7 });
        return new(new(by, "body", $"tally/{id}", events[^1].Version, events[0].At), after.Count > 0 ? after[^1].Hash : HashChain.Start, [.. events], [.. restsOn],
            Kind.Rows(new(id, state, events[^1].Version), before), [.. notes], _ => { });
    }

    [ContractFact]
    public async Task Every_text_that_may_be_kept_comes_back_the_same()
    {
        string[] texts = ["", " ", "Ünïcode", "𝔘 and 👩🏽‍🏫", "tab\t line\r\n", "\u0001\u001f\u007f", "\ufeffbom", "\u2028\u202e", "'; drop table event; --", "\ufffd\uffff", new('é', 5000)];
        IReadOnlyList<LoggedEvent> events = [];
        foreach (var text in texts)
        {
            Assert.True(HashChain.Keeps(text));
            var e = Kind.Write("tally/t", events.Count + 1, new Counted(1), new(text, new(Role.Teacher, text), Now, text, text), events.Count > 0 ? events[^1].Hash : HashChain.Start);
            Write(First("t") with { Command = new(new(text, text), "body", "tally/t", e.Version, e.At), Previous = events.Count > 0 ? events[^1].Hash : HashChain.Start, Events = [e] });
            events = [.. events, e];
            Assert.Equal(new(text, text), (await Store.Find(new(text, text)))?.Key);
        }

        var read = await Store.Read("tally/t");
        Assert.Equal(texts, read.Select(e => e.Actor));
        Assert.All(read.Zip(events), pair => Assert.Equal(pair.Second, pair.First with { Hash = pair.Second.Hash, Cells = pair.Second.Cells }));
    }

    private protected Append First(string id, params Head[] restsOn) => Appending(id, [], [new Counted(1)], null, restsOn);

    private protected List<AppendStatus> Write(params Append[] appends)
    {
        using var batch = Store.Begin(appends);
        List<AppendStatus> results = [.. appends.Select(a => batch.Add(a).Status)];
        batch.Commit();
        return results;
    }

    [ContractFact]
    public async Task Events_come_back_as_they_were_hashed_cells_included()
    {
        var append = Appending("t", [], [new Counted(2), new CellsBrought(CellRows.Sha256([Cell])) { Cells = [Cell] }]);
        Write(append);
        var read = await Store.Read("tally/t");
        Assert.Equal(append.Events.Length, read.Count);
        foreach (var (written, found) in append.Events.Zip(read))
        {
            Assert.Equal(written with { Hash = found.Hash, Cells = found.Cells }, found);
            Assert.Equal(written.Hash, found.Hash);
            Assert.Equal(written.Cells.AsEnumerable(), found.Cells);
        }

        Assert.Equal([2L], (await Store.Read("tally/t", afterVersion: 1)).Select(e => e.Version));
        Assert.Empty(await Store.Read("tally/other"));
    }

    [ContractFact]
    public async Task The_head_is_the_last_event()
    {
        Assert.Equal(LogHead.None, await Store.Head("tally/t"));
        var first = First("t");
        Write(first, First("u"), Appending("t", first.Events, [new Counted(1), new Counted(2)]));
        var last = (await Store.Read("tally/t"))[^1];
        Assert.Equal(new(3, last.Hash), await Store.Head("tally/t"));
    }

    [ContractFact]
    public async Task The_guard_refuses_whoever_decided_on_another_head()
    {
        var first = First("t");
        Write(first);
        Assert.Equal([AppendStatus.HeadMoved], Write(First("t")));
        var otherHistory = Appending("t", First("t").Events, [new Counted(1)]);
        Assert.Equal([AppendStatus.HeadMoved], Write(otherHistory));
        Assert.Equal([AppendStatus.Committed], Write(Appending("t", first.Events, [new Counted(1)])));
        Assert.Equal(2, (await Store.Read("tally/t")).Count);
    }

    [ContractFact]
    public async Task Of_several_on_one_head_in_one_batch_the_first_wins()
    {
        Assert.Equal([AppendStatus.Committed, AppendStatus.HeadMoved, AppendStatus.HeadMoved], Write(First("t"), First("t"), First("t")));
        Assert.Single(await Store.Read("tally/t"));
    }

    [ContractFact]
    public async Task A_refused_append_in_the_middle_leaves_no_trace_and_the_others_whole()
    {
        var moved = new Head("tally/a", 5);
        Append a = First("a"), refused = Appending("b", [], [new Counted(7), new CellsBrought(CellRows.Sha256([Cell])) { Cells = [Cell] }], null, moved), c = First("c");
        Assert.Equal([AppendStatus.Committed, AppendStatus.FactsMoved, AppendStatus.HeadMoved, AppendStatus.Committed],
            Write(a, refused, Appending("b", refused.Events, [new Counted(1)]), c));
        Assert.Empty(await Store.Read("tally/b"));
        Assert.Null(await Store.Find(refused.Command.Key));
        Assert.Null(await Row("b"));
        Assert.Empty(await Store.DueNotes(DateTimeOffset.MaxValue, 10));
        Assert.Equal([(1L, "tally/a", 1L), (2L, "tally/c", 1L)], await Log());

        // Its command id is still free, and its cells are not in anybody's way.
        Assert.Equal([AppendStatus.Committed], Write(Appending("b", [], [new CellsBrought(CellRows.Sha256([Cell])) { Cells = [Cell] }], refused.Command.Key)));
        Assert.Single((await Store.Read("tally/b"))[0].Cells);
    }

    [ContractFact]
    public async Task A_command_takes_effect_once_in_a_batch_and_over_batches()
    {
        var key = NewKey();
        var once = Appending("t", [], [new Counted(1)], key);
        Assert.Equal([AppendStatus.Committed, AppendStatus.Duplicate], Write(once, Appending("t", once.Events, [new Counted(1)], key)));
        var elsewhere = Appending("elsewhere", [], [new Counted(9)], key);
        using (var batch = Store.Begin([elsewhere]))
        {
            var again = batch.Add(elsewhere);
            Assert.Equal(new AppendResult(AppendStatus.Duplicate, once.Command), again);
            batch.Commit();
        }

        Assert.Equal(once.Command, await Store.Find(key));
        Assert.Null(await Store.Find(key with { Principal = "mateo" }));
        Assert.Equal([AppendStatus.Committed], Write(Appending("u", [], [new Counted(1)], key with { Principal = "mateo" })));
        Assert.Empty(await Store.Read("tally/elsewhere"));
    }

    [ContractFact]
    public void Gathered_heads_are_those_of_the_log_and_of_the_batch_so_far()
    {
        var a = First("a");
        Assert.Equal([AppendStatus.Committed], Write(First("none", new Head("tally/a", 0))));
        Assert.Equal([AppendStatus.Committed, AppendStatus.Committed, AppendStatus.FactsMoved], Write(a, First("b", new Head("tally/a", 1)), First("c", new Head("tally/a", 0))));
        Assert.Equal([AppendStatus.FactsMoved, AppendStatus.Committed], Write(First("c", new Head("tally/a", 1), new Head("tally/b", 2)), First("c", new Head("tally/a", 1), new Head("tally/b", 1))));
        Assert.Equal([AppendStatus.Committed], Write(Appending("a", a.Events, [new Counted(1)], null, new Head("tally/a", 1))));
    }

    [ContractFact]
    public void A_command_may_rest_on_all_streams_of_a_kind()
    {
        var a = First("a");
        Assert.Equal([AppendStatus.Committed, AppendStatus.FactsMoved, AppendStatus.Committed], Write(a, First("b", new Head("tally", 0)), First("c", new Head("tally", 1), new Head("other", 0))));
        Assert.Equal([AppendStatus.FactsMoved, AppendStatus.Committed], Write(First("d", new Head("tally", 1)), Appending("a", a.Events, [new Counted(1)], null, new Head("tally", 2))));
    }

    [ContractFact]
    public async Task Read_rows_are_those_of_the_last_event()
    {
        var first = First("t");
        Write(first, Appending("t", first.Events, [new Counted(4), new Counted(5)]), First("u"));
        Assert.Equal((10, 3), await Row("t"));
        Assert.Equal((1, 1), await Row("u"));
    }

    [ContractFact]
    public async Task Notes_are_due_in_time_are_tried_again_and_are_done_once()
    {
        Write(Appending("t", [], [new Counted(7), new Counted(1), new Counted(7)]));
        Assert.Empty(await Store.DueNotes(Now.AddTicks(-1), 10));
        Assert.Equal(["tally/t@1#0", "tally/t@3#0"], (await Store.DueNotes(Now, 10)).Select(n => n.Id));
        Assert.Single(await Store.DueNotes(Now, 1));
        using (var batch = Store.Begin([]))
        {
            batch.Settle("tally/t@1#0", Now.AddHours(1), "it rained");
            batch.Settle("tally/t@3#0", null, null);
            batch.Commit();
        }

        Assert.Empty(await Store.DueNotes(Now, 10));
        var later = Assert.Single(await Store.DueNotes(Now.AddHours(1), 10));
        Assert.Equal(("tally/t@1#0", 1), (later.Id, later.Attempts));
        using (var batch = Store.Begin([]))
        {
            batch.Settle(later.Id, null, "given up");
            batch.Commit();
        }

        Assert.Empty(await Store.DueNotes(DateTimeOffset.MaxValue, 10));
    }

    [ContractFact]
    public async Task A_note_is_given_to_one_until_it_is_settled_or_the_claim_has_ended()
    {
        Write(Appending("t", [], [new Counted(7), new Counted(7), new Counted(7)]));
        var until = Now.AddSeconds(30);
        Assert.Empty(Claim(Now.AddTicks(-1), until, 10));
        Assert.Equal(["tally/t@1#0", "tally/t@2#0"], Claim(Now, until, 2));
        Assert.Equal(["tally/t@3#0"], Claim(Now, until, 2));
        Assert.Empty(Claim(until.AddTicks(-1), until.AddHours(1), 10));
        Assert.Equal(3, (await Store.DueNotes(Now, 10)).Count);

        using (var batch = Store.Begin([]))
        {
            batch.Settle("tally/t@1#0", null, null);
            batch.Settle("tally/t@2#0", Now.AddSeconds(1), "it rained");
            batch.Commit();
        }

        Assert.Equal(["tally/t@2#0"], Claim(Now.AddSeconds(1), until, 10));
        Assert.Equal(["tally/t@3#0", "tally/t@2#0"], Claim(until, until.AddSeconds(30), 10));
    }

    private List<string> Claim(DateTimeOffset now, DateTimeOffset until, int most)
    {
        using var batch = Store.Begin([]);
        var claimed = batch.Claim(now, until, most);
        batch.Commit();
        return [.. claimed.Select(note => note.Id)];
    }

    [ContractFact]
    public async Task A_batch_that_was_not_committed_leaves_nothing_and_its_positions_are_given_again()
    {
        Write(First("a"));
        var lost = Appending("t", [], [new Counted(7)], new("amina", "lost"));
        using (var broken = Store.Begin([lost]))
        {
            broken.Add(lost);
        }

        Store.Open();
        Assert.Empty(await Store.Read("tally/t"));
        Assert.Null(await Store.Find(new("amina", "lost")));
        Assert.Empty(await Store.DueNotes(DateTimeOffset.MaxValue, 10));
        Assert.Equal([AppendStatus.Committed], Write(Appending("t", [], [new Counted(1)], new("amina", "lost"))));
        Assert.Equal([(1L, "tally/a", 1L), (2L, "tally/t", 1L)], await Log());
    }

    [ContractFact]
    public async Task Reopened_in_the_middle_of_a_batch_it_shows_what_was_committed()
    {
        Write(First("a"));
        var lost = First("t");
        var broken = Store.Begin([lost]);
        broken.Add(lost);
        Store.Open();
        Assert.Empty(await Store.Read("tally/t"));
        Assert.Single(await Store.Read("tally/a"));
        Assert.Equal([AppendStatus.Committed], Write(First("t")));
    }

    [ContractFact]
    public async Task Batches_chain_their_events_and_leave_none_out()
    {
        Write(First("a"), First("a"), First("b"));
        Write(First("a"));
        Write(Appending("c", [], [new Counted(1), new Counted(2)]));
        var hashes = new List<byte[]>();
        foreach (var (_, stream, version) in await Log()) hashes.Add((await Store.Read(stream, version - 1))[0].Hash);

        var previous = HashChain.Start;
        var next = 1L;
        foreach (var batch in await Batches())
        {
            Assert.Equal(next, batch.First);
            previous = HashChain.NextBatch(previous, hashes.Skip((int)batch.First - 1).Take((int)(batch.Last - batch.First + 1)));
            Assert.Equal(previous, batch.Hash);
            next = batch.Last + 1;
        }

        Assert.Equal(hashes.Count + 1, next);
        Assert.Equal([1L, 2L], (await Batches()).Select(b => b.Number));
    }
}
