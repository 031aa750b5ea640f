using FsCheck;
using FsCheck.Fluent;
using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Pilots;

/// <summary>What holds for every pilot, whoever asks whatever in whatever order.</summary>
public class AnyPilot
{
    /// <summary>I24: a stage is entered only through its gate, never skipped, by as many people as the gate asks for, and the gate's facts are stored.</summary>
    [Fact]
    public void Enters_a_stage_only_through_its_gate() => Prop.ForAll(Life.ToArbitrary(), life =>
    {
        var pilot = Draft(life.Preset).Answered().State;
        foreach (var (command, who) in life.Asked)
        {
            var before = pilot;
            var decision = pilot.Decide(command, who);
            foreach (var happened in decision.Events) pilot = pilot.Evolve(happened, who);
            if (pilot.Stage == before.Stage && pilot.Status == before.Status) continue;
            if (command is PausePilot or ResumePilot) continue;

            var moved = Assert.IsType<PilotMoved>(Assert.Single(decision.Events));
            var gate = PilotGates.Of(before.Policy).Single(g => g.From == before.Stage && g.To == moved.To && g.Preset == before.Preset);
            Assert.Equal((before.Stage, before.Preset, before.Policy), (moved.From, moved.Preset, moved.Policy));
            Assert.Equal(gate.Needs.Select(n => n.Code), moved.Needs);
            Assert.Equal(((MovePilot)command).Facts, moved.Facts);
            Assert.Empty(gate.Missing(before, moved.Facts, who.Day));
            Assert.Equal(moved.Signed.Length, moved.Signed.DistinctBy(s => s.Person).Count());
            var wholeTeam = gate.OrWholeTeam && before.Team.All(member => moved.Signed.Any(s => s.Person == member));
            Assert.True(wholeTeam || moved.Signed.Count(s => gate.Signers.Any(place => place.Fits(before, s))) >= gate.Signers.Length);
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>I29 as far as a pilot goes: it is in no trial without an ethics decision that holds and a consent basis.</summary>
    [Fact]
    public void Is_in_no_trial_without_ethics_and_consent() => Prop.ForAll(Life.ToArbitrary(), life =>
    {
        var pilot = Started(life.Preset).State;
        foreach (var (command, who) in life.Asked)
        {
            foreach (var happened in pilot.Decide(command, who).Events) pilot = pilot.Evolve(happened, who);
            Assert.True(pilot.Stage is not PilotStage.Trial || pilot is { ConsentBasis: not null, Ethics.Outcome: EthicsOutcome.Approved or EthicsOutcome.Exempt });
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>The lives below are worth their name: among them every stage occurs.</summary>
    [Fact]
    public void Is_seen_here_in_every_stage()
    {
        var seen = new HashSet<PilotStage>();
        foreach (var life in Life.Sample(1000))
        {
            var pilot = Draft(life.Preset).Answered().State;
            foreach (var (command, who) in life.Asked)
            {
                foreach (var happened in pilot.Decide(command, who).Events) pilot = pilot.Evolve(happened, who);
                seen.Add(pilot.Stage);
            }
        }

        Assert.Equal(Enum.GetValues<PilotStage>(), seen.Order());
    }

    [Fact]
    public void Never_moves_down_once_a_trial_datum_exists() => Prop.ForAll(
        Gen.Elements(Enum.GetValues<Preset>()).SelectMany(from => Gen.Elements(Enum.GetValues<Preset>()).Select(to => (from, to))).ToArbitrary(),
        presets =>
        {
            var decision = Draft(presets.from).State.Decide(new ChangePreset(presets.to) { Facts = AllGood with { Trial = AllGood.Trial! with { HasData = true } } }, Ana);
            Assert.Equal(presets.to > presets.from, decision.Refusal is null);
        }).QuickCheckThrowOnFailure();

    private sealed record Lifetime(Preset Preset, (PilotCommand, Stamp)[] Asked)
    {
        public override string ToString() => $"{Preset}: {string.Join("; ", Asked.Select(a => $"{a.Item2.Actor} {a.Item1}"))}";
    }

    private static readonly Gen<PilotFacts> Facts = Gen.Frequency(
        (4, Gen.Constant(AllGood)),
        (1, Gen.Elements(new PilotFacts(), AllGood with { OpenIncidents = 1 }, AllGood with { Cycles = [] }, AllGood with { Trial = null })));

    private static readonly Gen<PilotCommand> Command = Gen.Frequency(
        (8, Gen.Elements(Enum.GetValues<PilotTo>().Where(to => to < PilotTo.Completed).ToArray()).SelectMany(to => Facts.Select(PilotCommand (f) => new MovePilot(to) { Facts = f }))),
        (1, Gen.Elements(Enum.GetValues<PilotTo>()).SelectMany(to => Facts.Select(PilotCommand (f) => new MovePilot(to) { Facts = f }))),
        (1, Gen.Elements(Enum.GetValues<Preset>()).Select(PilotCommand (to) => new ChangePreset(to))),
        (2, Gen.Elements<PilotCommand>(
            new ConfirmPilot(), new SayWhatChanged("Shorter turns"), new JoinTeam("cleo"), new LeaveTeam("cleo"), new PausePilot(), new ResumePilot(),
            new AnswerRoutinePractice(Routine), new AnswerRoutinePractice(Routine with { SensitiveTopic = true }), new RequestEthics(),
            new DecideEthics(EthicsOutcome.Refused, "E-1"), new DecideEthics(EthicsOutcome.Approved, "E-2"), new StateConsentBasis(ConsentBasis.OptIn, "A letter"))));

    // Most steps are what some gate ahead asks for, by somebody it asks for; the others are anything by anyone.
    private static Gen<(PilotCommand, Stamp)> Step(Preset preset) => Gen.Frequency(
        (3, from gate in Gen.Elements(PilotGates.Of(PilotGates.CurrentPolicy).Where(g => g.Preset == preset && g.To < PilotTo.Completed).ToArray())
            from who in Gen.Elements(Signers(gate).ToArray())
            from facts in Facts
            select ((PilotCommand)new MovePilot(gate.To) { Facts = facts }, who.Because("It is time"))),
        (1, from command in Command
            from who in Gen.Frequency((1, Gen.Constant(Ana)), (1, Gen.Elements(Everyone.ToArray())))
            select (command, who.Because("It is time"))));

    private static readonly Gen<Lifetime> Life =
        from preset in Gen.Elements(Enum.GetValues<Preset>())
        from asked in Step(preset).ArrayOf(60)
        select new Lifetime(preset, asked);
}
