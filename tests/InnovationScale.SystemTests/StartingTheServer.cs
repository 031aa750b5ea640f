using System.Net;
using System.Net.Sockets;

namespace InnovationScale;

public class StartingTheServer
{
    [Fact]
    public async Task Says_where_it_serves_and_where_the_data_are()
    {
        await using var server = await RunningServer.Start();

        Assert.Contains($"serves {server.Address.GetLeftPart(UriPartial.Authority)} and keeps its data in {server.DataFolder} ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listens_on_loopback_alone_unless_told_otherwise()
    {
        await using var server = await RunningServer.Start();
        var others = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork)).Where(address => !IPAddress.IsLoopback(address));

        foreach (var other in others)
        {
            using var client = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(other, server.Address.Port));
        }
    }

    [Fact]
    public async Task Without_the_demonstration_opens_a_first_page_and_no_chooser()
    {
        await using var server = await RunningServer.Start();
        using var first = await server.Http.GetAsync("/");
        using var page = first.Headers.Location is { } to ? await server.Http.GetAsync(to) : await server.Http.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("class=\"demo\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (await server.As("anyone").Get("/health")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task With_wrong_settings_is_refused_with_every_mistake_at_once()
    {
        var (exitCode, output) = await RunningServer.Run("--minimum-cell-size", "0", "--sign-in", "everyone", "--urls", "ftp://here", "--colour", "blue");

        Assert.Equal(2, exitCode);
        foreach (var named in (string[])["--minimum-cell-size", "--sign-in", "“everyone”", "--urls", "“ftp://here”", "--colour"]) Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_taken_port_is_refused_with_a_way_out()
    {
        await using var first = await RunningServer.Start();
        var folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
        var (exitCode, output) = await RunningServer.Run("--data", folder, "--urls", first.Address.GetLeftPart(UriPartial.Authority));
        Directory.Delete(folder, recursive: true);

        Assert.Equal(2, exitCode);
        Assert.Contains("--urls", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Again_after_a_polite_stop_or_a_kill_serves_the_same_folder()
    {
        await using var server = await RunningServer.Start();
        var files = Directory.GetFileSystemEntries(server.DataFolder);

        Assert.Equal(0, await server.Stop());
        await server.StartAgain();
        await server.Kill();
        await server.StartAgain();

        (await server.Anyone().Get("/health")).Expect(HttpStatusCode.OK);
        Assert.NotEmpty(files);
        Assert.Subset(Directory.GetFileSystemEntries(server.DataFolder).ToHashSet(StringComparer.Ordinal), files.ToHashSet(StringComparer.Ordinal));
    }
}
