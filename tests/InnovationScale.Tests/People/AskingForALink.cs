using InnovationScale.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>Whoever forgot her password asks for a link, whatever others do meanwhile.</summary>
public sealed class AskingForALink : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly Post post = new();
    private readonly ServiceProvider services;
    private int place;

    public AskingForALink() => services = new ServiceCollection().AddLogging().AddSingleton<IMailer>(post).AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider())
        .AddEmbeddedGrains(() => new SqliteEngine(folder), () => new Vault(Vault.NewKey(), "a test")).BuildServiceProvider();

    public async Task InitializeAsync()
    {
        foreach (var name in (string[])["eve", "noor"])
        {
            var desk = services.GetRequiredService<Desk>();
            Assert.Null((await desk.Execute(Principal.System, new($"invite {name}"), name, new InvitePerson("heron-bay", new(Role.Teacher, "heron-bay"), $"a hash of {name}", DateTimeOffset.UtcNow.AddDays(3), null))).Refusal);
            Assert.Null((await desk.Execute(Principal.Of(name), new($"join {name}"), name, new AcceptInvitation($"a hash of {name}", name, null, Address(name), services.GetRequiredService<Vault>().LookUp(Address(name)),
                services.GetRequiredService<Passwords>().Hash("a password of hers")))).Refusal);
        }
    }

    public async Task DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Gets_one_though_another_asked_too_often()
    {
        for (var n = 0; n < 8; n++) await Ask("eve");
        Assert.Equal(5, post.Sent.Count(to => to == Address("eve")));

        await Ask("noor");
        Assert.Single(post.Sent, to => to == Address("noor"));
    }

    [Fact]
    public async Task Gets_one_though_somebody_tried_wrong_passwords_at_her_address()
    {
        for (var n = 0; n < 12; n++) Assert.NotNull((await Accounts.SignIn(Address("eve"), $"guess number {n}", Elsewhere())).Refusal);
        Assert.NotNull((await Accounts.SignIn(Address("eve"), "a password of hers", Elsewhere())).Refusal);

        await Ask("eve");
        Assert.Single(post.Sent, to => to == Address("eve"));
    }

    [Fact]
    public async Task Keeps_nobody_from_signing_in()
    {
        for (var n = 0; n < 8; n++) await Ask("eve");
        Assert.NotNull((await Accounts.SignIn(Address("eve"), "a password of hers", Elsewhere())).Session);
    }

    private Accounts Accounts => services.GetRequiredService<Accounts>();

    private static string Address(string name) => $"{name}@example.org";

    /// <summary>Each time from another address, so that only what is counted by account counts.</summary>
    private Place Elsewhere() => new($"192.0.2.{++place}", "a browser", null);

    private async Task Ask(string name) => Assert.Null(await Accounts.Forgotten(Address(name), Elsewhere(), link => new("A link", link)));

    private sealed class Post : IMailer
    {
        public List<string> Sent { get; } = [];

        public Task Send(Mail mail)
        {
            Sent.Add(mail.To);
            return Task.CompletedTask;
        }

        public void Forget(string person)
        {
        }
    }
}
