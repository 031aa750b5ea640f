using InnovationScale.Search;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Trials;

/// <summary>Trials as the host runs and lists them.</summary>
public static class TrialsFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Trials, Sites, HiddenRows.Table<Trial>(1, HasNoDate), Searched.Table<Trial>(3, t =>
            new(t.Title, t.Plan.Hypothesis, null, Hidden: HasNoDate(t), t.Title, t.Plan.Hypothesis) { Stage = t.State.ToString(), Year = t.RegisteredAt?.Year })], TrialFollowUps.Of);
        access.Allow(TrialSteps.Table).Allow("read-trial", Access.Everybody).Allow("list-trials", Access.Everybody)
            // A plan is public from the day it is dated. Before, it is read by who works on it and who may date it.
            .Allow("read-plan-without-date", [.. Access.Working.To(Relation.Home | Relation.Site | Relation.Network | Relation.Team), Researcher, Evaluator, Facilitator, ProgrammeOfficer, Auditor, Role.System])
            .Hide<Trial>(HasNoDate, unless: "read-plan-without-date")
            // Cells may be of as few as five pupils; what is published is computed from them and holds no group under ten.
            .Allow("read-cells", Teacher.At(Relation.Home | Relation.Site), SchoolLead.At(Relation.Home | Relation.Site), Researcher.At(Relation.Home | Relation.Network | Relation.Team), DataSteward.At(Relation.Home | Relation.Network), Facilitator.At(Relation.Network),
                ProgrammeOfficer.At(Relation.Network), Evaluator, Reviewer, Auditor);
    }

    /// <summary>What holds of a trial's row that was registered.</summary>
    internal const string Dated = "registered_at is not null";

    private static bool HasNoDate(Trial trial) => trial.RegisteredAt is null;

    public static ReadTable<Trial> Trials { get; } = ReadTable<Trial>.OneRow("trial", 1,
        [
            ("title", "text"), ("innovation", "text"), ("innovation_version", "text"), ("pilot", "text"), ("preset", "text"), ("state", "text"), ("design", "text"),
            ("registered_at", "text"), ("first_observation_at", "text"), ("locked_sha256", "text"), ("evaluation", "text"),
            ("sites", "bigint"), ("cells", "bigint"), ("unverified", "bigint"), ("version", "bigint"),
        ],
        ["pilot", "innovation, innovation_version"],
        view => view.State is var t
            ?
            [
                t.Title, t.Innovation, t.Version, t.Pilot, t.Preset.ToString(), t.State.ToString(), t.Plan.Design.ToString(),
                t.RegisteredAt is { } registered ? Time.Write(registered) : null, t.FirstObservationAt is { } first ? Time.Write(first) : null, t.LockedSha256, t.Evaluation,
                (long)t.Sites.Length, (long)t.Cells.Count, (long)t.Cells.Unverified, view.Version,
            ]
            : []);

    public static ReadTable<Trial> Sites { get; } = new("trial_site", 1,
        [("school", "text"), ("pilot", "text"), ("arm", "text"), ("joined", "text"), ("left_on", "text")],
        ["school", "pilot"],
        view => view.State.Sites.Select(s => new object?[] { s.School, s.Pilot, s.Arm, s.Joined.ToString("O"), s.Left?.ToString("O") }),
        many: true, same: (before, after) => before.Sites == after.Sites);
}
