using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>A small invented trial, state by state, for the stories about trials and what rests on them.</summary>
internal static class ATrial
{
    public static readonly DateTimeOffset Monday = new(2026, 9, 7, 8, 30, 0, TimeSpan.Zero);

    public static readonly Stamp Amina = By("amina", Role.Teacher);
    public static readonly Stamp Mateo = By("mateo", Role.SchoolLead);
    public static readonly Stamp Ndeye = By("ndeye", Role.Researcher);
    public static readonly Stamp Omar = By("omar", Role.Researcher);
    public static readonly Stamp Sela = By("sela", Role.DataSteward);
    public static readonly Stamp Rana = By("rana", Role.ProgrammeOfficer);
    public static readonly Stamp Adler = By("adler", Role.Evaluator, "far-university");
    public static readonly Stamp Iris = By("iris", Role.Auditor, "audit-office");

    /// <summary>People of the team that runs the trial.</summary>
    public static readonly ImmutableArray<string> Team = ["amina", "mateo", "ndeye"];

    public static readonly FieldPermission Allowed = new("ethics-1", "families asked in writing");

    public static readonly RegisteredOutcome Reading = new("reading", "points", 0, 100, Direction.HigherIsBetter) { Attainment = true };

    public static readonly RegisteredOutcome Attendance = new("attendance", "days", 0, 60, Direction.HigherIsBetter);

    public static readonly Registration Plan = new()
    {
        Hypothesis = "Talking before writing raises reading.",
        Design = TrialDesign.MultisiteRandomised,
        UnitOfAssignment = UnitOfAssignment.Class,
        Arms = [new("talk", Comparison: false, "ten minutes of talk in pairs"), new("usual", Comparison: true, "usual lessons")],
        Allocation = new("lots drawn within each school", SeedSha256: "5eed"),
        Primary = Reading,
        Secondary = [Attendance],
        MissingDataRule = "Pupils without a score are left out and counted.",
        StoppingRule = "Nothing.",
    };

    public static Stamp By(string who, Role role, string at = "lantern") => new(who, new(role, at), Monday, "command-1");

    public static Stamp Because(this Stamp stamp, string reason) => stamp with { Reason = reason };

    /// <summary>A class of 20, one of them lost, with a baseline.</summary>
    public static Cell Class(string school, string name, string arm, double mean, int n = 20, string measure = "reading", double spread = 1900) => new()
    {
        School = school, Class = name, Arm = arm, Measure = measure, Wave = "outcome",
        Allocated = n + 1,
        Lost = ImmutableSortedDictionary<string, int>.Empty.Add("moved", 1),
        Outcome = new(n, mean, spread),
        Baseline = new(n, 40, 1900),
        Matched = new(n, 40, 1900, mean, spread, 0.6 * Math.Sqrt(1900 * spread)),
    };

    public static readonly ImmutableArray<Cell> Results =
    [
        Class("heron-bay", "1a", "talk", 52), Class("heron-bay", "1b", "talk", 55), Class("heron-bay", "1c", "usual", 48), Class("heron-bay", "1d", "usual", 47),
        Class("casa", "2a", "talk", 57), Class("casa", "2b", "talk", 54), Class("casa", "2c", "usual", 50), Class("casa", "2d", "usual", 51),
        Class("heron-bay", "1a", "talk", 40, measure: "attendance"), Class("heron-bay", "1c", "usual", 41, measure: "attendance"),
    ];

    public static readonly ImportBatch FirstBatch = new("batch-1", "f11e", 200, "cells-1");

    public static DraftTrial Draft(Preset preset = Preset.Rigorous) => new("Talk first", "talk-first", "1", "pilot-1", preset, Plan);

    public static Story<Trial> Drafted(Preset preset = Preset.Rigorous) => Story.Of<Trial>().After(Draft(preset), Ndeye);

    public static Story<Trial> Submitted(Preset preset = Preset.Rigorous) => Drafted(preset).After(new SubmitTrial(), Ndeye);

    public static Story<Trial> Registered(Preset preset = Preset.Rigorous) => Submitted(preset).After(new RegisterTrial(), Rana);

    public static Story<Trial> WithSchools(Preset preset = Preset.Rigorous) => Registered(preset)
        .After(new AddSite("heron-bay", "pilot-1", Arm: null, new(2026, 9, 1)), Ndeye)
        .After(new AddSite("casa", Pilot: null, Arm: null, new(2026, 9, 1)), Ndeye);

    public static Story<Trial> Recruiting(Preset preset = Preset.Rigorous) => WithSchools(preset).After(new StartRecruiting(), Ndeye);

    public static Story<Trial> InField(Preset preset = Preset.Rigorous) => Recruiting(preset).After(new StartFieldwork { Permission = Allowed }, Ndeye);

    public static Story<Trial> WithResults(Preset preset = Preset.Rigorous) => InField(preset).After(new ImportCells(FirstBatch, Results) { Permission = Allowed }, Ndeye);

    public static Story<Trial> Verified(Preset preset = Preset.Rigorous) => WithResults(preset).After(new VerifyBatch("batch-1"), Sela);

    public static Story<Trial> LockProposed(Preset preset = Preset.Rigorous) => Verified(preset).After(new ProposeLock { Team = Team }, Sela);

    public static Story<Trial> Locked(Preset preset = Preset.Rigorous)
    {
        var proposed = LockProposed(preset);
        return proposed.After(new ConfirmLock(proposed.State.ProposedLock!.DatasetSha256) { Team = Team }, Ndeye);
    }

    public static Story<Trial> Analysed()
    {
        var locked = Locked();
        return locked.After(new MarkAnalysed("evaluation-1") { SignedOn = locked.State.LockedSha256 }, Adler);
    }

    public static Story<Trial> Reported() => Analysed().After(new ReportTrial("report-1"), Ndeye);
}
