using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using InnovationScale.People;

namespace InnovationScale.Pilots;

/// <summary>Everything a gate looks at: the pilot, what other records say, and the day.</summary>
public readonly record struct PilotCase(Pilot Pilot, PilotFacts Facts, DateOnly Day);

/// <summary>One thing a gate asks for.</summary>
/// <param name="Code">Stable; the page and the API name it so.</param>
/// <param name="Sentence">What is missing while it is not there.</param>
/// <param name="Who">Who can supply it.</param>
/// <param name="Met">True when it is there.</param>
public sealed record PilotNeed(string Code, string Sentence, Role Who, Func<PilotCase, bool> Met)
{
    public Missing AsMissing => new(Code, Sentence, Who);
}

/// <summary>A place under a move that one person fills.</summary>
public sealed record PilotSigner(string Code, string Sentence, Role Who, Func<Pilot, Signature, bool> Fits)
{
    public Missing AsMissing => new(Code, Sentence, Who);
}

/// <summary>One row of the table: what leads from a stage to the next under a preset.</summary>
public sealed record PilotGate(PilotStage From, PilotTo To, Preset Preset, ImmutableArray<PilotSigner> Signers, ImmutableArray<PilotNeed> Needs)
{
    /// <summary>The reason is kept in the stamp and must not be empty.</summary>
    public bool AsksReason { get; init; }

    /// <summary>In place of the signers, everyone on the team together.</summary>
    public bool OrWholeTeam { get; init; }

    public string Name => PilotGates.Name(From, To);

    public ImmutableArray<Missing> Missing(Pilot pilot, PilotFacts facts, DateOnly day)
    {
        var seen = new PilotCase(pilot, facts, day);
        return [.. Needs.Where(n => !n.Met(seen)).Select(n => n.AsMissing)];
    }

    /// <summary>Everyone asked for has signed, each place by another person.</summary>
    public bool SignedBy(Pilot pilot, ImmutableArray<Signature> signed) =>
        Filled(pilot, signed) == Signers.Length || (OrWholeTeam && pilot.Team.All(member => signed.Any(s => s.Person == member)));

    /// <summary>This signature fills a place that the others leave open.</summary>
    public bool Counts(Pilot pilot, ImmutableArray<Signature> signed, Signature next) =>
        Filled(pilot, signed.Add(next)) > Filled(pilot, signed) || (OrWholeTeam && pilot.OnTeam(next.Person));

    /// <summary>Whether this person, who has not signed yet, fills a place in one of these roles.</summary>
    public bool MaySign(Pilot pilot, ImmutableArray<Signature> signed, string person, IEnumerable<HeldRole> roles) =>
        signed.All(one => one.Person != person) && roles.Any(role => Counts(pilot, signed, new(person, role)));

    public ImmutableArray<Missing> StillToSign(Pilot pilot, ImmutableArray<Signature> signed)
    {
        var filled = Filled(pilot, signed);
        return [.. Signers.Where((signer, i) => Filled(pilot, signed, Signers.RemoveAt(i)) == filled).Select(s => s.AsMissing)];
    }

    private int Filled(Pilot pilot, ImmutableArray<Signature> signed) => Filled(pilot, signed, Signers);

    // The most places that can be filled by different people: there are at most a few of either, so every way is tried.
    private static int Filled(Pilot pilot, ImmutableArray<Signature> signed, ImmutableArray<PilotSigner> places)
    {
        if (places.IsEmpty) return 0;
        var most = Filled(pilot, signed, places.RemoveAt(0));
        foreach (var signature in signed.Where(s => places[0].Fits(pilot, s)))
        {
            ImmutableArray<Signature> others = [.. signed.Where(s => s.Person != signature.Person)];
            most = Math.Max(most, 1 + Filled(pilot, others, places.RemoveAt(0)));
        }

        return most;
    }
}

/// <summary>
/// The gates of a pilot as data: <see cref="Pilot.Decide"/> obeys them, pages show what is missing and what moving up would add, and the
/// documentation lists them. A pilot keeps the policy version it was started under; a changed rule is a new version.
/// </summary>
public static class PilotGates
{
    public const string CurrentPolicy = "2026-1";

    /// <summary>Points before the first change that these designs rest on.</summary>
    public const int BaselineForTimeSeries = 12, BaselineForSingleCase = 5;

    public static ImmutableArray<PilotGate> Of(string policy) => Policies[policy];

    /// <summary>The gate that leads there from where the pilot is; null when there is none.</summary>
    public static PilotGate? Find(Pilot pilot, PilotTo to) => Find(pilot, to, pilot.Preset);

    /// <summary>A facilitator of the network that started the pilot for its school.</summary>
    internal static bool ActsFor(Pilot pilot, HeldRole role) => pilot.Network is { } network && role == new HeldRole(Role.Facilitator, network);

    internal static Missing NoOpenIncident => Need.NoOpenIncident.AsMissing;

    internal static Missing Reason { get; } = new("reason", "Say why.", Role.Teacher);

    internal static string Name(PilotStage from, PilotTo to) =>
        $"{JsonNamingPolicy.KebabCaseLower.ConvertName(from.ToString())}-to-{JsonNamingPolicy.KebabCaseLower.ConvertName(to.ToString())}";

    /// <summary>Why there is no gate at all: a higher preset has one, or the stage is not next.</summary>
    internal static Missing NoWay(Pilot pilot, PilotTo to)
    {
        for (var preset = pilot.Preset + 1; preset <= Preset.Rigorous; preset++)
        {
            if (Find(pilot, to, preset) is not null)
                return new("preset", $"This step needs the preset “{preset}”. Anyone on the team may move up.", Role.Teacher);
        }

        return new("stage", "This step does not follow from where the pilot is.", Role.Teacher);
    }

    internal static ImmutableArray<Missing> MovingUpWouldAdd(Pilot pilot, Preset up, PilotFacts facts, DateOnly day)
    {
        var seen = new PilotCase(pilot, facts, day);
        var now = Of(pilot.Policy).Where(g => g.Preset == pilot.Preset && Teaches(g)).SelectMany(g => g.Needs.Select(n => n.Code)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Of(pilot.Policy).Where(g => g.Preset == up && Teaches(g)).SelectMany(g => g.Needs)
                .Where(n => !now.Contains(n.Code) && !n.Met(seen)).DistinctBy(n => n.Code, StringComparer.Ordinal).Select(n => n.AsMissing),
        ];

        // What lies behind is caught up at the trial; ends are not a reason to move up.
        static bool Teaches(PilotGate gate) => gate.To is PilotTo.Registered or PilotTo.Enquiry or PilotTo.Trial;
    }

    private static PilotGate? Find(Pilot pilot, PilotTo to, Preset preset) =>
        pilot.Policy.Length == 0 ? null : Of(pilot.Policy).FirstOrDefault(g => g.From == pilot.Stage && g.To == to && g.Preset == preset);

    private static class Signer
    {
        public static readonly PilotSigner Teacher = new("signed-by-teacher", "A teacher of the pilot's team signs.", Role.Teacher,
            (p, s) => s.Role.Role is Role.Teacher && p.OnTeam(s.Person));

        public static readonly PilotSigner TeacherOrNetwork = new("signed-by-teacher-or-network", "A teacher of the pilot's team signs, or the network that started it for the school.", Role.Teacher,
            (p, s) => Teacher.Fits(p, s) || (ActsFor(p, s.Role) && p.OnTeam(s.Person)));

        public static readonly PilotSigner SecondAdult = new("signed-by-second-adult", "The second adult named by the pilot signs.", Role.Teacher,
            (p, s) => p.SecondAdult?.Person == s.Person);

        public static readonly PilotSigner SchoolLead = new("signed-by-school-lead", "The lead of the pilot's school signs.", Role.SchoolLead,
            (p, s) => s.Role == new HeldRole(Role.SchoolLead, p.School));

        public static readonly PilotSigner TeacherOrLead = new("signed-by-teacher-or-lead", "A teacher of the team or the school's lead signs.", Role.Teacher,
            (p, s) => Teacher.Fits(p, s) || SchoolLead.Fits(p, s));

        public static readonly PilotSigner TeacherOrFacilitator = new("signed-by-teacher-or-facilitator", "A teacher of the team or a facilitator signs.", Role.Teacher,
            (p, s) => Teacher.Fits(p, s) || s.Role.Role is Role.Facilitator);

        public static readonly PilotSigner TeamLead = new("signed-by-team-lead", "Whoever leads the pilot's team signs.", Role.Teacher,
            (p, s) => p.Team[0] == s.Person);

        public static readonly PilotSigner Researcher = new("signed-by-researcher", "A researcher of the programme's pool signs.", Role.Researcher,
            (_, s) => s.Role.Role is Role.Researcher);

        public static readonly PilotSigner FacilitatorOrResearcher = new("signed-by-facilitator-or-researcher", "A facilitator or a researcher signs.", Role.Facilitator,
            (_, s) => s.Role.Role is Role.Facilitator or Role.Researcher);

        public static readonly PilotSigner DataSteward = new("signed-by-data-steward", "A data steward signs.", Role.DataSteward,
            (_, s) => s.Role.Role is Role.DataSteward);

        public static readonly PilotSigner Anyone = new("signed-by-one-more", "One more person who works on the trial signs.", Role.Teacher,
            (p, s) => p.OnTeam(s.Person) || OffTeam!.Fits(p, s));

        public static readonly PilotSigner OffTeam = new("signed-by-somebody-off-the-team", "Somebody who is not on the pilot's team signs.", Role.DataSteward,
            (p, s) => !p.OnTeam(s.Person) && s.Role.Role is Role.DataSteward or Role.Researcher or Role.Evaluator or Role.Facilitator);

        // At the evaluation's signature the product itself takes this step; a person may when it did not.
        public static readonly PilotSigner AtSignature = new("signed-evaluation", "It follows from the signature under the evaluation.", Role.Evaluator,
            (p, s) => s.Role.Role is Role.System || (s.Role.Role is Role.Evaluator && !p.OnTeam(s.Person)));
    }

    private static class Need
    {
        public static readonly PilotNeed Title = Ask("title", "Give the pilot a title.", Role.Teacher, c => Said(c.Pilot.Title));
        public static readonly PilotNeed Problem = Ask("problem", "Say in a sentence which problem it is to solve.", Role.Teacher, c => Said(c.Pilot.Problem));
        public static readonly PilotNeed Learners = Ask("learners", "Say who it is for, and how many.", Role.Teacher, c => Said(c.Pilot.Learners) && c.Pilot.LearnerCount > 0);
        public static readonly PilotNeed StartMonth = Ask("start-month", "Say in which month it starts.", Role.Teacher, c => c.Pilot.StartMonth is not null);
        public static readonly PilotNeed SecondAdult = Ask("second-adult", "Name a second adult; it may be somebody at another school.", Role.Teacher,
            c => c.Pilot.SecondAdult is { } second && c.Pilot.Team.Any(member => member != second.Person));
        public static readonly PilotNeed HeadKnows = Ask("head-knows", "Say when the head was told, and the head's name.", Role.Teacher, c => c.Pilot.Head is not null);
        public static readonly PilotNeed HeadConsents = Ask("head-consents", "The head's consent is not recorded.", Role.SchoolLead, c => c.Pilot.Head is { Consents: true });
        public static readonly PilotNeed Routine = Ask("routine-practice", "Answer the six questions on routine practice.", Role.Teacher, c => c.Pilot.RoutinePractice is not null);
        public static readonly PilotNeed Teaching = Ask("teaching-described", "Answer the six questions on what will be done.", Role.Teacher, c => c.Pilot.Teaching.Complete);
        public static readonly PilotNeed SchoolContext = Ask("school-context", "Answer every question on the school; “unknown” is an answer.", Role.SchoolLead,
            c => c.Facts.SchoolContext.Complete);
        public static readonly PilotNeed LearnerContext = Ask("learner-context", "Answer every question on the learners; “unknown” is an answer.", Role.Teacher,
            c => ContextProfile.Count(ContextPart.Learners, c.Pilot.Context).Complete);
        public static readonly PilotNeed DeliveryContext = Ask("delivery-context", "Answer every question on how it is taught; “unknown” is an answer.", Role.Teacher,
            c => ContextProfile.Count(ContextPart.Delivery, c.Pilot.Context).Complete);
        public static readonly PilotNeed CoreComponent = Ask("core-component", "The innovation names no part that must be kept.", Role.Teacher, c => c.Facts.CoreComponents > 0);
        public static readonly PilotNeed SafeguardingContact = Ask("safeguarding-contact", "Say whom to turn to when something worries anyone.", Role.SchoolLead,
            c => Said(c.Pilot.SafeguardingContact));

        public static readonly PilotNeed Question = Ask("question", "Say what you want to find out.", Role.Teacher, c => Said(c.Pilot.Enquiry.Question));
        public static readonly PilotNeed Watch = Ask("watch", "Name one thing to watch: a number, a share or a note.", Role.Teacher,
            c => Said(c.Pilot.Enquiry.Watch) && c.Pilot.Enquiry.WatchAs is not null);
        public static readonly PilotNeed Aim = Ask("aim", "Say what you aim for, and the target on the thing you watch.", Role.Teacher,
            c => Said(c.Pilot.Enquiry.Aim) && c.Pilot.Enquiry.Target is not null);
        public static readonly PilotNeed Drivers = Ask("drivers", "Add the driver diagram.", Role.Facilitator, c => Said(c.Pilot.Enquiry.Drivers));
        public static readonly PilotNeed Measure = Ask("measure", "Choose an outcome measure of the catalogue.", Role.Researcher, c => Said(c.Pilot.Enquiry.Measure));
        public static readonly PilotNeed Group = Ask("challenge-group", "Name the challenge group, or say why there is none.", Role.Facilitator,
            c => Said(c.Pilot.Enquiry.ChallengeGroup) || Said(c.Pilot.Enquiry.Waiver));

        public static readonly PilotNeed Ethics = Ask("ethics", "There is no approval or exemption that holds today.", Role.SafeguardingLead,
            c => c.Pilot.Ethics?.LiveOn(c.Day) == true);
        public static readonly PilotNeed Consent = Ask("consent-basis", "Say on what ground pupils take part.", Role.Teacher, c => c.Pilot.ConsentBasis is not null);
        public static readonly PilotNeed NoOpenIncident = Ask("no-open-incident", "A safeguarding incident is open.", Role.SafeguardingLead, c => c.Facts.OpenIncidents == 0);
        public static readonly PilotNeed TrialRegistered = Ask("trial-registered", "No registered trial waits for this pilot.", Role.Researcher, c => c.Facts.Trial is { Registered: true });
        public static readonly PilotNeed NewTrialRegistered = Ask("new-trial-registered", "No new trial of the new version is registered.", Role.Researcher,
            c => c.Facts.Trial is { Registered: true, EnteredField: false });
        public static readonly PilotNeed OneTrial = Ask("one-trial", "Another trial of this version runs in this school.", Role.Researcher, c => c.Facts.OtherActiveTrial is null);
        public static readonly PilotNeed LeadConfirms = Ask("school-lead-confirms", "The school's lead has not confirmed the pilot.", Role.SchoolLead, c => c.Pilot.LeadConfirmed);
        public static readonly PilotNeed Accepted = Ask("core-components-accepted", "Accept the parts that must be kept, and say when the teachers are trained.", Role.Teacher,
            c => c.Pilot.TrainedOn is not null);
        public static readonly PilotNeed Baseline = Ask("baseline-points", "This design rests on points before the start: 12 for an interrupted time series, 5 for a single case.",
            Role.Teacher, c => c.Facts.BaselinePoints >= c.Facts.Trial?.Design switch
            {
                "interrupted-time-series" => BaselineForTimeSeries,
                "single-case" => BaselineForSingleCase,
                _ => 0,
            });

        public static readonly PilotNeed CycleClosed = Ask("cycle-closed", "Close at least one cycle of enquiry.", Role.Teacher, c => !c.Facts.Cycles.IsEmpty);
        public static readonly PilotNeed CycleNotAbandoned = Ask("cycle-not-abandoned", "Close at least one cycle with another decision than “abandon”.", Role.Teacher,
            c => c.Facts.Cycles.Any(cycle => cycle.Decision != "abandon"));
        public static readonly PilotNeed CycleAdapt = Ask("cycle-closed-adapt", "Close a cycle with the decision “adapt”.", Role.Teacher,
            c => c.Facts.Cycles.Any(cycle => cycle.Decision == "adapt"));
        public static readonly PilotNeed WhatChanged = Ask("what-changed", "Say what you change.", Role.Teacher, c => Said(c.Pilot.WhatChanged));
        public static readonly PilotNeed CoreRuling = Ask("core-ruling", "A researcher has not yet ruled whether a part that must be kept is touched.", Role.Researcher,
            c => c.Facts.Adaptation is { Ruled: true });

        public static readonly PilotNeed Locked = Ask("data-locked", "The trial's results are neither closed nor was it stopped.", Role.DataSteward,
            c => c.Facts.Trial is { Locked: true } or { Stopped: true });
        public static readonly PilotNeed Signed = Ask("evaluation-signed", "The evaluation is not signed.", Role.Evaluator, c => c.Facts.Evaluation is { Signed: true });
        public static readonly PilotNeed SignedOffTeam = Ask("evaluation-signed-off-team", "The evaluation is signed by somebody on the team.", Role.Evaluator,
            c => c.Facts.Evaluation is { SignerOffTeam: true });
        public static readonly PilotNeed Independent = Ask("independent-evaluator", "The evaluator is not independent of the pilot.", Role.Evaluator,
            c => c.Facts.Evaluation is { Independent: true });
        public static readonly PilotNeed CoversAll = Ask("evaluation-covers-all", "The evaluation leaves out a registered outcome or a deviation.", Role.Evaluator,
            c => c.Facts.Evaluation is { CoversAll: true });
        public static readonly PilotNeed SignedIfTrial = Ask("evaluation-after-trial", "A trial went into the field: its evaluation is signed first.", Role.Evaluator,
            c => c.Facts.Trial is not { EnteredField: true } trial || (c.Facts.Evaluation is { Signed: true } evaluation && evaluation.Trial == trial.Id));

        public static readonly PilotNeed Enacted = Ask("adaptation-enacted", "No adaptation is enacted as a new version.", Role.Teacher,
            c => c.Facts.Adaptation is { Enacted: true, NewVersion: { } version } && version != c.Pilot.Version);
        public static readonly PilotNeed Consistent = Ask("fidelity-consistent", "The new version changes a part that must be kept: go through a cycle of enquiry first.", Role.Researcher,
            c => c.Facts.Adaptation is { FidelityConsistent: true });
        public static readonly PilotNeed Lessons = Ask("lessons", "Write three lines for the next school.", Role.Teacher, c => c.Pilot.Lessons.Length == 3);

        private static PilotNeed Ask(string code, string sentence, Role who, Func<PilotCase, bool> met) => new(code, sentence, who, met);

        private static bool Said(string? answer) => !string.IsNullOrWhiteSpace(answer);
    }

    private static readonly ImmutableArray<PilotNeed> Promise =
        [Need.Title, Need.Problem, Need.Learners, Need.StartMonth, Need.SecondAdult, Need.HeadKnows, Need.Routine];

    private static readonly ImmutableArray<PilotNeed> StandardPromise = [.. Promise, Need.Teaching, Need.SchoolContext, Need.LearnerContext];

    private static readonly ImmutableArray<PilotNeed> RigorousPromise =
        [.. StandardPromise, Need.DeliveryContext, Need.HeadConsents, Need.CoreComponent, Need.SafeguardingContact];

    private static readonly ImmutableArray<PilotNeed> TrialGuards = [Need.TrialRegistered, Need.Ethics, Need.Consent, Need.NoOpenIncident, Need.OneTrial];

    // A pilot that was registered lightly and moved up is asked at the trial for what registration would have asked.
    private static readonly ImmutableArray<PilotNeed> StandardTrial = [.. TrialGuards, .. StandardPromise, Need.LeadConfirms];

    private static readonly ImmutableArray<PilotNeed> RigorousTrial = [.. TrialGuards, .. RigorousPromise, Need.LeadConfirms];

    private static readonly FrozenDictionary<string, ImmutableArray<PilotGate>> Policies = new Dictionary<string, ImmutableArray<PilotGate>>(StringComparer.Ordinal)
    {
        [CurrentPolicy] =
        [
            new(PilotStage.Draft, PilotTo.Registered, Preset.Light, [Signer.TeacherOrNetwork], Promise),
            new(PilotStage.Draft, PilotTo.Registered, Preset.Standard, [Signer.TeacherOrNetwork, Signer.SchoolLead], StandardPromise),
            new(PilotStage.Draft, PilotTo.Registered, Preset.Rigorous, [Signer.SchoolLead], RigorousPromise),

            new(PilotStage.Registered, PilotTo.Enquiry, Preset.Light, [Signer.Teacher], [Need.Question, Need.Watch, Need.Ethics]),
            new(PilotStage.Registered, PilotTo.Enquiry, Preset.Standard, [Signer.TeacherOrLead], [Need.Question, Need.Watch, Need.Aim, Need.Ethics]),
            new(PilotStage.Registered, PilotTo.Enquiry, Preset.Rigorous, [Signer.FacilitatorOrResearcher],
                [Need.Question, Need.Watch, Need.Aim, Need.Drivers, Need.Measure, Need.Group, Need.Ethics]),

            new(PilotStage.Registered, PilotTo.Trial, Preset.Standard, [Signer.Researcher], [.. StandardTrial, Need.CoreComponent, Need.Accepted]),
            new(PilotStage.Registered, PilotTo.Trial, Preset.Rigorous, [Signer.Researcher], [.. RigorousTrial, Need.Accepted]),

            new(PilotStage.Enquiry, PilotTo.Trial, Preset.Standard, [Signer.TeamLead, Signer.Researcher], [Need.CycleNotAbandoned, Need.Baseline, .. StandardTrial]),
            new(PilotStage.Enquiry, PilotTo.Trial, Preset.Rigorous, [Signer.Researcher], [Need.CycleNotAbandoned, Need.Baseline, .. RigorousTrial]),

            new(PilotStage.Enquiry, PilotTo.Adaptation, Preset.Light, [Signer.Teacher], [Need.CycleAdapt, Need.WhatChanged]),
            new(PilotStage.Enquiry, PilotTo.Adaptation, Preset.Standard, [Signer.Teacher], [Need.CycleAdapt, Need.WhatChanged]),
            new(PilotStage.Enquiry, PilotTo.Adaptation, Preset.Rigorous, [Signer.Teacher], [Need.CycleAdapt, Need.WhatChanged, Need.CoreRuling]),

            new(PilotStage.Enquiry, PilotTo.AdoptedLocally, Preset.Light, [Signer.Teacher, Signer.SecondAdult], [Need.CycleClosed, Need.Lessons]),
            new(PilotStage.Enquiry, PilotTo.AdoptedLocally, Preset.Standard, [Signer.SchoolLead], [Need.CycleClosed, Need.Lessons]),
            new(PilotStage.Enquiry, PilotTo.AdoptedLocally, Preset.Rigorous, [Signer.SchoolLead], [Need.CycleClosed, Need.Lessons]),

            new(PilotStage.Trial, PilotTo.Evaluation, Preset.Standard, [Signer.Anyone, Signer.OffTeam], [Need.Locked]),
            new(PilotStage.Trial, PilotTo.Evaluation, Preset.Rigorous, [Signer.DataSteward, Signer.Researcher], [Need.Locked]),

            new(PilotStage.Evaluation, PilotTo.Adaptation, Preset.Standard, [Signer.AtSignature], [Need.Signed, Need.SignedOffTeam, Need.CoversAll]),
            new(PilotStage.Evaluation, PilotTo.Adaptation, Preset.Rigorous, [Signer.AtSignature], [Need.Signed, Need.Independent, Need.CoversAll]),

            .. Every(preset => new(PilotStage.Adaptation, PilotTo.Enquiry, preset, [Signer.TeacherOrFacilitator], [Need.Enacted])),
            new(PilotStage.Adaptation, PilotTo.Trial, Preset.Standard, [Signer.Researcher], [Need.Enacted, Need.Consistent, Need.NewTrialRegistered, .. StandardTrial]),
            new(PilotStage.Adaptation, PilotTo.Trial, Preset.Rigorous, [Signer.Researcher], [Need.Enacted, Need.Consistent, Need.NewTrialRegistered, .. RigorousTrial]),
            new(PilotStage.Adaptation, PilotTo.Completed, Preset.Standard, [Signer.SchoolLead], [Need.Signed, Need.Lessons]),
            new(PilotStage.Adaptation, PilotTo.Completed, Preset.Rigorous, [Signer.SchoolLead], [Need.Signed, Need.Lessons]),

            .. from stage in new[] { PilotStage.Enquiry, PilotStage.Evaluation, PilotStage.Adaptation }
               from end in new[] { PilotTo.NoEffect, PilotTo.Harm, PilotTo.NotFeasible, PilotTo.Inconclusive, PilotTo.Circumstances }
               from gate in Every(preset => Discontinued(stage, end, preset))
               where Reaches(gate)
               select gate,

            .. from stage in Enum.GetValues<PilotStage>()
               from gate in Every(preset => new(stage, PilotTo.Withdrawn, preset, [Signer.SchoolLead], []) { OrWholeTeam = true })
               where Reaches(gate)
               select gate,
        ],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Two teachers without a lead in the system must be able to stop as well as to adopt.
    private static PilotGate Discontinued(PilotStage from, PilotTo to, Preset preset) =>
        new(from, to, preset, preset is Preset.Light ? [Signer.Teacher, Signer.SecondAdult] : [Signer.SchoolLead], [Need.SignedIfTrial, Need.Lessons]) { AsksReason = true };

    // A light pilot has no trial, and so no evaluation.
    private static bool Reaches(PilotGate gate) => gate.Preset is not Preset.Light || gate.From is not (PilotStage.Trial or PilotStage.Evaluation);

    private static IEnumerable<PilotGate> Every(Func<Preset, PilotGate> gate) => Enum.GetValues<Preset>().Select(gate);
}
