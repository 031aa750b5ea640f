using InnovationScale.Acts;
using InnovationScale.Api;
using InnovationScale.Components;
using InnovationScale.Evaluations;
using InnovationScale.People;
using InnovationScale.Portfolio;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>The portfolio: one list as a table, as a board by stage, or by country. Filters, order and place stand in the address.</summary>
public sealed class PilotsPage(PilotLists lists, PilotCounts counts, KnownVerdicts verdicts, Desk desk) : AppPage
{
    private const int PageSize = 50, CardsMost = 8;

    public PilotsAsked Wanted { get; private set; } = new();

    public PilotTally Tally { get; private set; } = new(new(), [], Certainty.Exact);

    public IReadOnlyList<PilotRow> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    /// <summary>The number of the first row shown.</summary>
    public long From { get; private set; } = 1;

    public IReadOnlyList<BoardColumn> Board { get; private set; } = [];

    public IReadOnlyList<CountryRow> ByCountry { get; private set; } = [];

    /// <summary>Names of what a filter says by id.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    // As the form shows them: what the address says.
    public string? Q => Wanted.Filter.Words;

    public string? Country => Wanted.Filter.Country;

    public PilotStage? Stage => Wanted.Filter.Stage;

    public string? Status => Value("status");

    public Preset? Preset => Wanted.Filter.Preset;

    public string? Subject => Wanted.Filter.Subject;

    public string? Locality => Wanted.Filter.Locality;

    public string? Setting => Wanted.Filter.Setting;

    public string? Phase => Wanted.Filter.Phase;

    public Verdict? Verdict => Wanted.Verdict;

    public IReadOnlyList<Choice> Countries { get; private set; } = [];

    public IReadOnlyList<Choice> Stages { get; private set; } = [];

    public IReadOnlyList<Choice> Statuses { get; private set; } = [];

    public IReadOnlyList<Choice> Presets { get; private set; } = [];

    public IReadOnlyList<Choice> Subjects { get; private set; } = [];

    /// <summary>What this person saved, by name.</summary>
    public IReadOnlyDictionary<string, string> Saved { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [BindProperty]
    public string? ViewName { get; set; }

    public bool MayRegister => Who.Is(Role.Teacher) || Who.Is(Role.SchoolLead);

    /// <summary>Filters behind “More filters”.</summary>
    public int More => Wanted.Filters.Count(one => one.Name is "preset" or "subject" or "locality" or "setting" or "phase" or "verdict");

    public Task OnGet() => Load(PilotsAsked.Read(Request.Query));

    public Task<IActionResult> OnPost(string? query) => Do(query, asked => new SaveView(ViewName ?? "", asked.With()));

    public Task<IActionResult> OnPostForget(string? query, string? view) => Do(query, _ => new ForgetView(view ?? ""));

    /// <param name="query">What the page showed. Only what it understands is kept.</param>
    private async Task<IActionResult> Do(string? query, Func<PilotsAsked, SavedViewsCommand> command)
    {
        if (Person is null) return Challenge();

        var asked = PilotsAsked.Parse(query);
        var outcome = await desk.Execute(Who, Asked(), Who.Person, command(asked));
        if (outcome.Refusal is not { } refusal) return See($"pilots{asked.With()}");

        await Load(asked);
        return Refuse(refusal, nameof(ViewName));
    }

    private async Task Load(PilotsAsked asked)
    {
        Wanted = asked;
        if (Person is not null) Saved = (await desk.Look<SavedViews>(Who, "read-saved-views", Who.Person)).State.Views;
        var filter = await verdicts.Narrow(Who, Wanted.Filter, Wanted.Verdict);
        Tally = await counts.Tally(Who, filter);
        Subjects = [.. (await counts.Subjects(Who)).Select(subject => new Choice(subject, subject))];
        Names = await lists.Names(Who, [Wanted.Filter.School ?? "", .. Wanted.Filter.Innovation is { } innovation ? (string[])[innovation] : []]);
        CountChoices();
        switch (Wanted.View)
        {
            case PilotsView.Board: Board = await Columns(filter); break;
            case PilotsView.Countries: ByCountry = InCountries(); break;
            default: await Table(filter); break;
        }
    }

    /// <summary>“Showing 1–50 of 312”, as well as it is known.</summary>
    public string Showing
    {
        get
        {
            var last = From + Rows.Count - 1;
            (string, object)[] with = [("first", Words.Number(From)), ("last", Words.Number(last)), ("total", Words.Number(Math.Max(Tally.Total, last)))];
            return Rows is [] ? "" : Tally.OfTotal switch
            {
                Certainty.About => Words["Showing {first}–{last} of about {total}", with],
                // Whoever pages on beyond what was counted is told no number that is passed.
                Certainty.AtLeast when last <= Tally.Total => Words["Showing {first}–{last} of more than {total}", with],
                Certainty.AtLeast => Words["Showing {first}–{last}", with],
                _ => Words["Showing {first}–{last} of {total}", with],
            };
        }
    }

    /// <summary>The total in a sentence.</summary>
    public string Total => Tally.OfTotal switch
    {
        Certainty.About => Words["About {total} pilots", ("total", Words.Number(Tally.Total))],
        Certainty.AtLeast => Words["More than {total} pilots", ("total", Words.Number(Tally.Total))],
        _ => Words.Count(Tally.Total, "{n} pilot", "{n} pilots"),
    };

    /// <param name="closed">How it ended, where it has.</param>
    public static Tone ToneOf(PilotStatus status, PilotTo? closed) => (status, closed) switch
    {
        (PilotStatus.Active, _) => Tone.Information,
        (PilotStatus.Paused, _) => Tone.Caution,
        (_, PilotTo.Completed or PilotTo.AdoptedLocally) => Tone.Success,
        (_, PilotTo.Harm) => Tone.Stop,
        _ => Tone.Neutral,
    };

    public string Say(string name, string value) => Names.GetValueOrDefault(value) ?? PilotsAsked.Say(name, value, Words);

    /// <summary>The page with some answers changed.</summary>
    public string Address(params (string, string?)[] changed) => $"/{Lang}/pilots{Wanted.With(changed)}";

    private string? Value(string name) => Wanted.Filters.FirstOrDefault(one => one.Name == name).Value;

    private async Task Table(PilotFilter filter)
    {
        // Where there is surely none, a long search for it is not made twice.
        if (Tally is { Total: 0, OfTotal: Certainty.Exact }) return;

        var after = Request.Query["after"] is [{ } cursor] ? Cursor.Read(cursor, 3) : null;
        if (after is [_, _, var shown] && long.TryParse(shown, System.Globalization.CultureInfo.InvariantCulture, out var before)) From = before + 1;
        (Rows, var next) = await lists.List(Who, filter, Wanted.Order, PageSize, after?[..2]);
        Next = next is null ? null : Cursor.Write([.. next, (From + Rows.Count - 1).ToString(System.Globalization.CultureInfo.InvariantCulture)]);
    }

    /// <summary>A column for each stage of pilots that run, and one for those that have ended.</summary>
    private async Task<IReadOnlyList<BoardColumn>> Columns(PilotFilter filter)
    {
        var columns = new List<BoardColumn>();
        foreach (var stage in Enum.GetValues<PilotStage>())
        {
            if (filter.Ended is true || filter.Status is PilotStatus.Closed or PilotStatus.Withdrawn || (filter.Stage is not null && filter.Stage != stage) || (stage is PilotStage.Draft && !Who.IsSignedIn)) continue;
            columns.Add(await Column(Words.Name(stage), filter with { Stage = stage, Ended = filter.Status is null ? false : null },
                cell => cell.Stage == stage && !cell.Ended, Address(("stage", stage.ToString()), ("status", Value("status") ?? "running"), ("view", null))));
        }

        if (filter.Ended is not false && filter.Status is not (PilotStatus.Active or PilotStatus.Paused))
        {
            columns.Add(await Column(Words["Ended"], filter with { Ended = true }, cell => cell.Ended, Address(("status", Value("status") ?? "ended"), ("view", null))));
        }

        return columns;

        async Task<BoardColumn> Column(string name, PilotFilter part, Func<PilotCell, bool> fits, string all)
        {
            var (rows, next) = await lists.List(Who, part, PilotOrder.Newest, CardsMost, null);
            long? count = Tally.HasParts ? Tally.Selected.Where(fits).Sum(cell => cell.Count) : next is null ? rows.Count : null as long?;
            return new(name, count, rows, next is null ? null : all);
        }
    }

    private IReadOnlyList<CountryRow> InCountries() =>
    [
        .. Tally.Selected.GroupBy(cell => cell.Country, StringComparer.Ordinal)
            .Select(same => new CountryRow(same.Key, same.Where(cell => !cell.Ended).Sum(cell => cell.Count), same.Where(cell => cell.Ended).Sum(cell => cell.Count)))
            .OrderByDescending(row => row.All).ThenBy(row => row.Country, StringComparer.Ordinal),
    ];

    private void CountChoices()
    {
        var countries = Tally.By(cell => cell.Country, f => f with { Country = null });
        Countries = Tally.HasParts
            ? [.. countries.Keys.Append(Country ?? "").Where(code => code.Length > 0).Distinct(StringComparer.Ordinal).Select(code => (Code: code, Name: Words.Country(code)))
                .OrderBy(one => one.Name, StringComparer.CurrentCulture).Select(one => new Choice(one.Code, Counted(one.Name, countries.GetValueOrDefault(one.Code))))]
            : Words.Countries;
        Stages = Of(Tally.By(cell => cell.Stage, f => f with { Stage = null }), Enum.GetValues<PilotStage>().Where(stage => Who.IsSignedIn || stage is not PilotStage.Draft));
        Presets = Of(Tally.By(cell => cell.Preset, f => f with { Preset = null }), Enum.GetValues<Preset>());
        var statuses = Tally.By(cell => cell.Status, f => f with { Status = null, Ended = null });
        Statuses =
        [
            new("running", Counted(Words["Running or paused"], statuses.GetValueOrDefault(PilotStatus.Active) + statuses.GetValueOrDefault(PilotStatus.Paused))),
            .. Of(statuses, [PilotStatus.Paused]),
            new("ended", Counted(Words["Ended"], statuses.GetValueOrDefault(PilotStatus.Closed) + statuses.GetValueOrDefault(PilotStatus.Withdrawn))),
            .. Of(statuses, [PilotStatus.Withdrawn]),
        ];
        if (Wanted.Filter.Status is PilotStatus.Active or PilotStatus.Closed) Statuses = [.. Of(statuses, [Wanted.Filter.Status.Value]), .. Statuses];
    }

    private IReadOnlyList<Choice> Of<T>(IReadOnlyDictionary<T, long> counted, IEnumerable<T> values) where T : struct, Enum =>
        [.. values.Select(value => new Choice(value.ToString(), Counted(Words.Name(value), counted.GetValueOrDefault(value))))];

    private string Counted(string name, long count) => Tally.HasParts ? $"{name} ({Words.Number(count)})" : name;

    internal IReadOnlyList<Choice> Dimension(string code) =>
        [.. ContextProfile.Dimensions.First(dimension => dimension.Code == code).Values.Select(value => new Choice(value, ContextQuestions.Value(value, Words)))];
}

/// <summary>A column of the board.</summary>
/// <param name="Count">Null where there are too many to count.</param>
/// <param name="All">Where the rest of it stands; null where every pilot of it is shown.</param>
public sealed record BoardColumn(string Name, long? Count, IReadOnlyList<PilotRow> Rows, string? All);

public sealed record CountryRow(string Country, long Running, long Ended)
{
    public long All => Running + Ended;
}
