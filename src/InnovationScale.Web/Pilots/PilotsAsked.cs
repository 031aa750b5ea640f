using InnovationScale.Acts;
using InnovationScale.Evaluations;
using InnovationScale.People;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace InnovationScale.Pilots;

/// <summary>
/// What an address asks of the portfolio: which pilots, in which order, as what. Pages, downloads and the API read it alike, in the words of either:
/// <c>stage=Enquiry</c> or <c>stage=enquiry</c>. The place in the list is no part of it.
/// </summary>
public sealed record PilotsAsked
{
    public PilotFilter Filter { get; private init; } = new();

    public Verdict? Verdict { get; private init; }

    public PilotOrder Order { get; private init; }

    public PilotsView View { get; private init; }

    /// <summary>Answers that say nothing, by name: a page leaves them out, the API refuses them.</summary>
    public IReadOnlyList<(string Name, string Text)> Unreadable { get; private init; } = [];

    /// <summary>The same from the part of an address that stands after its question mark.</summary>
    public static PilotsAsked Parse(string? query) => Read(new QueryCollection(QueryHelpers.ParseQuery(query)));

    public static PilotsAsked Read(IQueryCollection query)
    {
        var unreadable = new List<(string, string)>();
        var status = Text("status");
        var ended = status?.ToLowerInvariant() switch { "ended" => true, "running" => false, _ => (bool?)null };
        return new()
        {
            Filter = new(Text("country"), One<PilotStage>("stage"), ended is null ? One<PilotStatus>("status") : null, One<Preset>("preset"), Text("school"), Text("innovation"), Text("q"), Text("mine") is "true")
            {
                Ended = ended, Subject = Text("subject"), Locality = Of("locality", "locality"), Setting = Of("setting", "setting"), Phase = Of("phase", "school-phase"),
            },
            Verdict = One<Verdict>("verdict"),
            Order = Text("sort") switch { "title" => PilotOrder.Title, "-title" => PilotOrder.TitleBackwards, "started" => PilotOrder.Oldest, _ => PilotOrder.Newest },
            View = One<PilotsView>("view") ?? PilotsView.Table,
            Unreadable = unreadable,
        };

        string? Text(string name) => query[name] is [{ } text, ..] && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

        T? One<T>(string name) where T : struct, Enum
        {
            if (Text(name) is not { } text) return null;
            if (text.All(letter => char.IsAsciiLetter(letter) || letter is '-') && Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value)) return value;

            unreadable.Add((name, text));
            return null;
        }

        string? Of(string name, string dimension)
        {
            if (Text(name) is not { } text) return null;
            if (ContextProfile.Dimensions.First(one => one.Code == dimension).Takes(text)) return text;

            unreadable.Add((name, text));
            return null;
        }
    }

    /// <summary>Every filter that is set, as the address writes it.</summary>
    public IEnumerable<(string Name, string Value)> Filters
    {
        get
        {
            (string Name, string? Value)[] all =
            [
                ("q", Filter.Words), ("country", Filter.Country), ("stage", Filter.Stage?.ToString()), ("status", Filter.Status?.ToString() ?? (Filter.Ended switch { true => "ended", false => "running", null => null })),
                ("preset", Filter.Preset?.ToString()), ("subject", Filter.Subject), ("locality", Filter.Locality), ("setting", Filter.Setting), ("phase", Filter.Phase), ("verdict", Verdict?.ToString()),
                ("innovation", Filter.Innovation), ("school", Filter.School), ("mine", Filter.Mine ? "true" : null),
            ];
            return all.Where(one => one.Value is not null).Select(one => (one.Name, one.Value!));
        }
    }

    /// <summary>The address of this with some answers changed; null takes one away. The shortest that says the same: <c>?country=KE&amp;view=board</c>, or nothing at all.</summary>
    public string With(params (string Name, string? Value)[] changed)
    {
        string? order = Order switch { PilotOrder.Title => "title", PilotOrder.TitleBackwards => "-title", PilotOrder.Oldest => "started", _ => null };
        string? view = View is PilotsView.Table ? null : View.ToString().ToLowerInvariant();
        var said = Filters.Select(one => (one.Name, Value: (string?)one.Value)).Append((Name: "sort", Value: order)).Append((Name: "view", Value: view))
            .Where(one => changed.All(other => other.Name != one.Name)).Concat(changed).Where(one => one.Value is not null);
        return QueryString.Create(said.Select(one => KeyValuePair.Create(one.Name, one.Value))).ToString();
    }

    /// <summary>A filter's answer as people read it.</summary>
    public static string Say(string name, string value, Words words) => name switch
    {
        "country" => words.Country(value),
        "stage" => words.Name(Enum.Parse<PilotStage>(value)),
        "status" when value is "running" => words["Running or paused"],
        "status" when value is "ended" => words["Ended"],
        "status" => words.Name(Enum.Parse<PilotStatus>(value)),
        "preset" => words.Name(Enum.Parse<Preset>(value)),
        "verdict" => words.Name(Enum.Parse<Verdict>(value)),
        "locality" or "setting" or "phase" => ContextQuestions.Value(value, words),
        "mine" => words["Pilots I have a part in"],
        _ => value,
    };
}

/// <summary>As what the portfolio is shown.</summary>
public enum PilotsView
{
    Table,
    Board,
    Countries,
}
