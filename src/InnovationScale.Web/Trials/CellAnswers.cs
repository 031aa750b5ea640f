using System.Globalization;
using System.Text;
using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Trials;

/// <summary>The results of a trial as JSON in parts, or whole as CSV for a spreadsheet or NDJSON for a program. For people signed in.</summary>
internal static class CellAnswers
{
    private const string Ndjson = "application/x-ndjson";

    private static readonly string[] Heading =
    [
        "school", "class", "arm", "measure", "wave", "subgroup", "classes", "allocated", "lost", "joined_late", "n", "mean", "m2",
        "baseline_n", "baseline_mean", "baseline_m2", "matched_n", "matched_baseline_mean", "matched_baseline_m2", "matched_mean", "matched_m2", "matched_cxy", "checked",
    ];

    public static async Task<IResult> Read(string id, HttpContext context, CurrentPerson person, PageAsked page, Desk desk)
    {
        var view = await desk.Look<Trial>(person.AsPrincipal, "read-cells", id);
        if (!view.Exists) return Answer.NotFound();

        context.Response.Headers.Vary = "Accept";
        var accept = context.Request.GetTypedHeaders().Accept;
        if (accept.Any(type => type.MediaType.Equals(Csv.MediaType, StringComparison.OrdinalIgnoreCase))) return Whole(Csv.MediaType, WriteCsv);
        if (accept.Any(type => type.MediaType.Equals(Ndjson, StringComparison.OrdinalIgnoreCase))) return Whole(Ndjson, WriteNdjson);

        var rest = page.Keys(6) is [var school, var @class, var arm, var measure, var wave, var subgroup]
            ? view.State.Cells.After(new(school, @class, arm, measure, wave, subgroup))
            : view.State.Cells.Held;
        var rows = rest.Take(page.Limit + 1).ToList();
        string? next = null;
        if (rows.Count > page.Limit)
        {
            rows.RemoveAt(page.Limit);
            var last = rows[^1].Cell;
            next = Cursor.Write(last.School, last.Class, last.Arm, last.Measure, last.Wave, last.Subgroup);
        }

        return Answer.Versioned(Page<HeldCell>.Of(context, rows, next), view.Version);

        IResult Whole(string type, Func<Trial, Stream, Task> write)
        {
            context.Response.Headers.ETag = EntityTag.Of(view.Version);
            return TypedResults.Stream(stream => write(view.State, stream), $"{type}; charset=utf-8");
        }
    }

    /// <summary>Each line exactly as it is hashed.</summary>
    private static async Task WriteNdjson(Trial trial, Stream to)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        foreach (var held in trial.Cells.Held) await writer.WriteLineAsync(CellRows.Write(held.Cell));
    }

    private static async Task WriteCsv(Trial trial, Stream to)
    {
        await using var csv = Csv.Write(to);
        foreach (var heading in Heading) csv.WriteField(heading);
        await csv.NextRecordAsync();
        foreach (var held in trial.Cells.Held)
        {
            var cell = held.Cell;
            foreach (var text in (ReadOnlySpan<string>)[cell.School, cell.Class, cell.Arm, cell.Measure, cell.Wave, cell.Subgroup]) csv.WriteField(Csv.NoFormula(text));
            csv.WriteField(cell.Classes);
            csv.WriteField(cell.Allocated);
            csv.WriteField(Csv.NoFormula(string.Join("; ", cell.Lost.Select(lost => string.Create(CultureInfo.InvariantCulture, $"{lost.Key}: {lost.Value}")))));
            csv.WriteField(cell.JoinedLate);
            foreach (var moments in (ReadOnlySpan<Statistics.Moments>)[cell.Outcome, cell.Baseline])
            {
                csv.WriteField(moments.N);
                csv.WriteField(moments.Mean);
                csv.WriteField(moments.M2);
            }

            var matched = cell.Matched;
            csv.WriteField(matched.N);
            foreach (var number in (ReadOnlySpan<double>)[matched.MeanX, matched.M2X, matched.MeanY, matched.M2Y, matched.CXY]) csv.WriteField(number);
            csv.WriteField(held.VerifiedBy is null ? "no" : "yes");
            await csv.NextRecordAsync();
        }
    }
}
