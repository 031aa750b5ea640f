using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Pilots;

/// <summary>Pilots as the host runs and lists them.</summary>
public static class PilotsFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Pilots, Teams]);
        access.Allow<StartPilot>(Teacher, SchoolLead).Allow<DecideEthics>(SafeguardingLead)
            .Allow<PausePilot>(SchoolLead, Facilitator, SafeguardingLead).Allow<ResumePilot>(SchoolLead, Facilitator, SafeguardingLead)
            .Allow<MovePilot>(Access.SignedIn).Allow<ConfirmPilot>(SchoolLead);
        foreach (var command in (Type[])[typeof(DescribePilot), typeof(ChooseInnovation), typeof(JoinTeam), typeof(LeaveTeam), typeof(NameSecondAdult), typeof(TellHead),
            typeof(AnswerRoutinePractice), typeof(DescribeTeaching), typeof(DescribePilotContext), typeof(RequestEthics), typeof(PlanEnquiry), typeof(StateConsentBasis),
            typeof(AcceptCoreComponents), typeof(SayWhatChanged), typeof(WriteLessons), typeof(ChangePreset)])
        {
            access.Allow(Access.ActionOf(command), Teacher, SchoolLead, Researcher, Facilitator);
        }

        access.Allow("read-pilot", Access.Everybody).Allow("list-pilots", Access.Everybody)
            // A visitor sees what was promised, not what is still being thought about.
            .Hide<Pilot>(from: (pilot, who) => !who.IsSignedIn && pilot.Stage is PilotStage.Draft);
    }

    public static ReadTable<Pilot> Pilots { get; } = ReadTable<Pilot>.OneRow("pilot", 2,
        [
            ("title", "text"), ("school", "text"), ("country", "text"), ("started_at", "text"), ("stage", "text"), ("status", "text"), ("closed_as", "text"), ("preset", "text"),
            ("innovation", "text"), ("innovation_version", "text"), ("second_adult", "text"), ("awaits_signature", "text"), ("awaits_ethics", "bigint"), ("version", "bigint"),
        ],
        ["school", "started_at", "stage, started_at", "country, stage, started_at", "innovation, innovation_version", "second_adult"],
        view => view.State is var p
            ?
            [
                p.Title, p.School, p.Country, Time.Write(p.StartedAt), p.Stage.ToString(), p.Status.ToString(), p.ClosedAs?.ToString(), p.Preset.ToString(),
                p.Innovation, p.Version, p.SecondAdult?.Person, p.Signing?.ToString(), p.AwaitsEthics ? 1L : 0L, view.Version,
            ]
            : []);

    public static ReadTable<Pilot> Teams { get; } = new("pilot_member", 1, [("person", "text")], ["person"],
        view => view.State.Team.Select(person => new object?[] { person }), many: true, same: (before, after) => before.Team == after.Team);
}
