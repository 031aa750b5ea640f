using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Trials;

namespace InnovationScale.Hosting;

/// <summary>What every grain host promises, whatever runs underneath. A host passes by deriving from this class.</summary>
public abstract class HostContract : IAsyncLifetime
{
    // Another host may have run the contract on the same log.
    private readonly string run = NewId;
    private int commands;

    protected abstract Task<IGrains> Start();

    /// <summary>The same host again on the same data, with nothing in memory.</summary>
    protected abstract Task<IGrains> Restart();

    protected abstract Task Stop();

    protected IGrains Grains { get; private set; } = null!;

    public async Task InitializeAsync() => Grains = await Start();

    public Task DisposeAsync() => Stop();

    protected static string NewId => Guid.NewGuid().ToString("n");

    protected Stamp Stamp(string? commandId = null, string actor = "amina") => new(actor, new(Role.Teacher, "heron-bay"),
        new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), commandId ?? string.Create(CultureInfo.InvariantCulture, $"{run}-{Interlocked.Increment(ref commands)}"));

    [ContractFact]
    public async Task An_accepted_command_is_seen_at_once_with_its_version()
    {
        var id = NewId;
        var outcome = await Grains.Execute(id, new Count(5, Times: 3), Stamp());
        Assert.Equal(new Receipt($"tally/{id}", 3), outcome.Receipt);
        var view = await Grains.Look<Tally>(id);
        Assert.Equal((15, 3L), (view.State.Total, view.Version));
    }

    [ContractFact]
    public async Task A_stream_that_does_not_exist_is_the_empty_state_at_version_0()
    {
        var view = await Grains.Look<Tally>(NewId);
        Assert.False(view.Exists);
        Assert.Equal(0, view.State.Total);
    }

    [ContractFact]
    public async Task A_refusal_changes_nothing()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(5), Stamp());
        var outcome = await Grains.Execute(id, new Count(6, UpTo: 10), Stamp());
        Assert.Equal("over-the-limit", outcome.Refusal?.Code);
        Assert.Equal(1, (await Grains.Look<Tally>(id)).Version);
    }

    [ContractFact]
    public async Task The_same_command_twice_takes_effect_once_and_answers_the_same()
    {
        var id = NewId;
        var first = await Grains.Execute(id, new Count(5), Stamp("once"));
        var second = await Grains.Execute(id, new Count(5), Stamp("once"));
        Assert.Equal(first.Receipt! with { Replayed = true }, second.Receipt);
        Assert.Equal(5, (await Grains.Look<Tally>(id)).State.Total);
    }

    [ContractFact]
    public async Task The_same_command_again_is_answered_by_its_receipt_even_when_it_would_now_be_refused()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(10, UpTo: 10), Stamp("all"));
        var again = await Grains.Execute(id, new Count(10, UpTo: 10), Stamp("all"));
        Assert.True(again.Receipt?.Replayed);
    }

    [ContractFact]
    public async Task The_same_command_sent_32_times_at_once_takes_effect_once()
    {
        var id = NewId;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Grains.Execute(id, new Count(1), Stamp("many")))));
        Assert.All(outcomes, o => Assert.Equal(1, o.Receipt?.Version));
        Assert.Equal(1, (await Grains.Look<Tally>(id)).State.Total);
    }

    /// <summary>I21: whatever is sent in whatever order, again and again and at once, a command id has one effect and one answer.</summary>
    [ContractFact]
    public void Any_commands_sent_any_number_of_times_take_effect_once_each() => Prop.ForAll(Gen.Choose(0, 9).ListOf().ToArbitrary(), sent =>
    {
        var id = NewId;
        var outcomes = Task.WhenAll(sent.Select(one => Task.Run(() => Grains.Execute(id, new Count(one + 1), Stamp($"{id}-{one}"))))).GetAwaiter().GetResult();

        foreach (var same in sent.Zip(outcomes, (one, outcome) => (one, outcome)).GroupBy(each => each.one, each => each.outcome.Receipt!.Version)) Assert.Single(same.Distinct());
        var view = Grains.Look<Tally>(id).GetAwaiter().GetResult();
        Assert.Equal((sent.Distinct().Sum(one => one + 1L), (long)sent.Distinct().Count()), (view.State.Total, view.Version));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [ContractFact]
    public async Task Another_body_under_a_used_command_id_is_refused()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(5), Stamp("used"));
        Assert.Equal("command-id-reused", (await Grains.Execute(id, new Count(6), Stamp("used"))).Refusal?.Code);
        Assert.Equal("command-id-reused", (await Grains.Execute(NewId, new Count(5), Stamp("used"))).Refusal?.Code);
        Assert.Equal(5, (await Grains.Look<Tally>(id)).State.Total);
    }

    [ContractFact]
    public async Task Two_people_may_use_the_same_command_id()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(5), Stamp("shared"));
        Assert.Equal(2, (await Grains.Execute(id, new Count(5), Stamp("shared", actor: "mateo"))).Receipt?.Version);
    }

    [ContractFact]
    public async Task A_version_that_is_no_longer_current_is_stale()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(1), Stamp(), expectedVersion: 0);
        var outcome = await Grains.Execute(id, new Count(1), Stamp(), expectedVersion: 0);
        Assert.Equal(("stale-version", RefusalKind.Stale), (outcome.Refusal?.Code, outcome.Refusal?.Kind));
    }

    [ContractFact]
    public async Task Of_64_editors_of_one_version_exactly_one_wins()
    {
        var id = NewId;
        await Grains.Execute(id, new Count(1), Stamp());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() => Grains.Execute(id, new Count(1), Stamp($"editor-{n}"), expectedVersion: 1))));
        Assert.Single(outcomes, o => o.Receipt is not null);
        Assert.Equal(63, outcomes.Count(o => o.Refusal?.Kind is RefusalKind.Stale));
    }

    [ContractFact]
    public async Task Concurrent_commands_on_one_grain_lose_nothing()
    {
        var id = NewId;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 500).Select(n => Task.Run(() => Grains.Execute(id, new Count(1), Stamp($"c-{n}")))));
        Assert.Equal(Enumerable.Range(1, 500).Select(n => (long)n), outcomes.Select(o => o.Receipt!.Version).Order());
        Assert.Equal(500, (await Grains.Look<Tally>(id)).State.Total);
    }

    [ContractFact]
    public async Task A_command_whose_gathered_facts_have_moved_is_refused_and_writes_nothing()
    {
        string id = NewId, other = NewId;
        await Grains.Execute(other, new Count(1), Stamp());
        var head = (await Grains.Look<Tally>(other)).Head;
        await Grains.Execute(other, new Count(1), Stamp());
        Assert.Equal("facts-moved", (await Grains.Execute(id, new Count(1) { RestsOn = [head] }, Stamp())).Refusal?.Code);
        Assert.False((await Grains.Look<Tally>(id)).Exists);

        var moved = (await Grains.Look<Tally>(other)).Head;
        Assert.Equal(1, (await Grains.Execute(id, new Count(1) { RestsOn = [moved] }, Stamp())).Receipt?.Version);
    }

    [ContractFact]
    public async Task What_was_said_is_there_after_a_restart_cells_and_people_included()
    {
        var id = NewId;
        var cell = new Cell { School = "s", Class = "1", Arm = "a", Measure = "m", Wave = "outcome", Outcome = new(3, 1d / 3, 0.1 + 0.2) };
        await Grains.Execute(id, new Count(7), Stamp("before"));
        await Grains.Execute(id, new BringCells([cell, cell with { Class = "2" }]), Stamp());
        var before = await Grains.Look<Tally>(id);

        var restarted = await Restart();
        var after = await restarted.Look<Tally>(id);
        Assert.Equal((before.Version, before.State.Total, before.State.Cells), (after.Version, after.State.Total, after.State.Cells));
        Assert.Equal(before.State.By.AsEnumerable(), after.State.By);
        Assert.True((await restarted.Execute(id, new Count(7), Stamp("before"))).Receipt?.Replayed);
    }
}
