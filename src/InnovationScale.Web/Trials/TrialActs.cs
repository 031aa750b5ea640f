using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Acts;
using InnovationScale.Api;
using InnovationScale.Components;
using InnovationScale.Pilots;
using InnovationScale.Statistics;

namespace InnovationScale.Trials;

/// <summary>What people do with a trial beside the buttons of its page: its report, and with one school or one result of it.</summary>
internal sealed class TrialActs(Desk desk, Access access, TrialDesk trials, PilotLists lists) : Acts<Trial>("trials", desk, access)
{
    private const string School = "school:", Result = "result:";

    /// <summary>How an address names a school of the trial.</summary>
    public static string OfSchool(string school) => School + school;

    /// <summary>How an address names a result.</summary>
    public static string OfResult(CellKey place) => Result + Cursor.Write(place.School, place.Class, place.Arm, place.Measure, place.Wave, place.Subgroup);

    protected override string Title(ActsAsked<Trial> asked) => asked.View.State.Title;

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<Trial> asked)
    {
        var trial = asked.View.State;
        return asked.Of switch
        {
            null =>
            [
                Row(asked, "draw-lots", a => new DrawLots(a["seed"], a.All("units")), new("seed"), new("units", Asks.Lines)) with { Offered = trial.Plan.Allocation?.SeedSha256 is not null && trial.Seed is null },
                Row(asked, "tell-costs", a => new TellCosts(new(a["currency"].ToUpperInvariant(), a.Whole("year")!.Value, a.Whole("learners")!.Value, (decimal)Math.Clamp(a.Number("minutes")!.Value, -1, 1e6), [.. a.All("needed").Select(Needed)])),
                    [.. Costs(trial.Costs)]),
                Row(asked, "tell-unwanted", a => new TellUnwanted(a.All("effects")), new Question("effects", Asks.Lines) { Optional = true }),
                Row(asked, "tell-report", a => new ReportTrial(a["report"]), new Question("report", Asks.Text)),
            ],
            _ when asked.Of.StartsWith(School, StringComparison.Ordinal) && trial.Sites.FirstOrDefault(site => OfSchool(site.School) == asked.Of) is { } site =>
                [.. OnSite(asked, site, (await Once($"schools of {asked.View.Id}", () => lists.Names(asked.Who, trial.Sites.Select(one => one.School)))).GetValueOrDefault(site.School, site.School))],
            _ when asked.Of.StartsWith(Result, StringComparison.Ordinal) && Cursor.Read(asked.Of[Result.Length..], 6) is [var school, var @class, var arm, var measure, var wave, var subgroup] =>
                [.. OnResult(asked, new(school, @class, arm, measure, wave, subgroup))],
            _ => [],
        };
    }

    protected override bool MayNow(Trial trial, Type command, Principal who) => MayNow(TrialSteps.Table, trial.State, command, who);

    protected override Task<Outcome> Send(ActsAsked<Trial> asked, Request request, ICommand<Trial> command) => trials.Execute(asked.Who, request, asked.View.Id, (TrialCommand)command);

    private IEnumerable<Act> OnSite(ActsAsked<Trial> asked, Site site, string name)
    {
        yield return Row(asked, "leave-trial", a => new SiteLeaves(site.School, a.Day("left")!.Value), new Question("left", Asks.Day), Question.Why) with { About = name, Adds = true, Offered = site.Left is null };
        string[] arms = [.. asked.View.State.Plan.Arms.Select(arm => arm.Name).Where(arm => site.Arm is null || site.Arm == arm)];
        var open = Unexplained(asked.View.State, site, arms);
        yield return Row(asked, "explain-gap", a => new ExplainMissing(site.School, a["group"]),
            new Question("group", Asks.One) { Options = [.. arms.Select(arm => new Choice(arm, arm))], Given = open is [var only] ? only : null }, Question.Why) with { About = name, Adds = true, Offered = open is not [] };
        string[] trying = [.. arms.Where(arm => asked.View.State.Tries(site, arm))];
        yield return Row(asked, "log-dose", a => new LogDose(new(site.School, a["group"], a.Whole("week")!.Value, a.Whole("minutes")!.Value)),
            new Question("group", Asks.One) { Options = [.. trying.Select(arm => new Choice(arm, arm))], Given = trying is [var one] ? one : null }, new("week", Asks.Whole), new("minutes", Asks.Whole))
            with { About = name, Adds = true, Offered = asked.View.State.Plan.Dose is not null && trying is not [] };
    }

    private IEnumerable<Act> OnResult(ActsAsked<Trial> asked, CellKey place)
    {
        var about = string.Join(", ", ((string[])[place.Class, place.Arm, place.Measure, place.Wave, place.Subgroup]).Where(text => text.Length > 0));
        if (asked.View.State.Cells.At(place) is { } held)
        {
            yield return Row(asked, "correct-result", a => new CorrectCell(Corrected(held.Cell, a), a.One<CorrectionReason>("because"), a.OrNull("why")),
                [.. Counts(held.Cell), Question.Of<CorrectionReason>("because", asked.Words), Question.Why with { Optional = true }]) with { About = about };
        }

        yield return Row(asked, "take-result-out", _ => new VoidCell(place), Question.Why) with { About = about, Offered = asked.View.State.Cells.At(place) is not null };
    }

    /// <summary>Of these groups, those in which the school has neither the result that the trial is judged by nor a reason.</summary>
    private static string[] Unexplained(Trial trial, Site site, string[] arms) => trial.Plan.Primary is not { } primary ? [] :
    [
        .. arms.Where(arm => trial.Cells.In(site.School, arm, primary.Measure, primary.Wave).Cells == 0 && !trial.Gaps.Any(gap => gap.School == site.School && gap.Arm == arm)),
    ];

    private static IEnumerable<Question> Counts(Cell cell)
    {
        yield return Whole("allocated", cell.Allocated) with { Optional = true };
        foreach (var question in Ask("", cell.Outcome)) yield return question;
        yield return Whole("late", cell.JoinedLate);
        yield return new("lost", Asks.Lines) { Optional = true, Given = string.Join('\n', cell.Lost.Select(lost => string.Create(CultureInfo.InvariantCulture, $"{lost.Key}: {lost.Value}"))) };
        if (cell.Baseline.N > 0)
        {
            foreach (var question in Ask("baseline-", cell.Baseline)) yield return question;
        }

        if (cell.Matched.N == 0) yield break;

        foreach (var question in Ask("both-before-", cell.Matched.X).Concat(Ask("both-after-", cell.Matched.Y).Skip(1))) yield return question;
        yield return new("both-together", Asks.Number) { Given = Text(Correlation(cell.Matched)) };
    }

    private static IEnumerable<Question> Ask(string part, Moments moments) =>
    [
        Whole($"{part}pupils", (int)moments.N), new($"{part}average", Asks.Number) { Given = Text(moments.Mean) }, new($"{part}spread", Asks.Number) { Given = Text(Spread(moments)) },
    ];

    private static Cell Corrected(Cell was, Answers a)
    {
        var matched = was.Matched;
        if (matched.N > 0)
        {
            var (x, y) = (Read(a, "both-before-", was.Matched.X, "both-before-pupils"), Read(a, "both-after-", was.Matched.Y, "both-before-pupils"));
            var together = Kept(a["both-together"], Correlation(was.Matched)) && x == was.Matched.X && y == was.Matched.Y ? was.Matched.CXY : a.Number("both-together")!.Value * Math.Sqrt(x.M2 * y.M2);
            matched = new(x.N, x.Mean, x.M2, y.Mean, y.M2, together);
        }

        return was with
        {
            Allocated = a.Whole("allocated"), Outcome = Read(a, "", was.Outcome, "pupils"), JoinedLate = a.Whole("late")!.Value, Lost = Lost(a.All("lost")),
            Baseline = was.Baseline.N > 0 ? Read(a, "baseline-", was.Baseline, "baseline-pupils") : was.Baseline, Matched = matched,
        };
    }

    /// <summary>What was left as it stood stays to the last digit: the spread on the form is a root, and squaring it would change the sum it came from.</summary>
    private static Moments Read(Answers a, string part, Moments was, string pupils)
    {
        var (n, mean, spread) = (a.Whole(pupils)!.Value, a.Number($"{part}average")!.Value, a.Number($"{part}spread")!.Value);
        return n == was.N && Kept(a[$"{part}spread"], Spread(was)) ? was with { Mean = mean } : new(n, mean, n > 1 ? spread * spread * (n - 1) : 0);
    }

    private static bool Kept(string typed, double was) => typed == Text(was);

    /// <summary>“moved away: 2” a line. A line without a number counts one pupil.</summary>
    private static ImmutableSortedDictionary<string, int> Lost(ImmutableArray<string> lines) => lines
        .Select(line => line.LastIndexOf(':') is > 0 and var at && int.TryParse(line[(at + 1)..], NumberStyles.None | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var count)
            ? (Reason: line[..at].TrimEnd(), Count: count)
            : (Reason: line, Count: 1))
        .GroupBy(one => one.Reason, one => one.Count, StringComparer.Ordinal).ToImmutableSortedDictionary(same => same.Key, same => same.Sum(), StringComparer.Ordinal);

    private static IEnumerable<Question> Costs(TrialCosts? told) =>
    [
        new("needed", Asks.Lines) { Given = told is null ? null : string.Join('\n', told.Ingredients.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.What}: {one.Quantity} x {one.Price}"))) },
        new("currency") { Given = told?.Currency }, Whole("year", told?.Year), Whole("learners", told?.Learners), new("minutes", Asks.Number) { Given = told?.TeacherMinutes.ToString(CultureInfo.InvariantCulture) },
    ];

    /// <summary>“Training day: 4 x 120.50” a line. A line that cannot be read is nothing that could be had, which the rules refuse.</summary>
    private static Ingredient Needed(string line) =>
        line.LastIndexOf(':') is > 0 and var at && line[(at + 1)..].Split(['x', '×', '*'], StringSplitOptions.TrimEntries) is [var many, var price] && Answers.Decimal(many) is { } quantity && Answers.Decimal(price) is { } each
            ? new(line[..at].Trim(), quantity, each)
            : new(line, 0, 0);

    private static Question Whole(string name, int? given) => new(name, Asks.Whole) { Given = given?.ToString(CultureInfo.InvariantCulture) };

    private static double Spread(Moments moments) => moments.N > 1 ? Math.Sqrt(moments.M2 / (moments.N - 1)) : 0;

    private static double Correlation(JointMoments both) => both.M2X > 0 && both.M2Y > 0 ? both.CXY / Math.Sqrt(both.M2X * both.M2Y) : 0;

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
