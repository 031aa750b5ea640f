using System.Text;
using InnovationScale.People;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Storage;

/// <summary>What is known of a person is kept beside the log, under her own key, until she is erased.</summary>
public abstract class ForgettingAPerson : IAsyncLifetime
{
    private protected static readonly byte[] Master = Vault.NewKey();
    private static readonly Stamp Admin = new("ada", new(Role.Admin, "programme"), new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero), "");

    private readonly Kinds kinds = Product.Compose().Kinds;
    private EventLog log = null!;
    private int commands;

    private protected SqlLogStore Store { get; private set; } = null!;

    private protected LocalGrains Grains { get; private set; } = null!;

    private protected abstract ISqlEngine Engine();

    private protected void Open(Vault? vault = null)
    {
        Store = new(Engine(), kinds, vault ?? new(Master, "the test"));
        log = new(Store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        Grains = new(kinds, log, TimeProvider.System);
    }

    private protected void Close()
    {
        Grains.Dispose();
        log.Dispose();
    }

    public virtual Task InitializeAsync()
    {
        Open();
        return Task.CompletedTask;
    }

    public virtual Task DisposeAsync()
    {
        Close();
        return Task.CompletedTask;
    }

    private protected Stamp Next(string? actor = null) => Admin with { Actor = actor ?? Admin.Actor, CommandId = $"c{++commands}" };

    private protected async Task Erase(string id) => Assert.Null((await Grains.Execute(id, new ErasePerson(id), Next(id))).Refusal);

    private protected async Task Do(string id, PersonCommand command) => Assert.Null((await Grains.Execute(id, command, Next())).Refusal);

    private protected async Task<string> NameOf(string id) => (await Grains.Look<People.Person>(id)).State.DisplayName;

    private Task<List<T>> Ask<T>(string sql, Func<System.Data.Common.DbDataReader, T> read) => Store.Query(connection => connection.Query(sql, read));

    [ContractFact]
    public async Task A_name_stands_in_no_event_and_is_there_after_a_restart()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        await Do("ana", new RenamePerson("Anahera M."));
        Close();
        Open();
        Assert.Equal("Anahera M.", await NameOf("ana"));
        Assert.DoesNotContain(await Ask("select json from event", r => r.GetString(0)), json => json.Contains("Anahera", StringComparison.Ordinal));
        Assert.Equal(["Anahera M."], await Ask("select name from person", r => r.GetString(0)));
        Assert.DoesNotContain(await Ask("select sealed from vault", r => (byte[])r.GetValue(0)), row => Encoding.UTF8.GetString(row).Contains("Anahera", StringComparison.Ordinal));
    }

    [ContractFact]
    public async Task An_erased_one_leaves_what_was_done_and_nothing_of_who_it_was()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        await Do("ana", new GrantRole(new(Role.Teacher, "heron-bay"), new(2026, 1, 1)));
        await Do("ben", new RegisterPerson("Benedetto", "heron-bay"));
        await Erase("ana");
        Assert.Equal(People.Person.ErasedName, await NameOf("ana"));
        Assert.Equal("person-erased", (await Grains.Execute("ana", new ErasePerson("ana"), Next("ana"))).Refusal?.Code);

        Close();
        Open();
        Assert.Equal(People.Person.ErasedName, await NameOf("ana"));
        Assert.Equal("Benedetto", await NameOf("ben"));
        Assert.Equal(new HeldRole(Role.Teacher, "heron-bay"), Assert.Single((await Grains.Look<People.Person>("ana")).State.Roles).Role);
        Assert.Equal(["ben"], await Ask("select distinct subject from vault", r => r.GetString(0)));
        Assert.Equal(["", "ben"], await Ask("select subject from vault_key order by subject", r => r.GetString(0)));
        Assert.Equal([People.Person.ErasedName, "Benedetto"], await Ask("select name from person order by id", r => r.GetString(0)));
        Assert.All(await Ask("select body_sha256 from command where stream = 'person/ana'", r => r.GetString(0)), Assert.Empty);
        Assert.Equal(4, DataFolder.Verify(Store.Engine).Events);
        Assert.Null(DataFolder.Verify(Store.Engine).Fault);
        Assert.True(Store.Rebuild() > 0);
        Assert.Equal([People.Person.ErasedName, "Benedetto"], await Ask("select name from person order by id", r => r.GetString(0)));
    }

    [ContractFact]
    public async Task Names_and_erasures_that_are_committed_together_end_as_they_were_asked()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        Task<Outcome>[] together =
        [
            Grains.Execute("ana", new RenamePerson("Ana"), Next()), Grains.Execute("ana", new ErasePerson("ana"), Next("ana")),
            Grains.Execute("ben", new RegisterPerson("Ben", "heron-bay"), Next()), Grains.Execute("ana", new RenamePerson("Anahera"), Next()),
        ];
        var told = await Task.WhenAll(together);
        Assert.Equal("person-erased", told[3].Refusal?.Code);
        Assert.Equal(["ben"], await Ask("select distinct subject from vault", r => r.GetString(0)));
        Assert.Equal((People.Person.ErasedName, "Ben"), (await NameOf("ana"), await NameOf("ben")));
    }

    [ContractFact]
    public async Task A_row_moved_to_somebody_else_does_not_open()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        await Do("ben", new RegisterPerson("Benedetto", "heron-bay"));
        await log.Write(batch => batch.Do("update vault set sealed = (select sealed from vault where subject = 'ana') where subject = 'ben'"));
        Close();
        Open();
        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(() => NameOf("ben"));
        Assert.Equal("Anahera", await NameOf("ana"));
    }

    [ContractFact]
    public async Task Under_another_key_everything_is_known_as_before_and_the_old_one_opens_nothing()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        await Do("ana", new InvitePerson(null, null, "hash", Admin.At.AddDays(7)));
        var (old, next) = (new Vault(Master, "/kept/vault-key"), new Vault(Vault.NewKey(), "the next"));
        Assert.Null((await Grains.Execute("ana", new AcceptInvitation("hash", "", null, "Ana@example.org", old.LookUp("ana@example.org"), "password"), Next() with { Role = new(Role.System, "") })).Refusal);
        await Do("ben", new RegisterPerson("Benedetto", "heron-bay"));
        await Do("ben", new InvitePerson(null, null, "later", Admin.At.AddDays(7)));
        Close();
        using (var engine = Engine())
        {
            Assert.Contains("is not the one", Assert.Throws<StoreNotUsableException>(() => KeyChange.Run(engine, new(Vault.NewKey(), "elsewhere"), next)).Message, StringComparison.Ordinal);
            Assert.Equal(2, KeyChange.Run(engine, old, next));
            // Cut off before anybody heard of it, it is asked again.
            Assert.Null(KeyChange.Run(engine, old, next));
        }

        using (var late = new SqlLogStore(Engine(), kinds, old)) Assert.Contains("/kept/vault-key", Assert.Throws<StoreNotUsableException>(late.Open).Message, StringComparison.Ordinal);
        Open(next);
        Assert.Equal(("Anahera", "Benedetto"), (await NameOf("ana"), await NameOf("ben")));
        Assert.Equal(next.LookUp("ana@example.org"), (await Grains.Look<People.Person>("ana")).State.Account!.EmailKey);
        Assert.Equal([next.LookUp("ana@example.org")], await Ask("select email_key from person where email_key is not null", r => r.GetString(0)));
        await Do("ben", new RenamePerson("Ben"));
        // A link that was given out before opens an account still.
        Assert.Null((await Grains.Execute("ben", new AcceptInvitation("later", "", null, "ben@example.org", next.LookUp("ben@example.org"), "password"), Next() with { Role = new(Role.System, "") })).Refusal);
        Assert.True(Store.Rebuild() > 0);
        Assert.Equal(["Anahera", "Ben"], await Ask("select name from person order by id", r => r.GetString(0)));
        Assert.Null(DataFolder.Verify(Store.Engine).Fault);
    }

    [ContractFact]
    public async Task A_row_that_does_not_open_stops_a_change_of_keys_before_anything_is_changed()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        await Do("ben", new RegisterPerson("Benedetto", "heron-bay"));
        await log.Write(batch => batch.Do("update vault set sealed = (select sealed from vault where subject = 'ana') where subject = 'ben'"));
        Close();
        using (var engine = Engine()) Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => KeyChange.Run(engine, new(Master, "the test"), new(Vault.NewKey(), "the next")));
        Open();
        Assert.Equal("Anahera", await NameOf("ana"));
    }

    [ContractFact]
    public async Task Another_key_opens_nothing_and_is_refused()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        Close();
        try
        {
            using var other = new SqlLogStore(Engine(), kinds, new(Vault.NewKey(), "/kept/vault-key"));
            Assert.Contains("/kept/vault-key", Assert.Throws<StoreNotUsableException>(other.Open).Message, StringComparison.Ordinal);
        }
        finally
        {
            Open();
        }

        Assert.Equal("Anahera", await NameOf("ana"));
    }
}

/// <summary>In a folder.</summary>
public sealed class ForgettingAPersonOnSqlite : ForgettingAPerson
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    private protected override ISqlEngine Engine() => new SqliteEngine(folder);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Fifty_who_were_erased_are_found_in_no_file_that_is_left()
    {
        var people = Enumerable.Range(0, 60).Select(n => (Id: $"p{n}", Name: $"Zebrafinch{n:000}x")).ToList();
        foreach (var (id, name) in people)
        {
            await Do(id, new RegisterPerson(name, "heron-bay"));
            await Do(id, new RenamePerson($"{name} renamed"));
        }

        Assert.Equal(60, people.Count(person => Found(person.Name)));
        foreach (var (id, _) in people.Take(50)) await Erase(id);

        // While it runs: database and write-ahead log.
        Assert.Equal(people.Skip(50).Select(person => person.Name), people.Where(person => Found(person.Name)).Select(person => person.Name));
        using (var export = new StringWriter())
        {
            DataFolder.Export(folder, export);
            Assert.DoesNotContain("Zebrafinch", export.ToString(), StringComparison.Ordinal);
        }

        DataFolder.Backup(folder, Path.Combine(folder, "backup.db"), DateTimeOffset.UnixEpoch);
        Assert.Equal(10, people.Count(person => Found(person.Name)));
        Assert.Equal((170L, null), (DataFolder.Verify(folder).Events, DataFolder.Verify(folder).Fault));
    }

    private bool Found(string name)
    {
        var mark = Encoding.UTF8.GetBytes(name);
        return Directory.EnumerateFiles(folder, "*.db*").Any(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray().AsSpan().IndexOf(mark) >= 0;
        });
    }

    [Fact]
    public async Task A_name_inside_an_event_of_an_earlier_version_is_read_until_the_person_is_erased()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        Close();
        using (var database = new SqliteConnection($"Data Source={Path.Combine(folder, SqliteEngine.FileName)};Pooling=false"))
        {
            database.Open();
            database.Do("delete from vault");
            database.Do("""update event set json = '{"$type":"person-registered","displayName":"Anahera of old","home":"heron-bay"}'""");
        }

        Open();
        Assert.Equal("Anahera of old", await NameOf("ana"));
        await Do("ana", new RenamePerson("Anahera"));
        Close();
        Open();
        Assert.Equal("Anahera", await NameOf("ana"));
        await Erase("ana");
        Close();
        Open();
        Assert.Equal(People.Person.ErasedName, await NameOf("ana"));
    }

    [Fact]
    public void The_key_is_made_once_for_its_owner_alone()
    {
        var file = Path.Combine(folder, "new", "vault-key");
        var made = Vault.In(file).LookUp("amina@example.org");
        Assert.Equal(made, Vault.In(file).LookUp(" Amina@Example.org "));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.WriteAllText(file, Convert.ToBase64String(new byte[Vault.KeyBytes]));
        Assert.Throws<StoreNotUsableException>(() => Vault.In(file));
        File.WriteAllText(file, "c2hvcnQ=");
        Assert.Throws<StoreNotUsableException>(() => Vault.In(file));
    }
}

/// <summary>On a real server of PostgreSQL.</summary>
[NeedsPostgres, Collection(Postgres.Name)]
public sealed class ForgettingAPersonOnPostgres(PostgresWhereItIs server) : ForgettingAPerson
{
    private readonly string database = server.Server.NewDatabase();

    private protected override ISqlEngine Engine() => new PostgresEngine(database);

    [ContractFact]
    public async Task A_server_that_was_not_told_of_another_key_keeps_nobody_under_the_old_one()
    {
        await Do("ana", new RegisterPerson("Anahera", "heron-bay"));
        using (var engine = Engine()) Assert.Equal(1, KeyChange.Run(engine, new(Master, "the test"), new(Vault.NewKey(), "the next")));
        await Assert.ThrowsAnyAsync<Exception>(() => Do("cleo", new RegisterPerson("Cleo", "heron-bay")));
        await Assert.ThrowsAnyAsync<Exception>(() => Do("ana", new RenamePerson("Ana")));
        await Assert.ThrowsAnyAsync<Exception>(() => Do("ana", new GrantRole(new(Role.Teacher, "heron-bay"), new(2026, 1, 1))));
        Assert.Equal(["", "ana"], await Store.Query(connection => connection.Query("select subject from vault_key order by subject", r => r.GetString(0))));
        Assert.Equal(1, DataFolder.Verify(Store.Engine).Events);
    }
}
