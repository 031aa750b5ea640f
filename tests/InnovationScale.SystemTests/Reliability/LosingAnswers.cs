using System.Net;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>The server has saved and answered, and the client never hears of it: it asks again under the same key.</summary>
[Collection(OneAtATime.Name)]
public sealed class LosingAnswers(ITestOutputHelper output)
{
    private const int Teachers = 8;

    [Fact]
    public async Task Asked_again_it_has_happened_once_and_the_answer_is_the_same()
    {
        using var figures = new Figures("lost-answers", output);
        var commands = Measure.Of(1_000, 100_000);
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var programme = await Programme.Open(server, Teachers, cycles: Teachers);
        var journal = new Journal();
        // The first answer is always lost, in one of two ways; every seventh key loses its second one too.
        await using var proxy = new CuttingProxy(server.Address, (key, before) => (before, int.Parse(key[^6..])) switch
        {
            (0, var n) => n % 2 == 0 ? CuttingProxy.Cut.BeforeTheAnswer : CuttingProxy.Cut.InTheMiddleOfTheAnswer,
            (1, var n) when n % 7 == 0 => CuttingProxy.Cut.BeforeTheAnswer,
            _ => CuttingProxy.Cut.Nothing,
        });

        await Task.WhenAll(Enumerable.Range(0, Teachers).Select(async teacher =>
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = proxy.Address, DefaultRequestVersion = HttpVersion.Version10 };
            for (var n = 0; n < commands / Teachers; n++)
            {
                var mark = Wish.NewMark(teacher, n);
                await Insist(new OnHttp10(http, programme.Teachers[teacher]), n % 4 is 0
                    ? new(programme.Teachers[teacher], HttpMethod.Post, "/api/v1/pilots", new { title = mark, school = programme.School }, mark, mark)
                    : new(programme.Teachers[teacher], HttpMethod.Post, $"{programme.Cycles[teacher]}/points", Programme.NewPoint(mark), mark, mark), journal);
            }
        }));

        for (var teacher = 0; teacher < Teachers; teacher++)
        {
            for (var n = 0; n < commands / Teachers; n++)
            {
                var answers = proxy.Answers(Wish.NewMark(teacher, n));
                Assert.Equal(n % 7 == 0 ? 3 : 2, answers.Count);
                Assert.Single(answers.Distinct());
            }
        }

        Assert.Equal(commands, journal.Acknowledged);
        Assert.Equal(commands, journal.Audit(Kept.In(server.DataFolder)));
        Kept.Verified(server.DataFolder);
        figures.Tell($"{commands} commands, {journal.Broken} answers lost, {journal.Again} sent again: each happened once, and was answered the same.");
    }

    private static async Task Insist(OnHttp10 client, Wish wish, Journal journal)
    {
        while (true)
        {
            journal.Asked(wish);
            try
            {
                var (status, body) = await client.Send(wish);
                Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created, body);
                journal.Told(wish, new(status, new Dictionary<string, string>(StringComparer.Ordinal), body));
                return;
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException)
            {
                journal.ToldNothing();
            }
        }
    }

    /// <summary>A client that opens a connection for each request, as the proxy wants it.</summary>
    private sealed class OnHttp10(HttpClient http, string person)
    {
        public async Task<(HttpStatusCode Status, string Body)> Send(Wish wish)
        {
            using var content = new StringContent(System.Text.Json.JsonSerializer.Serialize(wish.Body, wish.Body.GetType()), System.Text.Encoding.UTF8, "application/json");
            using var request = new HttpRequestMessage(wish.Method, wish.Path) { Content = content, Version = HttpVersion.Version10 };
            request.Headers.Add("X-Person", person);
            request.Headers.Add("Idempotency-Key", $"\"{wish.Key}\"");
            using var response = await http.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
