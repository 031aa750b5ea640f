using System.Text;
using System.Text.Json;
using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Pilots;

/// <summary>The whole of a list of pilots, every part of it, written while it is read: CSV for a spreadsheet, NDJSON or JSON for a program.</summary>
internal static class PilotsExport
{
    private const string Ndjson = "application/x-ndjson";

    private static readonly string[] Heading =
        ["id", "title", "school", "school_name", "country", "stage", "status", "closed_as", "preset", "innovation", "innovation_version", "started_at"];

    /// <summary>Downloads of exactly what a page shows, by the same address.</summary>
    public static void MapPilotDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet("/{lang}/pilots/pilots.csv", (HttpContext context, PilotLists lists, KnownVerdicts verdicts) => Download(context, lists, verdicts, Csv.MediaType)).ExcludeFromDescription().WithRequestTimeout(TimeSpan.FromMinutes(10));
        app.MapGet("/{lang}/pilots/pilots.json", (HttpContext context, PilotLists lists, KnownVerdicts verdicts) => Download(context, lists, verdicts, "application/json")).ExcludeFromDescription().WithRequestTimeout(TimeSpan.FromMinutes(10));
    }

    /// <summary>The type of a whole list that the request would rather have than a part; null where it would not.</summary>
    public static string? Asked(HttpContext context) => context.Request.GetTypedHeaders().Accept.Select(type => type.MediaType.Value)
        .FirstOrDefault(type => Csv.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) || Ndjson.Equals(type, StringComparison.OrdinalIgnoreCase))?.ToLowerInvariant();

    /// <param name="list">The rows, until nobody waits for them any more. A slow reader still waits.</param>
    public static IResult Whole(HttpContext context, string type, Func<CancellationToken, IAsyncEnumerable<PilotRow>> list)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var rows = list(context.RequestAborted);
        return TypedResults.Stream(to => type switch
        {
            Csv.MediaType => WriteCsv(rows, to),
            Ndjson => WriteLines(rows, to),
            _ => JsonSerializer.SerializeAsync(to, rows.Select(PilotListed.Of), ApiJson.Options),
        }, $"{type}; charset=utf-8");
    }

    private static async Task<IResult> Download(HttpContext context, PilotLists lists, KnownVerdicts verdicts, string type)
    {
        var (who, asked) = (CurrentPerson.PrincipalOf(context), PilotsAsked.Read(context.Request.Query));
        var filter = await verdicts.Narrow(who, asked.Filter, asked.Verdict);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"pilots.{(type is Csv.MediaType ? "csv" : "json")}\"";
        return Whole(context, type, wanted => lists.All(who, filter, asked.Order, wanted));
    }

    private static async Task WriteCsv(IAsyncEnumerable<PilotRow> rows, Stream to)
    {
        await using var csv = Csv.Write(to);
        foreach (var heading in Heading) csv.WriteField(heading);
        await csv.NextRecordAsync();
        await foreach (var row in rows)
        {
            foreach (var text in (ReadOnlySpan<string?>)[row.Id, row.Title, row.School, row.SchoolName, row.Country, Kebab(row.Stage), Kebab(row.Status),
                row.ClosedAs is { } closed ? Kebab(closed) : null, Kebab(row.Preset), row.Innovation, row.InnovationVersion, row.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)])
            {
                csv.WriteField(Csv.NoFormula(text));
            }

            await csv.NextRecordAsync();
        }
    }

    private static async Task WriteLines(IAsyncEnumerable<PilotRow> rows, Stream to)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        await foreach (var row in rows) await writer.WriteLineAsync(JsonSerializer.Serialize(PilotListed.Of(row), ApiJson.Options));
    }

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
