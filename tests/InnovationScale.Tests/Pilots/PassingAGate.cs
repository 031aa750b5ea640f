using System.Collections.Immutable;
using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Pilots;

/// <summary>Every row of the table of gates is passed once, and refused once for each thing it asks and each person it waits for.</summary>
public class PassingAGate
{
    /// <summary>How each need is taken away. For a need that is not here <see cref="Can_be_refused_for_everything_it_asks"/> fails.</summary>
    private static readonly ImmutableDictionary<string, Func<PilotCase, PilotCase>> Without = new Dictionary<string, Func<PilotCase, PilotCase>>(StringComparer.Ordinal)
    {
        ["title"] = Pilot(p => p with { Title = "" }),
        ["problem"] = Pilot(p => p with { Problem = null }),
        ["learners"] = Pilot(p => p with { LearnerCount = null }),
        ["start-month"] = Pilot(p => p with { StartMonth = null }),
        ["second-adult"] = Pilot(p => p with { SecondAdult = null }),
        ["head-knows"] = Pilot(p => p with { Head = null }),
        ["head-consents"] = Pilot(p => p with { Head = p.Head! with { Consents = false } }),
        ["routine-practice"] = Pilot(p => p with { RoutinePractice = null }),
        ["teaching-described"] = Pilot(p => p with { Teaching = p.Teaching with { Procedures = " " } }),
        ["school-context"] = Facts(f => f with { SchoolContext = new(19, 18, 4) }),
        ["learner-context"] = Pilot(p => p with { Context = p.Context.Remove("age") }),
        ["delivery-context"] = Pilot(p => p with { Context = p.Context.Remove("class-size") }),
        ["core-component"] = Facts(f => f with { CoreComponents = 0 }),
        ["safeguarding-contact"] = Pilot(p => p with { SafeguardingContact = null }),
        ["question"] = Pilot(p => p with { Enquiry = p.Enquiry with { Question = null } }),
        ["watch"] = Pilot(p => p with { Enquiry = p.Enquiry with { WatchAs = null } }),
        ["aim"] = Pilot(p => p with { Enquiry = p.Enquiry with { Target = null } }),
        ["drivers"] = Pilot(p => p with { Enquiry = p.Enquiry with { Drivers = null } }),
        ["measure"] = Pilot(p => p with { Enquiry = p.Enquiry with { Measure = null } }),
        ["challenge-group"] = Pilot(p => p with { Enquiry = p.Enquiry with { ChallengeGroup = null, Waiver = null } }),
        ["ethics"] = Pilot(p => p with { Ethics = new(EthicsOutcome.Approved, "E-1", new(2026, 8, 31)) }),
        ["consent-basis"] = Pilot(p => p with { ConsentBasis = null }),
        ["no-open-incident"] = Facts(f => f with { OpenIncidents = 1 }),
        ["trial-registered"] = Facts(f => f with { Trial = f.Trial! with { Registered = false } }),
        ["new-trial-registered"] = Facts(f => f with { Trial = f.Trial! with { EnteredField = true } }),
        ["one-trial"] = Facts(f => f with { OtherActiveTrial = "t0" }),
        ["school-lead-confirms"] = Pilot(p => p with { LeadConfirmed = false }),
        ["core-components-accepted"] = Pilot(p => p with { TrainedOn = null }),
        ["baseline-points"] = Facts(f => f with { BaselinePoints = 11, Trial = f.Trial! with { Design = "interrupted-time-series" } }),
        ["cycle-closed"] = Facts(f => f with { Cycles = [] }),
        ["cycle-not-abandoned"] = Facts(f => f with { Cycles = [new("c1", "abandon")] }),
        ["cycle-closed-adapt"] = Facts(f => f with { Cycles = [new("c1", "adopt")] }),
        ["what-changed"] = Pilot(p => p with { WhatChanged = null }),
        ["core-ruling"] = Facts(f => f with { Adaptation = f.Adaptation! with { Ruled = false } }),
        ["data-locked"] = Facts(f => f with { Trial = f.Trial! with { Locked = false } }),
        ["evaluation-signed"] = Facts(f => f with { Evaluation = f.Evaluation! with { Signed = false } }),
        ["evaluation-signed-off-team"] = Facts(f => f with { Evaluation = f.Evaluation! with { SignerOffTeam = false } }),
        ["independent-evaluator"] = Facts(f => f with { Evaluation = f.Evaluation! with { Independent = false } }),
        ["evaluation-covers-all"] = Facts(f => f with { Evaluation = f.Evaluation! with { CoversAll = false } }),
        ["evaluation-after-trial"] = Facts(f => f with { Trial = f.Trial! with { EnteredField = true }, Evaluation = null }),
        ["adaptation-enacted"] = Facts(f => f with { Adaptation = f.Adaptation! with { Enacted = false } }),
        ["fidelity-consistent"] = Facts(f => f with { Adaptation = f.Adaptation! with { FidelityConsistent = false } }),
        ["lessons"] = Pilot(p => p with { Lessons = ["One line"] }),
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public static TheoryData<PilotStage, PilotTo, Preset> Gates()
    {
        var rows = new TheoryData<PilotStage, PilotTo, Preset>();
        foreach (var gate in PilotGates.Of(PilotGates.CurrentPolicy)) rows.Add(gate.From, gate.To, gate.Preset);
        return rows;
    }

    [Fact]
    public void Is_one_row_a_move_and_preset() => Assert.Equal(
        PilotGates.Of(PilotGates.CurrentPolicy).Length, PilotGates.Of(PilotGates.CurrentPolicy).DistinctBy(g => (g.From, g.To, g.Preset)).Count());

    [Theory, MemberData(nameof(Gates))]
    public void Is_allowed_when_everything_is_there_and_keeps_what_it_saw(PilotStage from, PilotTo to, Preset preset)
    {
        var gate = Gate(from, to, preset);
        var signers = Signers(gate);
        signers[..^1].Aggregate(At(from, preset), (s, who) => s.When(Move(to), who.Because("It is time")).Then(new MoveSigned(to)))
            .When(Move(to), signers[^1].Because("It is time"))
            .Then(new PilotMoved(from, to, preset, PilotGates.CurrentPolicy, [.. gate.Needs.Select(n => n.Code)],
                [.. signers.Select(s => new Signature(s.Actor, s.Role))], AllGood))
            .Where(p => Assert.Empty(p.Signed));
    }

    [Theory, MemberData(nameof(Gates))]
    public void Can_be_refused_for_everything_it_asks(PilotStage from, PilotTo to, Preset preset)
    {
        var gate = Gate(from, to, preset);
        var whole = new PilotCase(At(from, preset).State, AllGood, Ana.Day);
        foreach (var need in gate.Needs)
        {
            Assert.True(Without.TryGetValue(need.Code, out var without), $"No test takes “{need.Code}” away.");
            var lacking = without(whole);
            var refusal = lacking.Pilot.Decide(Move(to, lacking.Facts), Signers(gate)[0].Because("It is time")).Refusal;
            Assert.Equal("gate-not-passed", refusal?.Code);
            Assert.Equal(gate.Name, refusal!.Guard);
            Assert.Contains(need.AsMissing, refusal.Missing);
            Assert.Equal(refusal.Missing.AsEnumerable(), lacking.Pilot.WhyNot(to, lacking.Facts, Ana.Day));
        }
    }

    [Theory, MemberData(nameof(Gates))]
    public void Is_refused_to_everybody_it_does_not_ask_for(PilotStage from, PilotTo to, Preset preset)
    {
        var gate = Gate(from, to, preset);
        var before = At(from, preset);
        var strangers = Everyone.Where(who => !gate.Signers.Any(s => s.Fits(before.State, new(who.Actor, who.Role))) && !(gate.OrWholeTeam && who == Ana)).ToList();
        Assert.Contains(Auditor, strangers);
        Assert.Contains(OtherLead, strangers);
        Assert.All(strangers, who => before.When(Move(to), who.Because("It is time")).ThenRefused("not-yours-to-sign"));
    }

    [Theory, MemberData(nameof(Gates))]
    public void Is_never_passed_by_one_person_where_it_asks_for_two(PilotStage from, PilotTo to, Preset preset)
    {
        var gate = Gate(from, to, preset);
        if (gate.Signers.Length < 2) return;
        var first = Signers(gate)[0];
        var once = At(from, preset).When(Move(to), first.Because("It is time")).Then(new MoveSigned(to));
        Assert.All(Enum.GetValues<Role>(), role => once.When(Move(to), As(first.Actor, role, "heron-bay", "It is time")).ThenRefused("already-signed"));
    }

    [Fact]
    public void Asks_for_a_reason_where_a_pilot_is_given_up() => At(PilotStage.Enquiry, Preset.Standard)
        .When(Move(PilotTo.Harm), Lead).ThenRefused("gate-not-passed", "reason");

    [Fact]
    public void Forgets_signatures_when_what_was_signed_changes() => At(PilotStage.Enquiry, Preset.Light)
        .After(Move(PilotTo.AdoptedLocally), Ana)
        .After(new WriteLessons(["a", "b", "c"]), Ana)
        .When(Move(PilotTo.AdoptedLocally), Ben).Then(new MoveSigned(PilotTo.AdoptedLocally));

    [Fact]
    public void Names_the_preset_where_only_a_higher_one_has_the_gate()
    {
        var light = At(PilotStage.Enquiry, Preset.Light);
        light.When(Move(PilotTo.Trial), Ana).ThenRefused("no-such-move", "preset");
        light.When(Move(PilotTo.Evaluation), Ana).ThenRefused("no-such-move", "stage");
        Assert.Equal("preset", Assert.Single(light.State.WhyNot(PilotTo.Trial, AllGood, Ana.Day)).Code);
    }

    [Fact]
    public void Follows_by_itself_from_the_evaluators_signature() => At(PilotStage.Evaluation, Preset.Rigorous)
        .When(Move(PilotTo.Adaptation), Evaluator).ThenAccepted().Where(p => Assert.Equal(PilotStage.Adaptation, p.Stage));

    private static MovePilot Move(PilotTo to, PilotFacts? facts = null) => new(to) { Facts = facts ?? AllGood };

    private static PilotGate Gate(PilotStage from, PilotTo to, Preset preset) =>
        PilotGates.Of(PilotGates.CurrentPolicy).Single(g => g.From == from && g.To == to && g.Preset == preset);

    private static Func<PilotCase, PilotCase> Pilot(Func<Pilot, Pilot> change) => c => c with { Pilot = change(c.Pilot) };

    private static Func<PilotCase, PilotCase> Facts(Func<PilotFacts, PilotFacts> change) => c => c with { Facts = change(c.Facts) };
}
