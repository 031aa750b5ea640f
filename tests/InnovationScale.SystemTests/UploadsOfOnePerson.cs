using System.Globalization;
using System.Net;
using System.Text;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>Uploads are the dearest requests there are: a person sends two at once, and so many a day.</summary>
public class UploadsOfOnePerson
{
    [Fact]
    public async Task Are_taken_so_many_times_a_day_and_those_of_others_go_on()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people", "--uploads-a-day-max", "3");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);
        foreach (var _ in (int[])[1, 2, 3]) (await trial.Upload(HostileCsv.Good(), "?dryRun=true")).Expect(HttpStatusCode.OK);

        var refused = await trial.Upload(HostileCsv.Good());
        Assert.Equal("too-many-requests", refused.Expect(HttpStatusCode.TooManyRequests).Problem().Code);
        Assert.InRange(Seconds(refused), 3_600, 24 * 3_600);
        (await trial.Upload(HostileCsv.Good(), by: trial.SecondResearcher)).Expect(HttpStatusCode.Created);
        (await trial.Researcher.Get(trial.At)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Are_taken_two_at_once()
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);
        using SlowFile first = new(HostileCsv.Good()), second = new(HostileCsv.Good()), third = new(HostileCsv.Good());
        SlowFile[] files = [first, second, third];
        // The body is sent when the server begins to read it, so that a refusal is heard before.
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = server.Address };
        var researcher = trial.Researcher.Over(http);
        var sent = files.Select(file => researcher.Send(HttpMethod.Post, $"{trial.At}/uploads?dryRun=true", file, request =>
        {
            request.Headers.ExpectContinue = true;
            request.Headers.Add("Idempotency-Key", $"\"{Guid.NewGuid()}\"");
        })).ToList();

        // Two wait for their second half; only the one that is refused can be answered.
        var answered = await Task.WhenAny(sent);
        var refused = await answered;
        Assert.Equal("too-many-requests", refused.Expect(HttpStatusCode.TooManyRequests).Problem().Code);
        Assert.InRange(Seconds(refused), 1, 24 * 3_600);

        foreach (var file in files) file.Finish();
        foreach (var reply in await Task.WhenAll(sent.Except([answered]))) reply.Expect(HttpStatusCode.OK);
        (await trial.Upload(HostileCsv.Good(), "?dryRun=true")).Expect(HttpStatusCode.OK);
    }

    private static int Seconds(Reply refused) => int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture);

    /// <summary>A file whose second half waits to be let go.</summary>
    private sealed class SlowFile : HttpContent
    {
        private readonly byte[] bytes;
        private readonly TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowFile(string text)
        {
            bytes = Encoding.UTF8.GetBytes(text);
            Headers.ContentType = new("text/csv");
        }

        public void Finish() => letGo.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            await letGo.Task;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
