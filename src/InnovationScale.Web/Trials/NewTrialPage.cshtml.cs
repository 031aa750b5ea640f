using InnovationScale.Components;
using InnovationScale.Pilots;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Trials;

/// <summary>The plan of a trial in plain questions; what is left open is asked again before the plan is submitted. Also changes a draft, and, with a reason that everybody sees, a dated plan.</summary>
[Authorize]
public sealed class NewTrialPage(TrialDesk trials, Desk desk, PilotLists pilots, UploadSettings settings) : AppPage
{
    /// <summary>The draft to change; null for a new one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Draft { get; set; }

    [BindProperty]
    public long? Version { get; set; }

    /// <summary>Why a dated plan is changed.</summary>
    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The plan is dated: what is changed is an amendment or, once results exist, a deviation.</summary>
    public bool Amends { get; private set; }

    public bool HasResults { get; private set; }

    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? Pilot { get; set; }

    [BindProperty]
    public Preset Preset { get; set; } = Preset.Standard;

    [BindProperty]
    public string? Hypothesis { get; set; }

    [BindProperty]
    public TrialDesign Design { get; set; } = TrialDesign.MultisiteRandomised;

    [BindProperty]
    public UnitOfAssignment Unit { get; set; } = UnitOfAssignment.Class;

    [BindProperty]
    public string? Trying { get; set; } = "new way";

    [BindProperty]
    public string? TryingWhat { get; set; }

    [BindProperty]
    public string? Usual { get; set; } = "usual way";

    [BindProperty]
    public string? UsualWhat { get; set; }

    [BindProperty]
    public string? Chosen { get; set; }

    [BindProperty]
    public string? Seed { get; set; }

    [BindProperty]
    public int? Pupils { get; set; }

    [BindProperty]
    public int? Units { get; set; }

    [BindProperty]
    public string? Measure { get; set; }

    [BindProperty]
    public string? Points { get; set; } = "points";

    [BindProperty]
    public double? Lowest { get; set; }

    [BindProperty]
    public double? Highest { get; set; }

    [BindProperty]
    public Direction Better { get; set; } = Direction.HigherIsBetter;

    [BindProperty]
    public string? MissingResults { get; set; } = "Classes without results stay in the counts, with the reason.";

    [BindProperty]
    public string? StopEarly { get; set; } = "Nothing.";

    [BindProperty]
    public int? SmallestClass { get; set; }

    [BindProperty]
    public int? DoseMinutes { get; set; }

    [BindProperty]
    public int? DoseWeeks { get; set; }

    [BindProperty]
    public string? DoseCounts { get; set; }

    [BindProperty]
    public int? DosePercent { get; set; }

    public IReadOnlyList<Choice> Pilots { get; private set; } = [];

    /// <summary>A seed nobody has seen, for whoever has none; it is kept nowhere.</summary>
    public string FreshSeed { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    public IReadOnlyList<Choice> Presets => [.. Words.Choices<Preset>().Where(choice => choice.Value is not nameof(InnovationScale.Preset.Light))];

    public async Task<IActionResult> OnGet()
    {
        SmallestClass = settings.MinimumCellSize;
        if (Draft is null)
        {
            await Load();
            return Page();
        }

        if (await Changeable(Draft) is not { } view) return NotFound();

        var (trial, plan) = (view.State, view.State.Plan);
        (Version, Title, Pilot, Preset, Hypothesis, Design, Unit) = (view.Version, trial.Title, trial.Pilot, trial.Preset, plan.Hypothesis, plan.Design, plan.UnitOfAssignment);
        if (plan.Treated().FirstOrDefault() is { } trying) (Trying, TryingWhat) = (trying.Name, trying.Condition);
        if (plan.Comparison is { } usual) (Usual, UsualWhat) = (usual.Name, usual.Condition);
        (Chosen, Seed, Pupils, Units) = (plan.Allocation?.Method, plan.Allocation?.SeedSha256, plan.PlannedPupils, plan.PlannedUnits);
        if (plan.Primary is { } primary) (Measure, Points, Lowest, Highest, Better) = (primary.Measure, primary.Unit, primary.Min, primary.Max, primary.Direction);
        if (plan.Dose is { } dose) (DoseMinutes, DoseWeeks, DoseCounts, DosePercent) = (dose.MinutesAWeek, dose.Weeks, dose.Counts, dose.AsPlannedPercent);
        (MissingResults, StopEarly, SmallestClass) = (plan.MissingDataRule, plan.StoppingRule, plan.MinimumCellSize);
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        await Load();
        if (Draft is not null && await Changeable(Draft) is null) return NotFound();
        if (!ModelState.IsValid) return Mend();

        var request = Asked(Reason, Version);
        if (Draft is { } id)
        {
            var revised = Plan((await desk.Look<Trial>(Who, "read-trial", id)).State.Plan);
            if (settings.Refuse(revised) is { } small) return Refuse(small, nameof(SmallestClass));
            var changed = await trials.Execute(Who, request, id, Amends ? new AmendTrial(revised) : new ReviseTrial(Title ?? "", revised));
            return changed.Refusal is { } no ? Refuse(no, no.Code is "reason-needed" ? nameof(Reason) : null) : See($"trials/{id}");
        }

        if (Pilot is null) return Refuse(Refusal.Invalid("trial-of-nothing", "Choose the pilot that leads the trial: it says what is tried."), nameof(Pilot));
        var pilot = (await desk.Look<Pilot>(Who, "read-pilot", Pilot)).State;
        var plan = Plan(new());
        if (settings.Refuse(plan) is { } low) return Refuse(low, nameof(SmallestClass));

        var trial = Ids.For(Who, request, Trial.Kind);
        var outcome = await trials.Execute(Who, request, trial, new DraftTrial(Title ?? "", pilot.Innovation ?? "", pilot.Version ?? "", Pilot, Preset, plan));
        return outcome.Refusal is { } refusal ? Refuse(refusal, refusal.Code is "trial-of-nothing" ? nameof(Pilot) : null) : See($"trials/{trial}");
    }

    /// <summary>A draft, or a dated plan that may still be changed; null for any other.</summary>
    private async Task<View<Trial>?> Changeable(string id)
    {
        var view = await desk.Look<Trial>(Who, "read-trial", id);
        (Amends, HasResults) = (view.State.State is TrialState.Registered or TrialState.Recruiting or TrialState.InField, view.State.FirstObservationAt is not null);
        return Amends || view.State.State is TrialState.Draft ? view : null;
    }

    private async Task Load() => Pilots = [.. (await pilots.Running(Who)).Select(pilot => new Choice(pilot.Id, pilot.Title))];

    /// <summary>What was answered, over a plan that may hold more than this page asks.</summary>
    private Registration Plan(Registration before) => before with
    {
        Hypothesis = Text(Hypothesis),
        Design = Design,
        UnitOfAssignment = Unit,
        Arms = [new(Text(Trying), false, Text(TryingWhat)), new(Text(Usual), true, Text(UsualWhat)), .. before.Arms.Where(arm => !arm.Comparison).Skip(1)],
        Allocation = Text(Chosen) is "" ? null : (before.Allocation ?? new("")) with { Method = Text(Chosen), SeedSha256 = Text(Seed) is "" ? null : Text(Seed) },
        PlannedPupils = Pupils,
        PlannedUnits = Units,
        Primary = Text(Measure) is "" ? null : (before.Primary ?? new("", "", 0, 0, Better)) with
        {
            Measure = Text(Measure), Unit = Text(Points), Min = Lowest ?? 0, Max = Highest ?? 0, Direction = Better,
        },
        Dose = DoseMinutes is null && DoseWeeks is null && Text(DoseCounts) is "" ? null : new(DoseMinutes ?? 0, DoseWeeks ?? 0, Text(DoseCounts), DosePercent ?? 80),
        MissingDataRule = Text(MissingResults),
        StoppingRule = Text(StopEarly),
        MinimumCellSize = SmallestClass ?? settings.MinimumCellSize,
    };

    private static string Text(string? typed) => typed?.Trim() ?? "";
}
