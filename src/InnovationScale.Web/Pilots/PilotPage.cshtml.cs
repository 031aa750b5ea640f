using System.Collections.Immutable;
using InnovationScale.Components;
using InnovationScale.Enquiry;
using InnovationScale.Safeguarding;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Pilots;

/// <summary>One pilot: what to do next, every way on with what is missing and who can supply it, its cycles and its story.</summary>
public sealed class PilotPage(Desk desk, PilotDesk pilots, PilotLists lists, TeamLinks links, TimeProvider clock) : PilotForm(desk, pilots)
{
    private readonly Desk desk = desk;
    private readonly PilotDesk pilots = pilots;
    private Dictionary<string, string> names = [];
    private Standing standing = null!;

    [BindProperty]
    public EthicsOutcome? Outcome { get; set; }

    [BindProperty]
    public string? Reference { get; set; }

    [BindProperty]
    public DateOnly? Expires { get; set; }

    [BindProperty]
    public string? Lessons { get; set; }

    [BindProperty]
    public string? PauseReason { get; set; }

    [BindProperty]
    public string? Worry { get; set; }

    [BindProperty]
    public string? Grave { get; set; }

    [BindProperty]
    public PilotTo? To { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Said { get; set; }

    public ImmutableArray<Comment> Comments { get; private set; } = [];

    /// <summary>Pilots elsewhere that try this one again.</summary>
    public IReadOnlyList<PilotRow> TriedAgain { get; private set; } = [];

    /// <summary>The title of the pilot that this one tries again.</summary>
    public string? OriginTitle { get; private set; }

    public IReadOnlyList<(PilotTo To, ImmutableArray<Missing> Missing, ImmutableArray<Missing> StillToSign)> Gates { get; private set; } = [];

    public IReadOnlyList<(Preset To, ImmutableArray<Missing> Missing)> MovingUp { get; private set; } = [];

    public IReadOnlyList<(View<Cycle> View, Charts.RunChart? Picture)> Cycles { get; private set; } = [];

    public IReadOnlyList<(string Id, string Title, string State)> Trials { get; private set; } = [];

    public IReadOnlyList<Happened> Story { get; private set; } = [];

    public IReadOnlyList<Choice> Ends { get; private set; } = [];

    /// <summary>The move this person can sign now.</summary>
    public PilotTo? ToSign { get; private set; }

    /// <summary>The page that brings the pilot on, for somebody on the team.</summary>
    public (string What, string Href)? Next { get; private set; }

    public bool OnTeam => Person is not null && Pilot.OnTeam(Person.Id);

    public bool Running => Pilot.Status is PilotStatus.Active or PilotStatus.Paused;

    public bool DecidesEthics => Pilot.AwaitsEthics && desk.May(Who, "decide-ethics", standing) && !OnTeam;

    public bool MayPause => desk.May(Who, "pause-pilot", standing);

    /// <summary>What is said where this person has nothing to do.</summary>
    public string Waiting => Pilot switch
    {
        { Status: PilotStatus.Closed or PilotStatus.Withdrawn } => Words["It has ended. Its record stays as it is."],
        { Status: PilotStatus.Paused } => Words["It is paused."],
        { Signing: { } to } => Words["“{step}” is signed and waits for somebody else.", ("step", Words.Name(to))],
        _ when Person is null => Words["Nothing for visitors."],
        _ => Words["Nothing waits for you here."],
    };

    public string NameOf(string id) => names.GetValueOrDefault(id, id);

    public async Task<IActionResult> OnGet() => await LoadPage() ? Page() : NotFound();

    public Task<IActionResult> OnPostMove(PilotTo to, long version) => Do(new MovePilot(to), version: version);

    public Task<IActionResult> OnPostPreset(Preset to) => Do(new ChangePreset(to));

    public Task<IActionResult> OnPostEthics() => Outcome is { } outcome
        ? Do(new DecideEthics(outcome, Reference ?? "", Expires), field: nameof(Reference))
        : MendAt(nameof(Outcome), Words["Choose a decision."]);

    public Task<IActionResult> OnPostLessons() => Do(
        new WriteLessons([.. (Lessons ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]), field: nameof(Lessons));

    public Task<IActionResult> OnPostPause() => Do(new PausePilot(Who.Is(Role.SafeguardingLead)), PauseReason, field: nameof(PauseReason));

    public Task<IActionResult> OnPostResume() => Do(new ResumePilot(), PauseReason, field: nameof(PauseReason));

    public Task<IActionResult> OnPostEnd() => To is { } to && IsEnd(to)
        ? Do(new MovePilot(to), Reason)
        : MendAt(nameof(To), Words["Choose how it ends."]);

    /// <summary>The link that has just been made.</summary>
    public string? Link { get; private set; }

    public async Task<IActionResult> OnPostInvite()
    {
        var (outcome, secret) = await links.Invite(Who, Asked(), Id);
        if (!await LoadPage()) return NotFound();
        if (outcome.Refusal is { } refusal) return Refuse(refusal);

        Link = LinkTo($"pilots/{Id}/join", secret);
        CommandId = Guid.CreateVersion7().ToString();
        return Page();
    }

    public async Task<IActionResult> OnPostWorry()
    {
        if (Grave is not ("yes" or "no")) return await MendAt(nameof(Grave), Words["Choose yes or no."]);
        if (!await LoadPage()) return NotFound();

        var raised = await desk.Execute(Who, Asked(), Ids.For(Who, Asked(), Incident.Kind), new RaiseIncident(Id, Grave is "yes" ? Severity.Hard : Severity.Soft, Worry ?? ""));
        return raised.Refusal is { } refusal ? Refuse(refusal, nameof(Worry)) : See($"pilots/{Id}");
    }

    public async Task<IActionResult> OnPostComment()
    {
        if (Person is null) return Challenge();
        if (!await LoadPage()) return NotFound();

        var outcome = await desk.Execute(Who, Asked(), Id, new WriteComment(Ids.For(Who, Asked(), "comment"), Said ?? ""));
        return outcome.Refusal is { } refusal ? Refuse(refusal, nameof(Said)) : See($"pilots/{Id}#comments");
    }

    public async Task<IActionResult> OnPostWithdraw(string? comment)
    {
        if (Person is null) return Challenge();
        if (!await LoadPage()) return NotFound();

        var outcome = await desk.Execute(Who, Asked(), Id, new WithdrawComment(comment ?? ""));
        return outcome.Refusal is { } refusal ? Refuse(refusal) : See($"pilots/{Id}#comments");
    }

    /// <summary>This person could try it in her own school.</summary>
    public bool MayTry => Who.Roles.Any(role => role.Role is Role.Teacher or Role.SchoolLead && role.In != Pilot.School);

    /// <summary>Where a missing answer is given; null where it is not given on a page of the team's own.</summary>
    public string? Supplies(string code) => code is "school-context" && Person is not null ? $"/{Lang}/schools/{Pilot.School}/describe-school" : !OnTeam ? null : code switch
    {
        "teaching-described" => Act("describe-teaching"),
        "learner-context" => Act("describe-learners"),
        "delivery-context" => Act("describe-delivery"),
        "head-consents" => Act("tell-head"),
        "safeguarding-contact" => Act("name-contact"),
        "aim" or "drivers" or "measure" or "challenge-group" => Act("plan-enquiry"),
        "consent-basis" => Act("state-consent"),
        "core-components-accepted" => Act("accept-parts"),
        "what-changed" => Act("say-what-changed"),
        "title" or "problem" or "learners" or "start-month" => $"/{Lang}/pilots/register?pilot={Id}",
        "second-adult" or "head-knows" => $"/{Lang}/pilots/{Id}/who-else",
        "routine-practice" => $"/{Lang}/pilots/{Id}/routine-practice",
        "question" or "watch" => $"/{Lang}/pilots/{Id}/cycles/start",
        "cycle-closed" or "cycle-not-abandoned" or "cycle-closed-adapt" => Open is { } cycle ? $"/{Lang}/cycles/{cycle}" : $"/{Lang}/pilots/{Id}/cycles/start",
        _ => null,
    };

    private string Act(string name) => $"/{Lang}/pilots/{Id}/{name}";

    /// <summary>The cycle that is being worked on.</summary>
    private string? Open => Cycles.LastOrDefault(cycle => cycle.View.State.Stage is not (CycleStage.Closed or CycleStage.Cancelled)).View?.Id;

    private static bool IsEnd(PilotTo to) =>
        to is PilotTo.NoEffect or PilotTo.Harm or PilotTo.NotFeasible or PilotTo.Inconclusive or PilotTo.Circumstances or PilotTo.Withdrawn;

    private async Task<IActionResult> Do(PilotCommand command, string? reason = null, long? version = null, string? field = null)
    {
        if (!await LoadPage()) return NotFound();

        var outcome = await pilots.Execute(Who, Asked(string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), version), Id, command);
        return outcome.Refusal is { } refusal ? Refuse(refusal, refusal.Missing is [] ? field : null) : See($"pilots/{Id}");
    }

    private async Task<IActionResult> MendAt(string field, string sentence)
    {
        if (!await LoadPage()) return NotFound();

        ModelState.AddModelError(field, sentence);
        return Mend();
    }

    private async Task<bool> LoadPage()
    {
        if (!await Load()) return false;

        standing = await desk.StandingOf(Who, View);
        var (facts, day) = (await pilots.Gather(View), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        var ahead = Pilot.Ahead().Select(gate => (Gate: gate, Signed: Pilot.Signing == gate.To ? Pilot.Signed : [])).ToList();
        Gates =
        [
            .. ahead.Where(one => !IsEnd(one.Gate.To)).Select(one => (one.Gate.To, one.Gate.Missing(Pilot, facts, day), one.Gate.StillToSign(Pilot, one.Signed))),
        ];
        ToSign = Gates.Where(gate => gate.Missing is [] && MaySign(ahead.First(one => one.Gate.To == gate.To))).Select(gate => (PilotTo?)gate.To).FirstOrDefault();
        Ends = [.. ahead.Where(one => IsEnd(one.Gate.To) && MaySign(one)).Select(one => new Choice(one.Gate.To.ToString(), Words.Name(one.Gate.To)))];
        MovingUp = Running
            ? [.. Enum.GetValues<Preset>().Where(up => up > Pilot.Preset).Select(up => (up, Pilot.MovingUpWouldAdd(up, facts, day)))]
            : [];

        var cycles = new List<(View<Cycle>, Charts.RunChart?)>();
        foreach (var row in await lists.Cycles(Who, Id))
        {
            var view = await desk.Look<Cycle>(Who, "read-cycle", row.Id);
            var series = CycleChart.Series(view.State);
            cycles.Add((view, CycleChart.Picture(view.State, series, CycleChart.Read(series), Words)));
        }

        Cycles = cycles;
        Trials = await lists.Trials(Who, Id);
        Story = await PilotTimeline.Of(Who, Id, desk, lists, Words);
        Comments = (await desk.Look<Comments>(Who, "list-comments", Id)).State.Said;
        TriedAgain = await lists.TriedAgain(Who, Id);
        if (Pilot.Origin is { } origin && await desk.Look<Pilot>(Who, "read-pilot", origin) is { Exists: true } tried) OriginTitle = tried.State.Title;
        names = await lists.Names(Who, [.. Comments.Select(comment => comment.Person), Pilot.School, .. Pilot.Team, Pilot.SecondAdult?.Person ?? "", Pilot.SecondAdult?.School ?? "", .. Pilot.Signed.Select(s => s.Person)]);
        Next = DecidesEthics ? (Words["task.ethics"], "#ethics") : OnTeam && Pilot.Status is PilotStatus.Active && Pilot.Signing is null ? NextPage() : null;
        return true;
    }

    private bool MaySign((PilotGate Gate, ImmutableArray<Signature> Signed) one) => Person is not null && one.Gate.MaySign(Pilot, one.Signed, Who.Person, desk.As(Who, "move-pilot", standing));

    private (string What, string Href)? NextPage() => Pilot.Stage switch
    {
        PilotStage.Draft when Gates.SelectMany(gate => gate.Missing).Select(missing => Supplies(missing.Code)).FirstOrDefault(href => href is not null) is { } href => (Words["Go on with the draft"], href),
        PilotStage.Draft => (Words["Check your answers and register"], $"/{Lang}/pilots/{Id}/check"),
        PilotStage.Registered when Pilot.Ethics?.Outcome is not null => (Words["Start the first cycle"], $"/{Lang}/pilots/{Id}/cycles/start"),
        PilotStage.Enquiry when Open is { } cycle => (Words["Go on with the cycle"], $"/{Lang}/cycles/{cycle}"),
        PilotStage.Enquiry => (Words["Start another cycle"], $"/{Lang}/pilots/{Id}/cycles/start"),
        _ => null,
    };
}
