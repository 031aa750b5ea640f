using System.Net;

namespace InnovationScale.Reliability;

/// <summary>One school with its teachers and a pilot that all of them work on, made over the API.</summary>
/// <param name="Pilot">Address of a pilot in its enquiry, with every teacher on the team.</param>
/// <param name="Cycles">Addresses of cycles in which points are recorded.</param>
internal sealed record Programme(string School, IReadOnlyList<string> Teachers, string Pilot, IReadOnlyList<string> Cycles)
{
    public static async Task<Programme> Open(RunningServer server, int teachers, int cycles = 2)
    {
        var school = Id(await server.Anyone().Post("/api/v1/schools", new { name = "Heron Bay", country = "KE" }));
        var ids = new List<string>();
        for (var n = 0; n < teachers; n++) ids.Add(Id(await server.Anyone().Post("/api/v1/people", new { name = $"Teacher {n + 1}", home = school, roles = (string[])[$"teacher@{school}"] })));

        var lead = server.As(ids[0]);
        var started = (await lead.Post("/api/v1/pilots", new { title = "Talk first, then write", school })).Expect(HttpStatusCode.Created);
        var (pilot, etag) = (started.Header("Location")!, started.ETag);
        etag = Ok(await lead.Patch(pilot, new { problem = "Half the class writes nothing.", learners = "Year 5", learnerCount = 34, startMonth = "2026-12" }, ifMatch: etag));
        etag = Ok(await lead.Put($"{pilot}/second-adult", new { person = ids[1], school }, ifMatch: etag));
        etag = Ok(await lead.Put($"{pilot}/head", new { name = "Mrs Otieno", on = "2024-11-02" }, ifMatch: etag));
        etag = Ok(await lead.Put($"{pilot}/routine-practice", new
        {
            beyondNormalAssessment = false, sensitiveTopic = false, teachingWithheld = false, photoOrRecording = false, namedDataLeaves = false, paymentToPupils = false,
        }, ifMatch: etag));
        etag = Ok(await lead.Post($"{pilot}/moves", new { to = "registered" }, ifMatch: etag));
        etag = Ok(await lead.Put($"{pilot}/enquiry-plan", new { question = "Do more pupils write when they talk first?", watch = "Pupils who write", watchAs = "share" }, ifMatch: etag));
        Ok(await lead.Post($"{pilot}/moves", new { to = "enquiry" }, ifMatch: etag));
        foreach (var colleague in ids.Skip(1)) Ok(await lead.Post($"{pilot}/team-members", new { person = colleague }));

        var planned = new List<string>();
        for (var n = 0; n < cycles; n++)
        {
            var cycle = (await lead.Post($"{pilot}/cycles", NewCycle("Pairs talk for ten minutes"))).Expect(HttpStatusCode.Created).Header("Location")!;
            Ok(await lead.Post($"{cycle}/starts", new { }));
            planned.Add(cycle);
        }

        return new(school, ids, pilot, planned);
    }

    public static object NewCycle(string changeIdea) => new
    {
        plan = new { changeIdea, measure = "Pupils who write five lines", prediction = new { direction = "up", confidence = "fairly-sure" } },
    };

    public static object NewPoint(string point) => new { on = "2024-11-02", value = 12, denominator = 30, point };

    private static string Id(Reply reply) => reply.Expect(HttpStatusCode.Created).As<Recorded>().Id;

    private static string? Ok(Reply reply) => reply.Expect(HttpStatusCode.OK).ETag;
}

/// <summary>A teacher who starts pilots, describes them, takes colleagues on, plans and starts cycles and records points, in an order of chance.</summary>
internal sealed class Teacher(IReadOnlyList<ApiClient> servers, Programme programme, int number, Journal journal, int seed)
    : Writer(servers, journal)
{
    public Teacher(RunningServer server, Programme programme, int number, Journal journal, int seed)
        : this([server.As(programme.Teachers[number])], programme, number, journal, seed)
    {
    }

    private readonly Random chance = new(seed * 131 + number);
    private readonly string me = programme.Teachers[number];
    private readonly List<string> colleagues = [];
    private string? pilot, etag, planned;
    private string cycle = programme.Cycles[number % programme.Cycles.Count];
    private int count;

    protected override Wish Next()
    {
        var mark = Wish.NewMark(number, ++count);
        if (planned is not null) return Post($"{planned}/starts", new { }, null);
        if (pilot is null) return Post("/api/v1/pilots", new { title = mark, school = programme.School }, mark);

        return chance.Next(100) switch
        {
            < 8 => Post("/api/v1/pilots", new { title = mark, school = programme.School }, mark),
            < 35 => new(me, HttpMethod.Patch, pilot, new { problem = $"They do not write ({mark}).", learnerCount = chance.Next(1, 40) }, mark, mark, etag),
            < 45 when colleagues.Count > 0 => Post($"{pilot}/team-members", new { person = colleagues[^1] }, null),
            < 55 => Post($"{programme.Pilot}/cycles", Programme.NewCycle(mark), mark),
            < 75 => Post($"{programme.Cycles[chance.Next(programme.Cycles.Count)]}/points", Programme.NewPoint(mark), mark),
            _ => Post($"{cycle}/points", Programme.NewPoint(mark), mark),
        };

        Wish Post(string path, object body, string? marked) => new(me, HttpMethod.Post, path, body, mark, marked);
    }

    protected override void Learn(Wish wish, Recorded recorded, Reply reply)
    {
        switch (wish.Path)
        {
            case "/api/v1/pilots":
                (pilot, etag) = ($"{wish.Path}/{recorded.Id}", reply.ETag);
                colleagues.Clear();
                colleagues.AddRange(programme.Teachers.Where(one => one != me));
                break;
            case var path when path == pilot:
                etag = reply.ETag;
                break;
            case var path when path.EndsWith("/team-members", StringComparison.Ordinal):
                etag = reply.ETag;
                colleagues.RemoveAt(colleagues.Count - 1);
                break;
            case var path when path.EndsWith("/cycles", StringComparison.Ordinal):
                planned = $"/api/v1/cycles/{recorded.Id}";
                break;
            case var path when path.EndsWith("/starts", StringComparison.Ordinal):
                (cycle, planned) = (planned!, null);
                break;
        }
    }
}
