using System.Collections.Immutable;
using InnovationScale.Search;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Pilots;

/// <summary>Pilots as the host runs and lists them.</summary>
public static class PilotsFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Pilots, Teams, Drafts, Found], Grants.GrantFollowUps.Of).Add<Comments>();
        access.Allow<StartPilot>(Teacher, SchoolLead, Facilitator).Allow<DecideEthics>(SafeguardingLead.At(Relation.Network))
            .Allow<PausePilot>(SchoolLead.At(Relation.Home), Facilitator.At(Relation.Network), SafeguardingLead.At(Relation.Network))
            .Allow<ResumePilot>(SchoolLead.At(Relation.Home), Facilitator.At(Relation.Network), SafeguardingLead.At(Relation.Network))
            // Each gate says which of them it counts. A facilitator signs for her own network; researchers, data stewards and evaluators come from a pool.
            .Allow<MovePilot>([.. Access.SignedIn.To(Relation.Team | Relation.Beside), SchoolLead.At(Relation.Home), Facilitator.At(Relation.Network), Researcher, DataSteward, Evaluator, Role.System])
            .Allow<ConfirmPilot>(SchoolLead.At(Relation.Home))
            // Whoever holds an open link may, whatever her part; the system looks whether it is one.
            .Allow<JoinByLink>(Role.System);
        foreach (var command in (Type[])[typeof(DescribePilot), typeof(ChooseInnovation), typeof(JoinTeam), typeof(InviteColleague), typeof(LeaveTeam), typeof(NameSecondAdult), typeof(TellHead),
            typeof(AnswerRoutinePractice), typeof(DescribeTeaching), typeof(DescribePilotContext), typeof(RequestEthics), typeof(PlanEnquiry), typeof(StateConsentBasis),
            typeof(AcceptCoreComponents), typeof(SayWhatChanged), typeof(WriteLessons), typeof(ChangePreset)])
        {
            access.Allow(Access.ActionOf(command), Team);
        }

        // Whoever sees a pilot reads what is said about it. Words that were withdrawn stand in the history, for those who look after people.
        access.Allow<WriteComment>(Access.SignedIn).Allow<WithdrawComment>(Access.SignedIn).Allow("list-comments", Access.Everybody).Allow("read-comments", SafeguardingLead, Auditor);
        access.Allow("read-pilot", Access.Everybody).Allow("list-pilots", Access.Everybody)
            // Everybody sees what was promised; what is still being thought about is its school's own.
            .Allow("read-draft-of-pilot", [.. Access.Working.To(Relation.Home | Relation.Network | Relation.Team | Relation.Beside), Auditor, Role.System])
            .Hide<Pilot>(IsDraft, unless: "read-draft-of-pilot");
    }

    /// <summary>The pilot's own people.</summary>
    internal static ImmutableArray<Grant> Team { get; } = ((ImmutableArray<Grant>)[Teacher, SchoolLead, Researcher, Facilitator]).To(Relation.Team);

    /// <summary>What holds of a pilot's row that is no draft.</summary>
    internal const string Promised = "p.stage <> 'Draft'";

    private static bool IsDraft(Pilot pilot) => pilot.Stage is PilotStage.Draft;

    public static ReadTable<Pilot> Pilots { get; } = ReadTable<Pilot>.OneRow("pilot", 5,
        [
            ("title", "text"), ("title_lower", "text"), ("subject", "text"), ("school", "text"), ("country", "text"), ("started_at", "text"), ("stage", "text"), ("status", "text"), ("closed_as", "text"), ("preset", "text"),
            ("innovation", "text"), ("innovation_version", "text"), ("second_adult", "text"), ("awaits_signature", "text"), ("awaits_ethics", "bigint"), ("origin", "text"), ("version", "bigint"),
        ],
        // The first ones list in the order of time, whatever is asked for with them; the last but one counts everything without looking at a row.
        [
            "started_at, id", "stage, started_at, id", "country, started_at, id", "country, stage, started_at, id", "innovation, innovation_version, started_at, id", "subject, started_at, id",
            "title_lower, id", "school", "second_adult", "country, stage, status, preset", "awaits_ethics", "awaits_signature", "origin",
        ],
        view => view.State is var p
            ?
            [
                p.Title, Sorted(p.Title), p.Context.GetValueOrDefault("subject")?.Value, p.School, p.Country, Time.Write(p.StartedAt), p.Stage.ToString(), p.Status.ToString(), p.ClosedAs?.ToString(), p.Preset.ToString(),
                p.Innovation, p.Version, p.SecondAdult?.Person, p.Signing?.ToString(), p.AwaitsEthics ? 1L : 0L, p.Origin, view.Version,
            ]
            : []);

    public static ReadTable<Pilot> Drafts { get; } = HiddenRows.Table<Pilot>(1, IsDraft);

    public static ReadTable<Pilot> Found { get; } = Searched.Table<Pilot>(2, p =>
        new(p.Title, p.Problem ?? "", p.Country, Hidden: IsDraft(p), [p.Title, p.Problem, p.Learners, p.Enquiry.Question, p.Enquiry.Watch, .. p.Lessons]) { Stage = p.Stage.ToString(), Year = p.StartedAt.Year });

    private const int SortedMost = 200;

    /// <summary>A title as it is sorted and searched: small letters, and not longer than an index takes.</summary>
    internal static string Sorted(string title)
    {
        var small = title.ToLowerInvariant();
        return small.Length <= SortedMost ? small : small[..(char.IsHighSurrogate(small[SortedMost - 1]) ? SortedMost - 1 : SortedMost)];
    }

    public static ReadTable<Pilot> Teams { get; } = new("pilot_member", 1, [("person", "text")], ["person"],
        view => view.State.Team.Select(person => new object?[] { person }), many: true, same: (before, after) => before.Team == after.Team);
}
