using System.Net;

namespace InnovationScale;

/// <summary>The program's own commands on a folder in which a server worked.</summary>
public sealed class LookingAfterADataFolder : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string In(string name) => Path.Combine(root, name);

    [Fact]
    public async Task Verifies_backs_up_restores_rebuilds_and_exports_what_was_recorded()
    {
        await using (var server = await RunningServer.StartOn(In("data"), "--sign-in", "local-people"))
        {
            var school = (await server.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" })).Expect(HttpStatusCode.Created).Json["id"];
            (await server.Anyone().Post("/api/v1/people", new { name = "Anahera", home = school, roles = Array.Empty<string>() })).Expect(HttpStatusCode.Created);
            // Beside the running server: reading is allowed, claiming the folder is not.
            Assert.Equal(0, (await RunningServer.Run("backup", In("backup.db"), "--data", In("data"))).ExitCode);
            var taken = await RunningServer.Run("rebuild", "--data", In("data"));
            Assert.Equal(1, taken.ExitCode);
            Assert.Contains("in use by another process", taken.Output, StringComparison.Ordinal);
        }

        var verified = await Done("verify", "--data", In("data"));
        Assert.Contains("All is well: 2 events of 2 records", verified, StringComparison.Ordinal);
        Assert.Contains("2 records were folded", await Done("rebuild", "--data", In("data")), StringComparison.Ordinal);
        Assert.Contains(Head(verified), await Done("restore", In("backup.db"), "--data", In("restored"), "--vault-key-file", Path.Combine(In("data"), "vault-key")), StringComparison.Ordinal);
        Assert.Contains(Head(verified), await Done("verify", "--data", In("restored")), StringComparison.Ordinal);
        await Done("export", In("log.jsonl"), "--data", In("data"));
        Assert.Contains("Heron Bay", (await File.ReadAllLinesAsync(In("log.jsonl")))[0], StringComparison.Ordinal);

        // A name beside the key's own, which nothing that the change writes on its way may take.
        var next = Path.Combine(In("restored"), "vault-key.next");
        Assert.Contains("The keys of 1 people and pilots are sealed", await Done("change-vault-key", next, "--data", In("restored")), StringComparison.Ordinal);
        Assert.Contains("already", await Done("change-vault-key", next, "--data", In("restored")), StringComparison.Ordinal);
        Assert.Equal((await File.ReadAllTextAsync(next)).Trim(), (await File.ReadAllTextAsync(Path.Combine(In("restored"), "vault-key"))).Trim());
        Assert.Contains("is not the one", (await RunningServer.Run("change-vault-key", In("another-key"), "--data", In("restored"), "--vault-key-file", Path.Combine(In("data"), "vault-key"))).Output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(In("data"), "vault-key")), await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(In("restored"), "vault-key.until-*"))));

        await using var again = await RunningServer.StartOn(In("restored"), "--sign-in", "local-people");
        Assert.Contains("Heron Bay", (await again.Anyone().Get("/api/v1/schools")).Expect(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        Assert.Contains("Anahera", (await again.Anyone().Get("/api/v1/people")).Expect(HttpStatusCode.OK).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_the_demonstration_from_the_beginning_and_deletes_nothing_else()
    {
        await using (var server = await RunningServer.StartOn(In("demonstration"), "--demo"))
        {
            (await server.As("lucia").Post("/api/v1/pilots/exit-cards-casa/incidents", new { severity = "soft", what = "Somebody looked." })).Expect(HttpStatusCode.Created);
            Assert.Contains("in use", (await RunningServer.Run("reset", "--demo", "--data", In("demonstration"))).Output, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(In("demonstration"), "notes.txt"), "mine");
        await Done("reset", "--demo", "--data", In("demonstration"));
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(In("demonstration")).Select(Path.GetFileName));

        await using (var server = await RunningServer.StartOn(In("real"), "--sign-in", "local-people"))
            (await server.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" })).Expect(HttpStatusCode.Created);
        var (exitCode, output) = await RunningServer.Run("reset", "--demo", "--data", In("real"));
        Assert.Equal(1, exitCode);
        Assert.Contains("nothing was deleted", output, StringComparison.Ordinal);
        Assert.Contains("All is well: 1 events", await Done("verify", "--data", In("real")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mend")]
    [InlineData("reset", "a-file")]
    [InlineData("backup")]
    [InlineData("verify", "a-file")]
    public async Task Says_which_words_it_knows(params string[] words)
    {
        var (exitCode, output) = await RunningServer.Run([.. words, "--data", In("data")]);
        Assert.Equal(2, exitCode);
        Assert.Contains("verify, rebuild, backup FILE, restore FILE, export FILE, change-vault-key FILE", output, StringComparison.Ordinal);
    }

    private static string Head(string told) => told.Substring(told.IndexOf("Head: ", StringComparison.Ordinal) + 6, 64);

    private static async Task<string> Done(params string[] words)
    {
        var (exitCode, output) = await RunningServer.Run(words);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
