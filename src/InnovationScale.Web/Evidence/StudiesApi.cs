using System.Collections.Immutable;
using InnovationScale.Api;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Evidence;

/// <summary>Studies from elsewhere: described with their source, uploaded like a trial's results, taken into a pool only on a reviewer's word.</summary>
public static class StudiesApi
{
    private const string Studies = "/api/v1/studies";

    public static void MapStudies(this IEndpointRouteBuilder app)
    {
        var studies = app.MapGroup(Studies).WithTags("studies");
        studies.MapGet("", List).WithSummary("Studies from elsewhere by title.").Produces<Page<StudyListed>>();
        studies.MapPost("", async (StudyDescription body, CurrentPerson person, IdempotencyKey key, Desk desk, UploadSettings settings) =>
            {
                if (settings.Refuse(body) is { } low) return Answer.Refused(low);
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, ExternalStudy.Kind), new DescribeStudy(body)), Studies);
            })
            .WithSummary("Puts a study on record.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = studies.MapGroup("/{id}");
        one.MapGet("", Read).WithSummary("A study with what it shows, school by school.").Produces<StudyRecord>();
        one.MapPut("/description", async (string id, StudyDescription body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk, UploadSettings settings) =>
                settings.Refuse(body) is { } low ? Answer.Refused(low) : Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new DescribeStudy(body))))
            .WithSummary("Describes a study anew.").Produces<Recorded>();
        one.MapPost("/uploads", Upload)
            .WithSummary("Takes a CSV file or XLSX workbook of pupils or classes, alone or in a form (fields before the file). ?dryRun=true records nothing. No pupil's row is kept.")
            .Accepts<string>("text/csv", Xlsx.MediaType, "multipart/form-data")
            .Produces<UploadRecord>().Produces<UploadRecord>(StatusCodes.Status201Created).ProducesProblem(429)
            .WithRequestTimeout(TrialsApi.UploadTime).RequireRateLimiting(Protection.UploadLimit);
        one.MapPost("/batches/{batch}/reverts", async (string id, string batch, Because body, CurrentPerson person, IdempotencyKey key, Desk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, new RevertStudyBatch(batch))))
            .WithSummary("Takes a whole upload out; the reason is kept.").Produces<Recorded>();
        one.MapPost("/pool-decisions", async (string id, PoolDecision body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk desk) =>
                Told.Done(await desk.Execute<ExternalStudy>(person.AsPrincipal, new(key.Value, body.Reason, version.Value), id, body.In ? new TakeIntoPool(body.DatasetSha256 ?? "") : new LeaveOutOfPool())))
            .WithSummary("A reviewer's word on whether the study counts, on the very results that were looked at.").Produces<Recorded>();
    }

    private static async Task<IResult> Read(string id, HttpContext context, Desk desk) =>
        await desk.Look<ExternalStudy>(CurrentPerson.PrincipalOf(context), "read-study", id) is { Exists: true } view
            ? Answer.Versioned(StudyRecord.Of(view), view.Version)
            : Answer.NotFound();

    private static async Task<IResult> Upload(
        string id, HttpContext context, CurrentPerson person, IdempotencyKey key, StudyUploads uploads, UploadSettings settings, bool? dryRun, bool? pool, string? measure, string? mapping)
    {
        UploadBody.Allow(context, settings);
        var body = await UploadBody.Open(context.Request, context.RequestAborted);
        var asked = new UploadAsked(settings.BytesMax)
        {
            IsReduced = body.IsReduced, DryRun = dryRun ?? body.Flag("dryRun"), PoolSmallClasses = pool ?? body.Flag("pool"), Measure = measure ?? body.Field("measure"), Mapping = UploadAnswers.Mapping(mapping ?? body.Field("mapping")),
        };
        return UploadAnswers.Told(context, await uploads.Take(person.AsPrincipal, new(key.Value), id, body.File, asked, context.RequestAborted), $"{Studies}/{id}");
    }

    private static async Task<IResult> List(HttpContext context, PageAsked page, Desk desk)
    {
        var after = page.Keys(2);
        var rows = await desk.Query(CurrentPerson.PrincipalOf(context), "list-studies", connection => connection.Query(
            "select id, title, innovation, innovation_version, in_pool, cells, version from study where cast(@id as text) is null or title > @title or (title = @title and id > @id) order by title, id limit @limit",
            r => new StudyListed(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4) == 1, (int)r.GetInt64(5), r.GetInt64(6)),
            ("title", after?[0]), ("id", after?[1]), ("limit", page.Limit + 1)));
        if (rows.Count <= page.Limit) return TypedResults.Ok(Page<StudyListed>.Of(context, rows, null));

        rows.RemoveAt(page.Limit);
        return TypedResults.Ok(Page<StudyListed>.Of(context, rows, Cursor.Write(rows[^1].Title, rows[^1].Id)));
    }
}

/// <param name="DatasetSha256">The results that were looked at; needed to take the study in.</param>
public sealed record PoolDecision(bool In, string? Reason = null, string? DatasetSha256 = null);

/// <summary>A study in a list.</summary>
public sealed record StudyListed(string Id, string Title, string Innovation, string InnovationVersion, bool InPool, int Cells, long Version);

/// <param name="DatasetSha256">Of the results as they stand, for a pool decision.</param>
public sealed record StudyRecord(
    string Id, StudyDescription About, bool InPool, PoolWord? Pool, string DatasetSha256, ImmutableArray<Batch> Batches, StudyEffect Effect, ImmutableArray<SchoolEffect> Schools, long Version)
{
    internal static StudyRecord Of(View<ExternalStudy> view)
    {
        var one = StudyOnRecord.Of(view);
        return new(view.Id, view.State.About, view.State.InPool, view.State.Pool, view.State.Cells.Sha256(), [.. view.State.Batches.Values.OrderBy(batch => batch.At)], StudyEffect.Of(one, reading: null),
            one.Reading is null ? [] : [.. one.Reading.Sites.Select(site => SchoolEffect.Of(site, one))], view.Version);
    }
}

/// <summary>One school of a study: Hedges' g as measured with its large-sample variance, which leaves classes out of account.</summary>
/// <param name="Treated">Pupils; null where too few of some school stand in a group to show any.</param>
public sealed record SchoolEffect(string School, long? Treated, long? Compared, int TreatedClasses, int ComparedClasses, double? G, double? Variance, string? NotComputed)
{
    public static SchoolEffect Of(StudySite site, StudyOnRecord study) => study.WithholdsSchools ? new(site.School, null, null, site.TreatedClasses, site.ComparedClasses, null, null, "Too few pupils to show.") : new(
        site.School, site.Treated.N, site.Compared.N, site.TreatedClasses, site.ComparedClasses, site.Effect?.Value, site.Effect?.Variance, site.NotComputed);
}
