using System.Text.Json;
using InnovationScale.Api;
using InnovationScale.Trials;

namespace InnovationScale.Server;

/// <summary>
/// <c>reduce ROWS PLAN CELLS</c>: turns pupils' rows into the cells of a trial on a machine of the school's own. It needs no records and no network; the plan is what the trial's
/// page gives, and CELLS is uploaded in place of the rows.
/// </summary>
internal static class ReduceCommand
{
    private const string Usage = "reduce ROWS PLAN.json CELLS.ndjson turns pupils' rows into results on this machine; PLAN.json is downloaded where the trial's results are uploaded. "
        + "--every-pupil says that every pupil who was in a group at the start has a row; --pool puts small classes together; --mapping MAPPING.json says what each column is.";

    public static int Run(string[] args, TextWriter told, TextWriter mistakes)
    {
        if (args is not [var rows, var planned, var cells, .. var options] || !Read(options, out var pool, out var everyPupil, out var mapped) || !cells.EndsWith(ReducedFile.Extension, StringComparison.Ordinal))
        {
            mistakes.WriteLine(Usage);
            return 2;
        }

        try
        {
            if (JsonSerializer.Deserialize<UploadPlan>(File.ReadAllText(planned), ApiJson.Options) is not { } plan) throw new JsonException($"{planned} holds no plan.");
            var mapping = mapped is null ? null : JsonSerializer.Deserialize<ColumnMapping>(File.ReadAllText(mapped), ApiJson.Options);
            plan = plan with { PoolSmallClasses = pool, EveryAllocatedPupilHasARow = everyPupil, Limits = plan.Limits with { Bytes = long.MaxValue, Rows = int.MaxValue } };
            using var file = File.OpenRead(rows);
            var reduction = UploadReduction.ReduceAsync(file, plan, mapping).GetAwaiter().GetResult();
            return reduction.Accepted ? Keep(reduction, pool, cells, told) : Tell(reduction, mistakes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            mistakes.WriteLine(fault.Message);
            return 2;
        }
    }

    private static int Keep(Reduction reduction, bool pooled, string cells, TextWriter told)
    {
        using (var to = new StreamWriter(cells)) ReducedFile.Write(reduction, pooled, to);
        foreach (var note in reduction.Notes) told.WriteLine(note.Sentence);
        told.WriteLine($"{reduction.Rows} rows became {reduction.Cells.Length} results in {cells}. Upload that file; no row is in it.");
        return 0;
    }

    private static int Tell(Reduction reduction, TextWriter mistakes)
    {
        foreach (var error in reduction.Errors) mistakes.WriteLine($"Row {error.Row}{(error.Column is null ? "" : $", {error.Column}")}: {error.Sentence} {error.Fix}");
        mistakes.WriteLine($"Nothing was written: {reduction.ErrorCount} things must be mended first.");
        return 1;
    }

    private static bool Read(string[] options, out bool pool, out bool everyPupil, out string? mapping)
    {
        (pool, everyPupil, mapping) = (false, false, null);
        for (var at = 0; at < options.Length; at++)
        {
            switch (options[at])
            {
                case "--pool": pool = true; break;
                case "--every-pupil": everyPupil = true; break;
                case "--mapping" when at + 1 < options.Length: mapping = options[++at]; break;
                default: return false;
            }
        }

        return true;
    }
}
