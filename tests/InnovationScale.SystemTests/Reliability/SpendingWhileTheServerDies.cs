using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace InnovationScale.Reliability;

/// <summary>
/// Payments, changes of agreements and money that comes back, asked for by many clients at once, half of them at one grant, while the server is killed
/// again and again and answers are lost.
/// </summary>
[Collection(OneAtATime.Name)]
public sealed class SpendingWhileTheServerDies(ITestOutputHelper output)
{
    private const int Clients = 200, Payments = 60, Each = 100, Recent = 15;

    private static readonly int Grants = Measure.Of(6, 50);

    /// <summary>A person as two clients see her: one waits for answers, the other seldom stays long enough.</summary>
    private sealed record Hands(ApiClient Patient, ApiClient Impatient)
    {
        public static async Task<Hands> Of(RunningServer server, string name, string home, string role)
        {
            var person = await Person.Register(server, name, home, $"{role}@{home}");
            return new(person.Api, server.As(person.Id, TimeSpan.FromMilliseconds(15)));
        }
    }

    private sealed record Team(Hands Officer, Hands First, Hands Second, Hands Teacher, Hands Lead);

    /// <summary>A payment that was asked for.</summary>
    private sealed record Asked(string Grant, string Payment, string Transfer);

    private sealed record Wish(Hands Who, string Path, object Body, string? IfMatch = null, Asked? About = null);

    /// <summary>What all clients know together: payments that were asked for, and transfers that the server said were paid.</summary>
    private sealed class Told
    {
        private readonly List<Asked> requested = [];

        public ConcurrentDictionary<string, string> Paid { get; } = new(StringComparer.Ordinal);

        public void Requested(Asked asked)
        {
            lock (requested) requested.Add(asked);
        }

        public Asked? Lately(Random random)
        {
            lock (requested) return requested.Count == 0 ? null : requested[Math.Max(0, requested.Count - 1 - random.Next(Recent))];
        }
    }

    /// <summary>One client: a wish without an answer is sent again under the same key before the next.</summary>
    private sealed class Client(int number, string[] grants, Team team, Told told)
    {
        private readonly Random random = new(Measure.Seed + number);
        private (Wish Wish, string Key)? open;
        private int asked;

        public int Answered { get; private set; }

        public int Lost { get; private set; }

        public async Task Spend(Func<bool> enough)
        {
            while (!enough() && await Send())
            {
            }
        }

        public async Task Settle()
        {
            while (open is not null) Assert.True(await Send(mayHurry: false), "The server is gone.");
        }

        /// <summary>False when the server is gone.</summary>
        private async Task<bool> Send(bool mayHurry = true)
        {
            var hurries = mayHurry && random.Next(12) == 0;
            try
            {
                if (open is null) open = (await Next(), $"client-{number}-{asked++}");
                var (wish, key) = open.Value;
                var reply = await (hurries ? wish.Who.Impatient : wish.Who.Patient).Post(wish.Path, wish.Body, key, wish.IfMatch);
                if (reply.Status is HttpStatusCode.ServiceUnavailable) await Task.Delay(20);
                else Take(wish, key, reply.Expect(HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden, HttpStatusCode.PreconditionFailed));
                return true;
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
            {
                Lost++;
                return hurries && lost is TaskCanceledException;
            }
        }

        private void Take(Wish wish, string key, Reply reply)
        {
            (open, Answered) = (null, Answered + 1);
            if (reply.Status is not HttpStatusCode.OK || wish.About is not { } about) return;
            if (wish.Path.EndsWith("/payment-requests", StringComparison.Ordinal)) told.Requested(about);
            else Assert.True(told.Paid.TryAdd(about.Transfer, key), $"{about.Transfer} was paid under the keys {told.Paid.GetValueOrDefault(about.Transfer)} and {key}.");
        }

        private async Task<Wish> Next()
        {
            var (grant, payment, mine) = (grants[random.Next(2) == 0 ? 0 : random.Next(grants.Length)], $"p{random.Next(Payments)}", $"t-{number}-{asked}");
            var known = told.Lately(random);
            return random.Next(20) switch
            {
                < 5 => Ask(),
                < 9 when known is not null => new(team.First, $"{known.Grant}/payment-approvals", new { payment = known.Payment }),
                < 12 when known is not null => new(team.Second, $"{known.Grant}/payment-approvals", new { payment = known.Payment }),
                12 when known is not null => new(team.First, $"{known.Grant}/failed-payments", new { transfer = known.Transfer, reason = "The bank said no." }),
                < 15 when known is not null => new(team.First, $"{known.Grant}/payments", new { transfer = known.Transfer, reference = mine, on = "2026-12-01" }, About: known),
                15 => new(team.First, $"{grant}/repayments", new { transfer = mine, amount = "7.50", reference = mine, on = "2026-12-02" }),
                16 => new(team.Officer, $"{grant}/claims", new { claim = $"c{random.Next(6)}", amount = "12.25", reason = "It was not spent." }),
                17 => new(team.First, $"{grant}/repayments", new { transfer = mine, claim = $"c{random.Next(6)}", amount = "4.10", reference = mine, on = "2026-12-02" }),
                18 => await Less(grant),
                19 => new(team.Second, $"{grant}/amendment-approvals", new { }, (await team.Second.Patient.Get(grant)).ETag),
                _ => Ask(),
            };

            Wish Ask() => new(team.Teacher, $"{grant}/payment-requests", new { payment, transfer = mine }, About: new(grant, payment, mine));
        }

        /// <summary>One payment less, of those that nobody has asked for yet, and less money by as much.</summary>
        private async Task<Wish> Less(string grant)
        {
            var now = (await team.Lead.Patient.Get(grant)).Expect(HttpStatusCode.OK).Json;
            var payments = now["payments"]!.AsArray().Where(one => (string)one!["state"]! != "cancelled").ToList();
            var gone = payments.LastOrDefault(one => (string)one!["state"]! == "planned");
            var left = payments.Where(one => one != gone).Select(one => new { payment = (string)one!["payment"]!, amount = (string)one["amount"]!["amount"]!, due = (string)one["due"]! });
            return new(team.Lead, $"{grant}/amendments", new { kind = "budget-large", reason = "We need less.", awarded = Written(Amount(now["awarded"]) - (gone is null ? 0 : Each)), payments = left });
        }
    }

    [Fact]
    public async Task Never_pays_more_than_was_awarded_and_nothing_twice()
    {
        using var figures = new Figures("money", output);
        var (kills, commands) = (Measure.Of(2, 20), Measure.Of(2_000, 20_000));
        figures.Tell($"RELIABILITY_SEED={Measure.Seed}");
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var (call, grants, team) = await Open(server);
        var told = new Told();
        Client[] clients = [.. Enumerable.Range(0, Clients).Select(n => new Client(n, grants, team, told))];
        var spent = TimeSpan.Zero;
        for (var round = 1; round <= kills + 1; round++)
        {
            var (share, half) = (commands * round / (kills + 1), commands * ((2 * round) - 1) / (2 * (kills + 1)));
            var began = TimeProvider.System.GetTimestamp();
            var spending = Task.WhenAll(clients.Select(client => Task.Run(() => client.Spend(() => clients.Sum(one => one.Answered) >= share))));
            if (round <= kills)
            {
                // Whoever fails first is told of: a kill after that would hide it.
                await Task.WhenAny(spending, Signal.Until("half of the share is spent", () => Task.FromResult(clients.Sum(one => one.Answered) >= half)));
                await server.Kill();
                await spending;
                await server.StartAgain();
            }

            await spending;
            spent += TimeProvider.System.GetElapsedTime(began);
            await Task.WhenAll(clients.Select(client => client.Settle()));
            await Check(team.Officer.Patient, call, grants, told.Paid);
        }

        var sums = await Task.WhenAll(grants.Select(async one => (await team.Officer.Patient.Get(one)).Json));
        figures.Tell($"{clients.Sum(one => one.Answered)} commands of {Clients} clients on {Grants} grants in {spent.TotalSeconds:F0} s with {kills} kills and {clients.Sum(one => one.Lost)} lost answers:");
        figures.Tell($"{told.Paid.Count} payments, {sums.Sum(one => Amount(one["returned"])):F2} returned of {sums.Sum(one => Amount(one["paid"])):F2} paid, {sums.Sum(one => (Payments * Each) - Amount(one["awarded"])):F2} taken off awards.");
        figures.Tell($"Never released above an award, never awarded above the envelope, nothing paid twice; the same to the cent in ledger, lists and exports.");
        Assert.InRange(told.Paid.Count, Grants, int.MaxValue);
        Assert.Contains(sums, one => Amount(one["returned"]) > 0);
        Assert.Contains(sums, one => Amount(one["awarded"]) < Payments * Each);
    }

    private static async Task Check(ApiClient officer, string call, string[] grants, ConcurrentDictionary<string, string> paid)
    {
        var books = (await officer.Get($"{call}/reconciliation")).Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)books["agrees"]!, books.ToJsonString());
        Assert.InRange(Amount(books["reserved"]) + Amount(books["committed"]), 0, Amount(books["envelope"]));
        var listed = (await officer.Get($"/api/v1/grants?call={OnTheWayToAGrant.Last(call)}")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray().ToDictionary(one => (string)one!["id"]!, StringComparer.Ordinal);
        var published = (await officer.Get("/api/v1/grants/360giving.json")).Expect(HttpStatusCode.OK).Json["grants"]!.AsArray().ToDictionary(one => (string)one!["id"]!, StringComparer.Ordinal);
        var table = (await officer.Get("/api/v1/grants/360giving.csv")).Expect(HttpStatusCode.OK).Body;
        var posted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in grants)
        {
            var grant = (await officer.Get(address)).Expect(HttpStatusCode.OK).Json;
            var id = (string)grant["id"]!;
            var transfers = grant["transfers"]!.AsArray().Select(one => (Id: (string)one!["id"]!, Kind: (string)one["kind"]!, State: (string)one["state"]!, For: (string?)one["for"], Amount: Amount(one["amount"]))).ToList();
            var (gave, back) = (transfers.Where(one => one is { Kind: "payment", State: "posted" }).Sum(one => one.Amount), transfers.Where(one => one.Kind == "repayment").Sum(one => one.Amount));
            Assert.InRange(Amount(grant["released"]), gave, Amount(grant["awarded"]));
            Assert.Equal((gave, back), (Amount(grant["paid"]), Amount(grant["returned"])));
            Assert.Equal((gave, back, Amount(grant["awarded"])), (Amount(listed[id]!["paid"]), Amount(listed[id]!["returned"]), Amount(listed[id]!["awarded"])));
            Assert.All(transfers.Where(one => one is { Kind: "payment", State: not "void" }).GroupBy(one => one.For), same => Assert.Single(same));
            var (key, told) = published.Single(one => one.Key.EndsWith($"-{id}", StringComparison.Ordinal));
            Assert.Equal(gave - back, (decimal)told!["amountDisbursed"]!);
            Assert.Contains($"{Written((decimal)told["amountAwarded"]!)},{Written(gave - back)},", table.Split("\r\n").Single(line => line.StartsWith(key + ",", StringComparison.Ordinal)));
            posted.UnionWith(transfers.Where(one => one is { Kind: "payment", State: "posted" }).Select(one => one.Id));
        }

        Assert.Empty(paid.Keys.Except(posted));
    }

    private static decimal Amount(JsonNode? money) => decimal.Parse((string)money!["amount"]!, CultureInfo.InvariantCulture);

    private static string Written(decimal amount) => amount.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A call, and grants of it that are signed.</summary>
    private static async Task<(string Call, string[] Grants, Team Team)> Open(RunningServer server)
    {
        var (fund, school, university) = (await Cast.School(server, "Paper Boat Fund", "KE"), await Cast.School(server, "Heron Bay", "KE"), await Cast.School(server, "University", "GB"));
        var team = new Team(
            await Hands.Of(server, "Rana", fund, "programme-officer"), await Hands.Of(server, "Tomás", fund, "finance-l1"), await Hands.Of(server, "Inês", fund, "finance-l2"),
            await Hands.Of(server, "Amina", school, "teacher"), await Hands.Of(server, "Grace", school, "school-lead"));
        var (officer, lead) = (team.Officer.Patient, team.Lead.Patient);
        var (awarder, reviewer) = (await Person.Register(server, "Leïla", fund, $"programme-officer@{fund}"), await Person.Register(server, "Pilar", university, $"reviewer@{university}"));
        var call = await OnTheWayToAGrant.Call(officer, Grants * Payments * Each, closesInSeconds: 5);
        var applications = await Task.WhenAll(Enumerable.Range(0, Grants).Select(n => OnTheWayToAGrant.Applied(team.Teacher.Patient, lead, call, $"Talk first {n}", Payments * Each)));
        var grants = await Task.WhenAll(applications.Select(async application =>
        {
            await OnTheWayToAGrant.Reviewed(officer, application, reviewer);
            (await officer.Post($"{application}/recommendations", OnTheWayToAGrant.Yes(Payments * Each))).Expect(HttpStatusCode.OK);
            var grant = await OnTheWayToAGrant.Awarded(awarder.Api, call, application, Payments * Each);
            await OnTheWayToAGrant.Planned(officer, grant, [.. Enumerable.Range(0, Payments).Select(n => new { payment = $"p{n}", amount = $"{Each}", due = "2026-12-01" })]);
            await OnTheWayToAGrant.Signed(officer, lead, grant);
            return grant;
        }));
        return (call, grants, team);
    }
}
