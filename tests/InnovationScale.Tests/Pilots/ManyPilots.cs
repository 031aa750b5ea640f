using System.Globalization;
using InnovationScale.People;
using InnovationScale.Search;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>As many pilots as wanted in the read tables alone, the same at every run: what lists show of them is true, and no grain stands behind them.</summary>
internal static class ManyPilots
{
    private static readonly string[] Countries = ["KE", "CO", "SN", "JO", "IN", "NZ", "FR", "BR", "MX", "PE", "UG", "TZ", "NP", "PH", "VN", "LB", "MA", "ET", "GH", "MT"];
    private static readonly string[] Subjects = ["mathematics", "reading", "science", "history", "writing"];
    private static readonly string[] Localities = ["rural", "urban", "peri-urban", "remote"];
    private static readonly string[] Ideas = ["Talk first", "Exit cards", "Voice notes", "Garden maths", "Older readers", "École ouverte"];

    // A writer on PostgreSQL sends many parts in one go and waits a few seconds for them, on a busy machine too.
    private const int Together = 250;

    private const string Problem = "Half the class writes nothing.";

    public static void Insert(ISqlEngine engine, int count)
    {
        var connection = engine.Connect(forWriting: true);
        connection.Open();
        using var writer = engine.Writer(connection);
        writer.Begin([], []);
        foreach (var part in Enumerable.Range(0, Math.Max(1, count / 10)).Chunk(Together)) writer.Insert(PeopleFeature.Schools, [.. part.Select(School)]);
        foreach (var part in Enumerable.Range(0, count).Chunk(Together)) writer.Insert(PilotsFeature.Pilots, [.. part.Select(Pilot)]);
        foreach (var part in Enumerable.Range(0, count).Select(Pilot).Chunk(Together)) writer.Insert(PilotsFeature.Found, [.. part.Select(Found)]);
        foreach (var part in Enumerable.Range(0, count).Select(Pilot).Where(IsDraft).Chunk(Together)) writer.Insert(PilotsFeature.Drafts, [.. part.Select(pilot => new[] { Of(pilot, "id"), 0L, nameof(Relation.Home), Of(pilot, "school") })]);
        writer.Commit();
    }

    private static object?[] School(int n) => Row(PeopleFeature.Schools, column => column switch
    {
        "id" => $"s{n}",
        "name" => $"School {n}",
        "country" => Countries[n % Countries.Length],
        // A rare answer beside common ones.
        "setting" => n % 100 == 7 ? "displacement" : "stable",
        "locality" => Localities[n % 7 % Localities.Length],
        "phase" => n % 3 == 0 ? "primary" : "lower-secondary",
        "version" => 2L,
        _ => null,
    });

    private static object?[] Pilot(int n)
    {
        // Spread without chance: neighbours in time differ in everything.
        var mixed = (int)((uint)n * 2_654_435_761 % 1_000_003);
        var school = mixed % Math.Max(1, n / 10 + 1);
        var stage = (PilotStage)(mixed % 17 is var s && s < 6 ? s : 2);
        var status = mixed % 10 < 6 ? PilotStatus.Active : mixed % 10 < 9 ? PilotStatus.Closed : mixed % 20 == 9 ? PilotStatus.Paused : PilotStatus.Withdrawn;
        var title = string.Create(CultureInfo.InvariantCulture, $"{Ideas[mixed % Ideas.Length]} {n}");
        return Row(PilotsFeature.Pilots, column => column switch
        {
            "id" => string.Create(CultureInfo.InvariantCulture, $"b{n:0000000}"),
            "title" => title,
            "title_lower" => title.ToLowerInvariant(),
            "subject" => mixed % 4 == 0 ? null : Subjects[mixed % Subjects.Length],
            "school" => $"s{school}",
            "country" => Countries[school % Countries.Length],
            "started_at" => Time.Write(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(3L * n)),
            "stage" => stage.ToString(),
            "status" => status.ToString(),
            "closed_as" => status is PilotStatus.Closed ? nameof(PilotTo.NoEffect) : null,
            "preset" => ((Preset)(mixed % 3)).ToString(),
            "innovation" => $"i{mixed % 200}",
            "innovation_version" => "v1",
            "awaits_ethics" => 0L,
            "version" => 7L,
            _ => null,
        });
    }

    private static object?[] Found(object?[] pilot) => Row(PilotsFeature.Found, column => column switch
    {
        "tells" => Problem,
        "year" => (long)Time.Read((string)Of(pilot, "started_at")!).Year,
        "hidden" => IsDraft(pilot) ? 1L : 0L,
        "words" => SearchWords.Of((string?)Of(pilot, "title"), Problem),
        _ => Of(pilot, column),
    });

    private static bool IsDraft(object?[] pilot) => Of(pilot, "stage") is nameof(PilotStage.Draft);

    private static object? Of(object?[] pilot, string column) => pilot[PilotsFeature.Pilots.Columns.Index().First(one => one.Item.Name == column).Index];

    private static object?[] Row(ReadTable table, Func<string, object?> value) => [.. table.Columns.Select(column => value(column.Name))];
}
