using System.Net;
using System.Text.Json.Nodes;
using InnovationScale.Storage;

namespace InnovationScale;

/// <summary>The same program with its records in PostgreSQL.</summary>
public sealed class ServingFromPostgres
{
    [NeedsPostgresFact]
    public async Task Gives_every_list_of_the_demonstration_as_SQLite_gives_it()
    {
        using var postgres = new Postgres();
        await using var there = await RunningServer.Start("--demo", "--store", postgres.NewDatabase());
        await using var here = await RunningServer.Start("--demo");
        Assert.Contains("keeps its data in PostgreSQL database “t1”", there.Output, StringComparison.Ordinal);

        var lists = (await here.Anyone().Get("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json["paths"]!.AsObject()
            .Where(path => path.Value!["get"] is not null && !path.Key.Contains('{', StringComparison.Ordinal)).Select(path => path.Key).ToList();
        Assert.Contains("/api/v1/pilots", lists);
        var people = (await here.Anyone().Get("/api/v1/people")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Select(person => (string?)person!["id"]).Prepend(null).ToList();
        var rows = 0;
        foreach (var person in people)
        {
            foreach (var list in lists) rows += await Same(here.As(person), there.As(person), $"{list}?limit=3");
        }

        Assert.InRange(rows, 20, int.MaxValue);
        foreach (var page in (string[])["/en/", "/en/pilots", "/en/trials", "/en/innovations"]) (await there.Anyone().Get(page)).Expect(HttpStatusCode.OK);
    }

    /// <summary>Part after part to the end. Answers how many rows there were.</summary>
    private static async Task<int> Same(ApiClient here, ApiClient there, string path)
    {
        for (var rows = 0; ;)
        {
            var (one, other) = (await here.Get(path), await there.Get(path));
            Assert.Equal((path, one.Status), (path, other.Status));
            if (one.Status is not HttpStatusCode.OK) return rows;
            Assert.Equal(one.Body, other.Body);
            if (one.MediaType is not "application/json" || one.Json is not JsonObject part || part["items"] is not JsonArray items) return rows;
            rows += items.Count;
            if ((string?)part["next"] is not { } next) return rows;
            path = next.StartsWith('/') ? next : $"{path.Split("&after=")[0]}&after={Uri.EscapeDataString(next)}";
        }
    }

    [NeedsPostgresFact]
    public async Task Is_shared_by_several_servers_and_looked_after_beside_them()
    {
        using var postgres = new Postgres();
        var store = postgres.NewDatabase();
        await using var here = await RunningServer.Start("--sign-in", "local-people", "--store", store);
        await using var there = await RunningServer.Start("--sign-in", "local-people", "--store", store);
        (await here.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" })).Expect(HttpStatusCode.Created);
        Assert.Contains("Heron Bay", (await there.Anyone().Get("/api/v1/schools")).Expect(HttpStatusCode.OK).Body, StringComparison.Ordinal);

        Assert.Contains("All is well: 1 events of 1 records", await Done("verify", "--store", store), StringComparison.Ordinal);
        Assert.Contains("1 records were folded", await Done("rebuild", "--store", store, "--vault-key", RunningServer.SharedVaultKey), StringComparison.Ordinal);
        var file = Path.Combine(here.DataFolder, "log.jsonl");
        await Done("export", file, "--store", store);
        Assert.Contains("Heron Bay", Assert.Single(await File.ReadAllLinesAsync(file)), StringComparison.Ordinal);
        var (exitCode, told) = await RunningServer.Run("backup", file, "--store", store);
        Assert.Equal(1, exitCode);
        Assert.Contains("pg_dump", told, StringComparison.Ordinal);
        Assert.Contains("Heron Bay", (await there.Anyone().Get("/api/v1/schools")).Expect(HttpStatusCode.OK).Body, StringComparison.Ordinal);
    }

    [NeedsPostgresFact]
    public async Task Takes_on_one_node_the_form_that_another_gave_out()
    {
        using var postgres = new Postgres();
        var store = postgres.NewDatabase();
        // Both make keys, for neither finds any.
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RunningServer.Start("--sign-in", "local-people", "--store", store)));
        await using var here = nodes[0];
        await using var there = nodes[1];
        var school = (string)(await here.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" })).Expect(HttpStatusCode.Created).Json["id"]!;
        var amina = (string)(await here.Anyone().Post("/api/v1/people", new { name = "Amina", home = school, roles = (string[])[$"teacher@{school}"] })).Expect(HttpStatusCode.Created).Json["id"]!;

        foreach (var (from, to) in ((RunningServer, RunningServer)[])[(here, there), (there, here)])
        {
            using var person = await PageClient.As(from, amina);
            Assert.Equal(HttpStatusCode.Found, await person.SendToAnother(to.Address, "/en/innovations/new", ("Title", "Exit cards"), ("Description", "Three questions before the bell.")));
        }

        await using var database = new PostgresEngine(store).Connect(forWriting: false);
        await database.OpenAsync();
        Assert.Single(await database.Query("select name from protection_key", row => row.GetString(0)));
        Assert.All(nodes, node => Assert.False(Directory.Exists(Path.Combine(node.DataFolder, "keys"))));
    }

    [Theory]
    [InlineData("Host=/nowhere;Database=d;Username=u", "cannot be opened")]
    [InlineData("Host=here;Colour=red", "--store describes a PostgreSQL database")]
    [InlineData("Host=here", "names no Host or no Database")]
    public async Task Says_in_a_sentence_why_it_does_not_start(string store, string why)
    {
        var (exitCode, told) = await RunningServer.Run("--store", store, "--urls", "http://127.0.0.1:0");
        Assert.Equal(2, exitCode);
        Assert.Contains(why, told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }

    private static async Task<string> Done(params string[] words)
    {
        var (exitCode, output) = await RunningServer.Run(words);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
