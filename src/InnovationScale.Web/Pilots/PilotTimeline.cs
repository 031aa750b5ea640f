using System.Globalization;
using System.Text.Json;
using InnovationScale.Enquiry;
using InnovationScale.Storage;

namespace InnovationScale.Pilots;

/// <summary>One thing that happened, as it is told to people and programs.</summary>
/// <param name="Stream">The record it happened to, such as <c>pilot/7f3k</c>.</param>
/// <param name="Version">Its number in that record.</param>
/// <param name="Event">The event's stored name.</param>
/// <param name="Who">The person's name; the id where nobody is known by it.</param>
/// <param name="Sentence">What happened, in words, to be read after the name.</param>
public sealed record Happened(string Stream, long Version, string Event, DateTimeOffset At, string Person, string Who, Role Role, string Sentence, string? Reason);

/// <summary>The story of a pilot and its cycles, newest first.</summary>
public static class PilotTimeline
{
    /// <summary>Names in events that stand for a person or a school.</summary>
    private static readonly string[] Named = ["person", "school", "home", "organisation"];

    public static async Task<IReadOnlyList<Happened>> Of(Principal who, string pilot, Desk desk, PilotLists lists, Words words)
    {
        var cycles = await lists.Cycles(who, pilot);
        return await Of(who, [Streams.Of<Pilot>(pilot), .. cycles.Select(cycle => Streams.Of<Cycle>(cycle.Id))], desk, lists, words);
    }

    public static async Task<IReadOnlyList<Happened>> Of(Principal who, IEnumerable<string> streams, Desk desk, PilotLists lists, Words words) =>
        await Tell(who, await desk.History(who, "read-pilot", streams), lists, words);

    /// <summary>Events in words, in the order they come.</summary>
    public static async Task<IReadOnlyList<Happened>> Tell(Principal who, IReadOnlyList<LoggedEvent> events, PilotLists lists, Words words)
    {
        var told = events.Select(e => (Event: e, Values: Values(e.Json))).ToList();
        var names = await Names(who, told.SelectMany(one => one.Values.Where(value => Named.Contains(value.Key.Split('.')[^1])).Select(value => value.Value).Append(one.Event.Actor).Concat(PlaceOf(one.Values))), lists, words);
        return
        [
            .. told.Select(one => new Happened(one.Event.Stream, one.Event.Version, one.Event.Name, one.Event.Stamp.At, one.Event.Actor,
                names.GetValueOrDefault(one.Event.Actor, one.Event.Actor), one.Event.Stamp.Role.Role, words.Happened(NameOf(one.Event, one.Values, words), Spoken(one.Values, names, words)), one.Event.Reason)),
        ];
    }

    /// <summary>What the same person did several times in a row, said once and when it was last done.</summary>
    public static IReadOnlyList<Happened> Folded(IReadOnlyList<Happened> story, Words words)
    {
        var folded = new List<(Happened Last, int Times)>();
        foreach (var happened in story)
        {
            if (folded is [.., var (last, times)] && (last.Stream, last.Event, last.Person, last.Sentence, last.Reason) == (happened.Stream, happened.Event, happened.Person, happened.Sentence, happened.Reason))
                folded[^1] = (last, times + 1);
            else folded.Add((happened, 1));
        }

        return [.. folded.Select(one => one.Times == 1 ? one.Last : one.Last with { Sentence = words["{what} ({n}×)", ("what", one.Last.Sentence), ("n", one.Times)] })];
    }

    /// <summary>What people and places are called.</summary>
    public static async Task<Dictionary<string, string>> Names(Principal who, IEnumerable<string> ids, PilotLists lists, Words words)
    {
        var names = await lists.Names(who, ids);
        foreach (var erased in names.Where(one => one.Value == InnovationScale.People.Person.ErasedName).ToList()) names[erased.Key] = words["an erased person"];
        names[Principal.System.Person] = Principal.System.Name;
        return names;
    }

    /// <summary>What people do to their own account reads otherwise than what others do to it, and what ends otherwise than what lasts, where there are words for it.</summary>
    private static string NameOf(LoggedEvent e, Dictionary<string, string> values, Words words)
    {
        var by = e.Actor == LoggedEvent.SubjectOf(e.Stream) && words.Find($"happened.{e.Name}.by-oneself") is not null ? ".by-oneself" : "";
        var until = values.ContainsKey("until") && words.Find($"happened.{e.Name}{by}.until") is not null ? ".until" : "";
        return $"{e.Name}{by}{until}";
    }

    /// <summary>What an event says in words and figures, by name; one level down by both names: <c>delivered.school</c>.</summary>
    public static Dictionary<string, string> Values(string stored)
    {
        using var json = JsonDocument.Parse(stored);
        return json.RootElement.EnumerateObject()
            .SelectMany(one => one.Value.ValueKind is JsonValueKind.Object ? one.Value.EnumerateObject().Select(inner => (Name: $"{one.Name}.{inner.Name}", inner.Value)) : [(one.Name, one.Value)])
            .Where(one => one.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && !one.Name.StartsWith('$'))
            .ToDictionary(one => one.Name, one => one.Value.ToString(), StringComparer.Ordinal);
    }

    /// <summary>Where the role is held that an event tells of.</summary>
    private static IEnumerable<string> PlaceOf(Dictionary<string, string> values) => values.TryGetValue("role", out var role) ? [HeldRole.Parse(role).In] : [];

    /// <summary>Ids as names, kept words (<c>adopted-locally</c>) as words, roles with their place, days and times as people write them.</summary>
    private static IEnumerable<(string, string)> Spoken(Dictionary<string, string> values, Dictionary<string, string> names, Words words) => values.Select(one =>
        (one.Key, one.Key is "role" ? words.Held(HeldRole.Parse(one.Value), names) : names.GetValueOrDefault(one.Value) ?? words.Find($"word.{one.Value}") ?? When(one.Value, words) ?? one.Value));

    private static string? When(string value, Words words)
    {
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return words.Day(day);
        return DateTimeOffset.TryParseExact(value, "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? words.Moment(moment) : null;
    }
}
