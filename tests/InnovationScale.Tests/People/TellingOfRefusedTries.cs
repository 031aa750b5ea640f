using InnovationScale.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>What was refused is told once: to whoever gets in next, however many do so at a time.</summary>
public sealed class TellingOfRefusedTries : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly ServiceProvider services;

    public TellingOfRefusedTries() =>
        services = new ServiceCollection().AddLogging().AddEmbeddedGrains(() => new SqliteEngine(folder), () => new Vault(Vault.NewKey(), "a test")).BuildServiceProvider();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Tries Tries => services.GetRequiredService<Tries>();

    [Fact]
    public async Task Keeps_for_the_next_time_what_was_refused_meanwhile()
    {
        await Refuse(false, false, true);
        var told = await Tries.Refused("code somebody");
        Assert.Equal((3, 1), (told!.Refused, told.Throttled));
        await Refuse(true);

        await Tries.Told("code somebody", told, again: false);

        var left = await Tries.Refused("code somebody");
        Assert.Equal((1, 1), (left!.Refused, left.Throttled));
        await Tries.Told("code somebody", left, again: false);
        Assert.Null(await Tries.Refused("code somebody"));
    }

    [Fact]
    public async Task Takes_nothing_off_twice()
    {
        await Refuse(false, false);
        var told = (await Tries.Refused("code somebody"))!;
        await Tries.Told("code somebody", told, again: false);
        await Refuse(false);

        await Tries.Told("code somebody", told, again: true);

        Assert.Equal(1, (await Tries.Refused("code somebody"))!.Refused);
    }

    [Fact]
    public async Task Stands_once_in_the_history_of_whoever_gets_in_twice_at_a_time()
    {
        var desk = services.GetRequiredService<Desk>();
        var key = services.GetRequiredService<Vault>().LookUp("eve@example.org");
        Assert.Null((await desk.Execute(Principal.System, new("one"), "eve", new InvitePerson("heron-bay", new(Role.Teacher, "heron-bay"), "a hash", DateTimeOffset.UtcNow.AddDays(3), null))).Refusal);
        Assert.Null((await desk.Execute(Principal.Of("eve"), new("two"), "eve", new AcceptInvitation("a hash", "Eve", null, "eve@example.org", key, "a password's hash"))).Refusal);
        var account = (await services.GetRequiredService<IGrains>().Look<Person>("eve")).State.Account!;
        for (var n = 0; n < 3; n++) await Tries.Failed(account.EmailKey, throttled: false);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Accounts.TellRefused(Tries, desk, "eve", account)));

        var history = await services.GetRequiredService<Histories>().Read(new("eve", "Eve", [new(Role.Teacher, "heron-bay")]), Person.Kind, "eve", before: null, most: 10);
        Assert.Contains("\"refused\":3", Assert.Single(history!, one => one.Name == "tries-refused").Json, StringComparison.Ordinal);
        Assert.Null(await Tries.Refused(account.EmailKey));
    }

    private async Task Refuse(params bool[] throttled)
    {
        foreach (var one in throttled) await Tries.Failed("code somebody", one);
    }
}
