using System.Net;
using InnovationScale.Storage;
using Microsoft.Data.Sqlite;

namespace InnovationScale;

/// <summary>What happened to a record, told by pages and API; and what they say once somebody has changed it behind the product's back.</summary>
public sealed class ReadingHistories : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_step_tells_who_when_and_what_it_changed()
    {
        await using var server = await RunningServer.StartOn(folder, "--sign-in", "local-people");
        var school = await Registered(server);
        var history = (await server.Anyone().Get($"/api/v1/history/school/{school}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("school-registered", (string?)history["items"]![0]!["event"]);

        var step = (await server.Anyone().Get($"/api/v1/history/school/{school}/1")).Expect(HttpStatusCode.OK).Json;
        Assert.Contains(step["changes"]!.AsArray(), change => (string?)change!["name"] == "name" && change["before"] is null && (string?)change["after"] == "Heron Bay");
        var found = (await server.Anyone().Get($"/api/v1/history/school/{school}/verification")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((string?)step["hash"], (string?)found["head"]);
        Assert.Null(found["fault"]);
        Assert.Contains("This history is as it was written.", (await server.Anyone().Get($"/en/history/school/{school}?verify=true")).Body, StringComparison.Ordinal);
        Assert.Contains("Heron Bay", (await server.Anyone().Get($"/en/history/school/{school}/1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_was_changed_in_the_database_is_named_by_the_page_and_by_verify()
    {
        string school;
        await using (var server = await RunningServer.StartOn(folder, "--sign-in", "local-people")) school = await Registered(server);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, SqliteEngine.FileName)};Pooling=false"))
        {
            await connection.OpenAsync();
            await using var change = connection.CreateCommand();
            change.CommandText = "update event set json = replace(json, 'Heron Bay', 'Heron Boy')";
            Assert.Equal(1, await change.ExecuteNonQueryAsync());
        }

        var (exitCode, output) = await RunningServer.Run("verify", "--data", folder);
        Assert.Equal(1, exitCode);
        Assert.Contains("Not well at position 1", output, StringComparison.Ordinal);
        await using var again = await RunningServer.StartOn(folder, "--sign-in", "local-people");
        Assert.Equal(1, (int?)(await again.Anyone().Get($"/api/v1/history/school/{school}/verification")).Expect(HttpStatusCode.OK).Json["firstBad"]);
        Assert.Contains("step 1 is not as it was written", (await again.Anyone().Get($"/en/history/school/{school}?verify=true")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/history/school/nobody-knows")]
    [InlineData("/api/v1/history/nothing/such")]
    [InlineData("/api/v1/history/incident/such")]
    [InlineData("/en/history/person/such")]
    public async Task What_one_may_not_see_has_no_history(string path)
    {
        await using var server = await RunningServer.StartOn(folder, "--sign-in", "local-people");
        (await server.Anyone().Get(path)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_refusal_is_in_the_servers_log_with_who_what_and_which_rule()
    {
        await using var server = await RunningServer.StartOn(folder, "--sign-in", "local-people");
        (await server.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "Kenya" })).Problem();
        await Signal.Until("the refusal stands in the log", () => Task.FromResult(server.Output.Contains("Refused register-school of school/", StringComparison.Ordinal)));
        Assert.DoesNotContain("Heron Bay", server.Output, StringComparison.Ordinal);
    }

    private static async Task<string> Registered(RunningServer server) =>
        (string)(await server.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" })).Expect(HttpStatusCode.Created).Json["id"]!;
}
