using System.Net;

namespace InnovationScale;

/// <summary>What a server sends to a collector, seen from the collector.</summary>
public class SendingTelemetry
{
    [Fact]
    public async Task An_address_that_is_none_is_told_at_start()
    {
        var (exit, output) = await RunningServer.Run("--otlp-endpoint", "collector:4318");
        Assert.Equal(2, exit);
        Assert.Contains("--otlp-endpoint takes the address of a collector, such as http://127.0.0.1:4318, not “collector:4318”.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_away_keeps_nothing_from_working()
    {
        await using var server = await RunningServer.Start("--demo", "--otlp-endpoint", "http://127.0.0.1:1");
        (await server.As("amina").Get("/api/v1/pilots")).Expect(HttpStatusCode.OK);
        Assert.Equal(0, await server.Stop());
    }

    [Fact]
    public async Task Traces_metrics_and_log_lines_arrive_and_name_nobody()
    {
        await using var collector = await Collector.Start();
        await using var server = await RunningServer.Start("--demo", "--otlp-endpoint", collector.Address);
        var amina = server.As("amina");

        (await amina.Get("/api/v1/pilots?q=confidential")).Expect(HttpStatusCode.OK);
        var pilot = (await amina.Get("/api/v1/pilots/friday-exit-cards-heron-bay")).Expect(HttpStatusCode.OK);
        Assert.Equal("pilot-ended", (await amina.Post("/api/v1/pilots/friday-exit-cards-heron-bay/moves", new { to = "enquiry", reason = "confidential" }, ifMatch: pilot.ETag)).Problem().Code);
        (await amina.Post("/api/v1/pilots/friday-exit-cards-heron-bay/incidents", new { severity = "soft", what = "confidential" })).Expect(HttpStatusCode.Created);
        using (var page = new HttpRequestMessage(HttpMethod.Get, "/en/pilots/friday-exit-cards-heron-bay"))
        {
            page.Headers.UserAgent.ParseAdd("confidential");
            page.Method = new HttpMethod("CONFIDENTIAL");
            page.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
            page.Headers.Add("tracestate", "confidential=1");
            (await server.Http.SendAsync(page)).Dispose();
        }

        Assert.Equal(0, await server.Stop());

        var (traces, metrics, lines) = (collector.At("/v1/traces"), collector.At("/v1/metrics"), collector.At("/v1/logs"));
        foreach (var told in (string[])["move-pilot", "pilot-ended", "append", "list-pilots", "GET /api/v1/pilots/{id}", "http.response.status_code"])
            Assert.Contains(told, traces, StringComparison.Ordinal);
        foreach (var told in (string[])["innovationscale.commands", "innovationscale.refusals", "innovationscale.grains.active", "innovationscale.outbox.age", "http.server.request.duration", "dotnet.gc.collections"])
            Assert.Contains(told, metrics, StringComparison.Ordinal);
        foreach (var told in (string[])["Refused {Command} of {Record} to {Person}: {Code}.", "move-pilot", "pilot-ended"])
            Assert.Contains(told, lines, StringComparison.Ordinal);
        foreach (var unsaid in (string[])["confidential", "amina", "exit-cards", "heron-bay"])
            Assert.DoesNotContain(unsaid, traces + metrics + lines, StringComparison.OrdinalIgnoreCase);
    }
}
