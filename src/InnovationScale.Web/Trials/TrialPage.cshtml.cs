using System.Collections.Immutable;
using InnovationScale.Components;
using InnovationScale.Evaluations;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Trials;

/// <summary>One trial: what to do next, the dated plan, schools, results and their checks, the lock, and what happened.</summary>
public sealed class TrialPage(Desk desk, TrialDesk trials, PilotLists lists, EvaluationLists evaluations) : AppPage
{
    private static readonly ImmutableArray<Move> Moves =
    [
        new("submit", Words.Key("Give the plan to somebody else to look at"), _ => new SubmitTrial()),
        new("return", Words.Key("Give the plan back"), _ => new ReturnTrial()),
        new("register", Words.Key("Date the plan"), _ => new RegisterTrial()),
        new("recruit", Words.Key("Begin to look for schools and pupils"), _ => new StartRecruiting()),
        new("begin", Words.Key("Begin teaching and measuring"), _ => new StartFieldwork()),
        new("propose-lock", Words.Key("Close the results: I am the first of two"), _ => new ProposeLock()),
        new("lock", Words.Key("Close the results: I am the second of two"), page => new ConfirmLock(page.Hash ?? "")),
        new("propose-unlock", Words.Key("Open the results again: I am the first of two"), _ => new ProposeUnlock(), Warning: true),
        new("unlock", Words.Key("Open the results again: I am the second of two"), _ => new ConfirmUnlock(), Warning: true),
        new("stop", Words.Key("End the trial early"), _ => new StopTrial(), Warning: true),
        new("withdraw", Words.Key("Take the trial back"), _ => new WithdrawTrial(), Warning: true),
    ];

    private View<Trial> view = new("", Trial.New, 0);
    private Standing standing = null!;

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>The school whose results are shown one by one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? School { get; set; }

    [BindProperty]
    public long? Version { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Hash { get; set; }

    [BindProperty]
    public string? What { get; set; }

    [BindProperty]
    public string? NewSchool { get; set; }

    [BindProperty]
    public string? Arm { get; set; }

    [BindProperty]
    public DateOnly? Joined { get; set; }

    public Trial Trial => view.State;

    public long CurrentVersion => view.Version;

    public IReadOnlyList<Move> NextMoves { get; private set; } = [];

    public IReadOnlyList<ArmFlow> Flow { get; private set; } = [];

    public IReadOnlyList<ArmFlow> FlowBySchool { get; private set; } = [];

    /// <summary>What others than those who work with single results see of schools.</summary>
    public MeasuredTable? Measured { get; private set; }

    /// <summary>The person works with single results; what anybody may see is computed from many.</summary>
    public bool ReadsCells { get; private set; }

    public IReadOnlyList<SchoolResults> Results { get; private set; } = [];

    public IReadOnlyList<HeldCell> Shown { get; private set; } = [];

    /// <summary>What schools delivered, for whoever may read single results.</summary>
    public IReadOnlyList<SiteDose> Doses => ReadsCells && Trial.State >= TrialState.InField ? SiteDose.Of(Trial) : [];

    public IReadOnlyList<Batch> Batches { get; private set; } = [];

    public IReadOnlyList<EvaluationListed> Evaluations { get; private set; } = [];

    public IReadOnlyList<Happened> Story { get; private set; } = [];

    public IReadOnlyList<Choice> Schools { get; private set; } = [];

    public IReadOnlyList<Choice> Arms => [.. Trial.Plan.Arms.Select(arm => new Choice(arm.Name, arm.Name))];

    public string Title => Trial.Title is "" ? "A trial without a title" : Trial.Title;

    /// <summary>What to do as the trial stands.</summary>
    public string Next => Words.Choices<TrialState>().First(choice => choice.Value == Trial.State.ToString()).Hint ?? "";

    public string? HashToClose => Trial.ProposedLock?.DatasetSha256;

    public string NameOf(string id) => names.GetValueOrDefault(id, id);

    private Dictionary<string, string> names = [];

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public Task<IActionResult> OnPostMove(string step) => Moves.FirstOrDefault(move => move.Name == step) is { } move
        ? Do(move.Command(this))
        : Task.FromResult<IActionResult>(NotFound());

    public Task<IActionResult> OnPostDeviation() => Do(new ReportDeviation(What ?? ""), field: nameof(What));

    public Task<IActionResult> OnPostSite() => Joined is not { } joined
        ? Do(null, Refusal.Invalid("site-joined", "Give the day the school joined."), nameof(Joined))
        : Do(new AddSite(NewSchool ?? "", null, string.IsNullOrEmpty(Arm) ? null : Arm, joined), field: nameof(NewSchool));

    public Task<IActionResult> OnPostCheckBatch(string batch) => Do(new VerifyBatch(batch));

    public Task<IActionResult> OnPostRevert(string batch) => Do(new RevertBatch(batch));

    /// <summary>All results of a school that somebody else recorded and nobody has checked.</summary>
    public async Task<IActionResult> OnPostCheckSchool(string checks)
    {
        var trial = (await desk.Look<Trial>(Who, "read-trial", Id)).State;
        var places = trial.Cells.Held.Where(held => held.Cell.School == checks && held.VerifiedBy is null && held.RecordedBy != Who.Person).Select(held => held.Cell.Key);
        return await Do(new VerifyCells([.. places]));
    }

    public async Task<IActionResult> OnPostEvaluate()
    {
        var trial = (await desk.Look<Trial>(Who, "read-trial", Id)).State;
        var method = Methods.All.First(known => known.Model == trial.Plan.Analysis);
        var evaluation = Ids.For(Who, Asked(), Evaluation.Kind);
        var outcome = await trials.Execute(Who, Asked(), evaluation, new ComputeEvaluation(Id, trial.LockedSha256 ?? "", method.Name));
        return outcome.Refusal is { } refusal ? await Do(null, refusal) : See($"evaluations/{evaluation}");
    }

    /// <summary>Single schools and results may be worked on.</summary>
    public bool Acts => May(typeof(SiteLeaves)) || May(typeof(CorrectCell));

    public bool May(Type command) => TrialSteps.Table.Rows.FirstOrDefault(row => row.Command == command) is { } row
        && row.From.Contains(Trial.State) && desk.May(Who, Access.ActionOf(command), standing);

    public static bool NeedsReason(Type command) => TrialSteps.Table.Rows.First(row => row.Command == command).NeedsReason;

    private async Task<IActionResult> Do(TrialCommand? command, Refusal? before = null, string? field = null)
    {
        var refusal = before ?? (await trials.Execute(Who, Asked(Reason, Version), Id, command!)).Refusal;
        if (refusal is null) return See($"trials/{Id}");

        return await Load() ? Refuse(refusal, refusal.Missing is [] ? field : null) : NotFound();
    }

    private async Task<bool> Load()
    {
        view = await desk.Look<Trial>(Who, "read-trial", Id);
        if (!view.Exists) return false;

        standing = await desk.StandingOf(Who, view);
        NextMoves = [.. Moves.Where(move => May(move.Command(this).GetType()) && Fits(move.Name))];
        ReadsCells = desk.May(Who, "read-cells", standing);
        if (ReadsCells) FlowBySchool = [.. ArmFlow.BySchool(Trial)];
        else Measured = MeasuredTable.Of(Trial);
        Flow = [.. ArmFlow.Of(Trial, ReadsCells, Measured)];
        var measured = FlowBySchool.GroupBy(flow => flow.School!, flow => flow.Measured, StringComparer.Ordinal).ToDictionary(school => school.Key, school => school.Sum(), StringComparer.Ordinal);
        Results =
        [
            .. Trial.Cells.Held.GroupBy(held => held.Cell.School, StringComparer.Ordinal).Select(school => new SchoolResults(school.Key, school.Count(),
                measured.GetValueOrDefault(school.Key), school.Count(held => held.VerifiedBy is null),
                school.Any(held => held.VerifiedBy is null && held.RecordedBy != Who.Person))),
        ];
        if (School is not null && ReadsCells) Shown = [.. Trial.Cells.Held.Where(held => held.Cell.School == School)];
        if (ReadsCells) Batches = [.. Trial.Batches.Values.OrderByDescending(batch => batch.At)];
        (var found, _) = await evaluations.List(Who, new(Trial: Id), 20, null);
        Evaluations = found;
        Story = PilotTimeline.Folded(await PilotTimeline.Of(Who, [Streams.Of<Trial>(Id)], desk, lists, Words), Words);
        names = await lists.Names(Who, [.. Trial.Sites.Select(site => site.School), .. Batches.Select(batch => batch.By)]);
        if (May(typeof(AddSite)))
        {
            var known = Trial.Sites.Select(site => site.School).ToHashSet(StringComparer.Ordinal);
            Schools = await desk.Query(Who, "list-schools", connection => Storage.SqlReading.Query(connection,
                "select id, name from school order by name limit 500", r => new Choice(r.GetString(0), r.GetString(1)))) is var all ? [.. all.Where(school => !known.Contains(school.Value))] : [];
        }

        return true;
    }

    /// <summary>What the table of steps allows and the two-person rules would refuse is not offered.</summary>
    private bool Fits(string move) => move switch
    {
        "register" => Trial.SubmittedBy != Who.Person,
        "propose-lock" => Trial.ProposedLock is null,
        "lock" => Trial.ProposedLock is { } proposed && proposed.By != Who.Person,
        "propose-unlock" => Trial.ProposedUnlock is null,
        "unlock" => Trial.ProposedUnlock is { } proposed && proposed.By != Who.Person,
        _ => true,
    };
}

/// <summary>Something that can be done with a trial by pressing a button.</summary>
public sealed record Move(string Name, string Says, Func<TrialPage, TrialCommand> Command, bool Warning = false);

/// <summary>The results of one school, counted.</summary>
/// <param name="Pupils">With a result on the primary outcome.</param>
/// <param name="ForMe">Some of them may be checked by the person who looks.</param>
public sealed record SchoolResults(string School, int Results, long Pupils, int Unchecked, bool ForMe);
