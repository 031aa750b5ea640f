using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Acts;
using InnovationScale.Components;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Innovations;
using InnovationScale.People;

namespace InnovationScale.ScaleUp;

/// <summary>The steps of a review, from describing the case to accepting that a condition is met.</summary>
internal sealed class ReviewActs(Desk desk, Access access, ReviewDesk reviews, IPeople people) : Acts<ScaleUpReview>("reviews", desk, access)
{
    /// <summary>How an address names the case to whoever drafted it, once it is on the agenda.</summary>
    public const string Case = "case";

    private const string Dossier = "dossier:", Condition = "condition:", Tie = "tie:";

    private const int ConditionsMost = 3;

    /// <summary>How an address names the dossier that somebody is about to vote on.</summary>
    public static string OfDossier(string sha256) => Dossier + sha256;

    public static string OfCondition(string condition) => Condition + condition;

    public static string OfTie(Tie tie) => $"{Tie}{tie.Person}:{tie.Ground}";

    protected override string Title(ActsAsked<ScaleUpReview> asked) => asked.View.State.Title;

    protected override async Task<View<ScaleUpReview>> Seen(Principal who, string id)
    {
        if (await base.Seen(who, id) is { Exists: true } seen) return seen;
        var drafted = await Once(Case + id, () => reviews.DraftedBy(who.Person, id));
        var seesTo = await Once(Condition + id, () => reviews.SeenToBy(who.Person, id));
        return (drafted.Exists, seesTo.Exists) switch
        {
            (true, true) => drafted with { State = drafted.State with { Conditions = seesTo.State.Conditions } },
            (true, false) => drafted,
            _ => seesTo,
        };
    }

    protected override async Task<IReadOnlyList<Act>> Rows(ActsAsked<ScaleUpReview> asked) => asked.Of switch
    {
        null => [.. Drafting(asked), .. await Meeting(asked)],
        Case => [Withdraw(asked) with { Adds = true }],
        _ when asked.Of.StartsWith(Dossier, StringComparison.Ordinal) => [Vote(asked, asked.Of[Dossier.Length..])],
        _ when asked.Of.StartsWith(Condition, StringComparison.Ordinal) => [.. On(asked, asked.Of[Condition.Length..])],
        _ when asked.Of.StartsWith(Tie, StringComparison.Ordinal) && asked.Of[Tie.Length..].Split(':') is [var person, var ground] && Enum.TryParse<TieGround>(ground, out var on) =>
            [Row(asked, "rule-on-tie", a => new RuleOnTie(person, on, a.One<TieKind>("kind")), Question.Of<TieKind>("kind", asked.Words), Question.Why) with { Adds = true }],
        _ => [],
    };

    private IEnumerable<Act> Drafting(ActsAsked<ScaleUpReview> asked)
    {
        var (about, words) = (asked.View.State.Case, asked.Words);
        yield return Row(asked, "describe-case", a => Described(a),
        [
            new("target", Asks.Text) { Optional = true, Given = about.Target.Words }, new("levels", Asks.Several) { Options = [.. Levels(words)], Given = string.Join('\n', about.Target.Levels.SelectMany(question => question.Value, (question, level) => $"{question.Key}={level}")) },
            Cost("cost-likely", about.Cost, about.Cost?.Likely), Cost("cost-low", about.Cost, about.Cost?.Low), Cost("cost-high", about.Cost, about.Cost?.High), new("currency") { Optional = true, Given = about.Cost?.Currency },
            new("cost-words", Asks.Text) { Optional = true, Given = about.Cost?.Words }, new("justification", Asks.Text) { Optional = true, Given = about.Justification },
            new("optimal-scale", Asks.Text) { Optional = true, Given = about.OptimalScale }, new("bottleneck", Asks.Select) { Optional = true, Options = words.Choices<Area>(), Given = about.Bottleneck?.ToString() },
            new("bottleneck-words", Asks.Text) { Optional = true, Given = about.BottleneckWords },
            new("equity", Asks.Lines) { Optional = true, Given = string.Join('\n', about.Equity.Select(row => row.Source.Length > 0 ? $"{row.Group}: {row.Says} | {row.Source}" : $"{row.Group}: {row.Says}")) },
        ]);
        yield return Row(asked, "assess-scalability", a => new AssessScalability([.. Enum.GetValues<Area>().Select(area => new AreaScore(area, a.One<Ease>($"{area}"), a[$"{area}-evidence"]))]),
        [
            .. Enum.GetValues<Area>().SelectMany(area => (Question[])
            [
                new($"{area}", Asks.One) { Label = words.Name(area), Options = words.Choices<Ease>() }, new($"{area}-evidence") { Label = words["What does that rest on: {area}", ("area", words.Name(area))], Hint = words["A link, or the name of a record."] },
            ]),
        ]) with { Adds = true };
        yield return Row(asked, "submit-case", _ => new SubmitCase());
        yield return Row(asked, "return-case", _ => new ReturnCase(), Question.Why);
        yield return Row(asked, "table-case", a => new TableCase(a.Day("vote-from")!.Value, a["agenda"]), new Question("vote-from", Asks.Day), new("agenda", Asks.Text) { Optional = true });
        yield return Row(asked, "defer-case", a => new DeferCase(a.Day("until")!.Value), new Question("until", Asks.Day), Question.Why);
        yield return Withdraw(asked);
    }

    private Act Withdraw(ActsAsked<ScaleUpReview> asked) => Row(asked, "withdraw-case", _ => new WithdrawCase(), Question.Why);

    private async Task<IEnumerable<Act>> Meeting(ActsAsked<ScaleUpReview> asked)
    {
        var (review, words) = (asked.View.State, asked.Words);
        var eligible = new List<Choice>();
        foreach (var person in review.Eligible) eligible.Add(new(person, (await people.Known(person))?.Name ?? person));
        return
        [
            Row(asked, "declare-tie", a => new DeclareTie(a.OneOrNull<TieGround>("ground"), a.OneOrNull<TieKind>("kind") ?? TieKind.Soft, a["words"]),
                new Question("ground", Asks.Select) { Optional = true, Options = words.Choices<TieGround>() }, new("kind", Asks.One) { Optional = true, Options = words.Choices<TieKind>() }, new("words", Asks.Text) { Optional = true }) with { Adds = true },
            Row(asked, "open-vote", a => new OpenVote(MotionOf(a), a.One<Procedure>("procedure"), a.One<Procedure>("procedure") is Procedure.Written ? [] : a.All("present")),
            [
                Question.Of<DecisionKind>("decision", words), new("motion", Asks.Text),
                .. Enumerable.Range(1, ConditionsMost).SelectMany(n => (Question[])[new($"condition-{n}") { Optional = true, Label = words["Condition {n}", ("n", n)] }, new($"owner-{n}", Asks.Person) { Optional = true, Label = words["Who sees to condition {n}?", ("n", n)] }, new($"due-{n}", Asks.Day) { Optional = true, Label = words["By when is condition {n} met?", ("n", n)] }]),
                new("cells", Asks.Lines) { Optional = true }, new("components", Asks.Lines) { Optional = true }, Question.Of<Procedure>("procedure", words), new("present", Asks.Several) { Options = eligible },
            ]),
            Row(asked, "note-presence", a => new NotePresence(a["person"], a.Yes("present")), new Question("person", Asks.Select) { Options = eligible }, new("present", Asks.YesNo)) with { Adds = true, Offered = review.Round?.Procedure is Procedure.Meeting },
            Row(asked, "adjourn-vote", _ => new AdjournVote(), Question.Why),
            Row(asked, "decide-case", a => new DecideCase(a["rationale"], a["dissent"], a.Day("review-on")!.Value), new Question("rationale", Asks.Text), new("dissent", Asks.Text) { Optional = true }, new("review-on", Asks.Day)),
            Row(asked, "add-minute", a => new AddMinute(a["words"]), new Question("words", Asks.Text)) with { Adds = true },
            Row(asked, "close-case", _ => new CloseCase()),
        ];
    }

    private Act Vote(ActsAsked<ScaleUpReview> asked, string dossier)
    {
        var review = asked.View.State;
        var mine = review.Round?.Votes.GetValueOrDefault(asked.Who.Person);
        return Row(asked, "vote", a => new CastVote(a.One<Ballot>("choice"), a["reason"], dossier), new Question("choice", Asks.One) { Options = asked.Words.Choices<Ballot>(), Given = mine?.Choice.ToString() }, new("reason", Asks.Text) { Given = mine?.Reason }) with
        {
            Adds = true, About = review.Round?.Motion.Words, Offered = review.Eligible.Contains(asked.Who.Person),
        };
    }

    private IEnumerable<Act> On(ActsAsked<ScaleUpReview> asked, string id)
    {
        if (asked.View.State.Conditions.FirstOrDefault(one => one.Condition.Id == id) is not { } condition) yield break;
        yield return Row(asked, "tell-met", a => new TellConditionMet(id, a["evidence"]), new Question("evidence", Asks.Text)) with
        {
            Adds = true, About = condition.Condition.Words, Offered = condition.State is ConditionState.Open && condition.Condition.Owner == asked.Who.Person,
        };
        yield return Row(asked, "accept-met", _ => new AcceptCondition(id)) with { Adds = true, About = condition.Condition.Words, Offered = condition.State is ConditionState.Told && condition.ToldBy != asked.Who.Person };
    }

    protected override bool MayNow(ScaleUpReview review, Type command, Principal who) => MayNow(ScaleUpReview.Steps, review.State, command, who) && command.Name switch
    {
        nameof(AssessScalability) => review.DraftedBy != who.Person,
        nameof(DeclareTie) or nameof(CastVote) => review.IsSeated(who.Person),
        _ => true,
    };

    protected override Task<Outcome> Send(ActsAsked<ScaleUpReview> asked, Request request, ICommand<ScaleUpReview> command) => reviews.Execute(asked.Who, request, asked.View.Id, (ScaleUpReviewCommand)command);

    private static DescribeCase Described(Answers a)
    {
        var currency = a["currency"].ToUpperInvariant();
        var levels = a.All("levels").Select(chosen => chosen.Split('=', 2)).GroupBy(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new()
        {
            Target = new(a["target"]) { Levels = levels.ToImmutableSortedDictionary(question => question.Key, question => question.ToImmutableArray(), StringComparer.Ordinal) },
            Cost = a.OrNull("cost-likely") is { } likely ? new(Amounts.Read(likely, currency) ?? 0, Amounts.Read(a["cost-low"], currency) ?? 0, Amounts.Read(a["cost-high"], currency) ?? 0, currency, a["cost-words"]) : null,
            Justification = a["justification"], OptimalScale = a["optimal-scale"], Bottleneck = a.OneOrNull<Area>("bottleneck"), BottleneckWords = a["bottleneck-words"], Equity = [.. a.All("equity").Select(Equity)],
        };
    }

    /// <summary>“Girls: nothing is known of them | the trial’s report”.</summary>
    private static EquityRow Equity(string line)
    {
        var (said, source) = line.Split('|', 2, StringSplitOptions.TrimEntries) is [var first, var second] ? (first, second) : (line, "");
        return said.Split(':', 2, StringSplitOptions.TrimEntries) is [var group, var says] ? new(group, says, source) : new(said, "", source);
    }

    private static Motion MotionOf(Answers a) => new(a.One<DecisionKind>("decision"), a["motion"])
    {
        Cells = a.All("cells"), Components = a.All("components"),
        Conditions =
        [
            .. Enumerable.Range(1, ConditionsMost).Where(n => a.OrNull($"condition-{n}") is not null)
                .Select(n => new Condition(string.Create(CultureInfo.InvariantCulture, $"c{n}"), a[$"condition-{n}"], a[$"owner-{n}"], a.Day($"due-{n}") ?? default)),
        ],
    };

    private static Question Cost(string name, CostAtScale? cost, long? minor) => new(name, Asks.Number) { Optional = true, Given = cost is not null && minor is { } known ? Money.Write(cost.Currency, known) : null };

    /// <summary>Kinds of schools that a target may name, as <c>locality=rural</c>.</summary>
    private static IEnumerable<Choice> Levels(Words words) =>
        from question in Untried.Kinds
        from level in Untried.LevelsOf(question)
        select new Choice($"{question.Code}={level}", words["{question}: {answer}", ("question", ContextQuestions.Name(question.Code, words)), ("answer", EvidenceWords.Answer(level, words))]);
}
