using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Evaluations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>
/// Wherever two must agree, one person is not both of them: whatever roles she holds, at once or one after another, and in whichever order she and others
/// ask. Asked as the desk asks: in each of her roles that the access table lets through, the first that the rules accept.
/// </summary>
public class FourEyes
{
    private static readonly ImmutableArray<string> People = ["ana", "ben", "cleo"];

    private static readonly ImmutableArray<HeldRole> Roles =
    [
        .. from role in Enum.GetValues<Role>() where role is not (Role.Public or Role.System) from place in (string[])["heron-bay", "lantern"] select new HeldRole(role, place),
    ];

    /// <summary>The roles in which it is worth asking, twice as often.</summary>
    private static readonly ImmutableArray<Role> Telling = [Role.Teacher, Role.SchoolLead, Role.Researcher, Role.DataSteward, Role.Evaluator, Role.Auditor, Role.Admin];

    private static readonly Access Table = Product.Compose().Access;

    /// <summary>One step of a history: a role begins or ends, or somebody asks for the next thing there is to ask.</summary>
    private sealed record Turn(int Person, int Role, bool Ends, int Asks);

    private static readonly Gen<Turn[]> Histories =
        (from person in Gen.Choose(0, People.Length - 1)
         from role in Gen.Choose(0, Roles.Length - 1)
         from telling in Gen.Choose(0, Telling.Length * 2 - 1)
         from often in Gen.Choose(0, 2)
         from ends in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
         from asks in Gen.Choose(-2, 3)
         select new Turn(person, often is 0 ? role : Roles.IndexOf(new(Telling[telling / 2], telling % 2 is 0 ? "heron-bay" : "lantern")), ends, asks)).ArrayOf(40);

    [Fact]
    public void Pass_a_gate_that_asks_for_two() => Holds<Pilot>(
        HeronBay.Draft(Preset.Standard).Answered().State with { Team = ["ana", "ben"], SecondAdult = new("cleo", "heron-bay") },
        _ => [new MovePilot(PilotTo.Registered) { Facts = HeronBay.AllGood }],
        (_, happened, _) => happened is PilotMoved { To: PilotTo.Registered } moved ? [.. moved.Signed.Select(one => one.Person)] : null);

    [Theory, InlineData(Preset.Standard), InlineData(Preset.Rigorous)]
    public void Close_results(Preset preset) => Holds<Trial>(
        ATrial.Verified(preset).State with { Home = "lantern" },
        trial => [new ProposeLock { Team = ["ana"] }, new ConfirmLock(trial.ProposedLock?.DatasetSha256 ?? "") { Team = ["ana"] }],
        (before, happened, who) => happened is ResultsLocked ? [before.ProposedLock!.By, who.Actor] : null);

    [Fact]
    public void Open_results_again() => Holds<Trial>(
        ATrial.Locked().State with { Home = "lantern" },
        _ => [new ProposeUnlock(), new ConfirmUnlock()],
        (before, happened, who) => happened is ResultsUnlocked ? [before.ProposedUnlock!.By, who.Actor] : null);

    [Fact]
    public void Check_a_result() => Holds<Trial>(
        ATrial.InField().State with { Home = "lantern" },
        trial =>
        [
            new RecordCell(ATrial.Results[0]) { Permission = ATrial.Allowed }, new VerifyCells([ATrial.Results[0].Key]),
            new VoidCell(ATrial.Results[0].Key),
        ],
        (before, happened, who) => happened is CellsVerified ? [before.Cells.Held.Single().RecordedBy, who.Actor] : null);

    [Fact]
    public void Sign_an_evaluation() => Holds<Evaluation>(
        AnEvaluation.Computed().State,
        _ => [new SubmitEvaluation(), new SignEvaluation { LockedSha256 = AnEvaluation.Closed.LockedSha256, Ties = AnEvaluation.NoTies }, new ReturnEvaluation()],
        (before, happened, who) => happened is EvaluationSigned ? [before.SubmittedBy!, who.Actor] : null);

    [Fact]
    public void Erase_somebody() => Holds<Person>(
        new Person { DisplayName = "Dora", Home = "heron-bay" },
        _ => [new ProposeErasure("dora", ErasureReason.Left), new ConfirmErasure("dora")],
        (before, happened, who) => happened is SubjectErased ? [before.ProposedErasure!.By, who.Actor] : null);

    /// <param name="asked">What there is to ask of the record as it stands.</param>
    /// <param name="approvers">Who approved, where this event completes an approval.</param>
    private static void Holds<TAggregate>(TAggregate start, Func<TAggregate, ImmutableArray<ICommand<TAggregate>>> asked, Func<TAggregate, IEvent<TAggregate>, Stamp, ImmutableArray<string>?> approvers)
        where TAggregate : class, IAggregate<TAggregate>
    {
        var (approved, byTwoRoles) = (0, 0);
        Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            var (record, held) = (start, People.ToDictionary(person => person, _ => ImmutableArray<HeldRole>.Empty, StringComparer.Ordinal));
            foreach (var turn in history)
            {
                var person = People[turn.Person];
                if (turn.Asks < 0)
                {
                    held[person] = turn.Ends ? held[person].Remove(Roles[turn.Role]) : held[person].Contains(Roles[turn.Role]) ? held[person] : held[person].Add(Roles[turn.Role]);
                    continue;
                }

                var (before, commands) = (approved, asked(record));
                foreach (var (happened, stamp) in Ask(new(person, person, held[person]), record, commands[turn.Asks % commands.Length]))
                {
                    if (approvers(record, happened, stamp) is { } two)
                    {
                        Assert.True(two.Distinct(StringComparer.Ordinal).Count() >= 2, $"{string.Join(" and ", two)} approved alone.");
                        approved++;
                        if (held[person].Length > 1) byTwoRoles++;
                    }

                    record = record.Evolve(happened, stamp);
                }

                // What was approved is asked anew, so that a history says more than once.
                if (approved > before) record = start;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Assert.True(approved > 20 && byTwoRoles > 5, $"Only {approved} approvals, {byTwoRoles} by somebody with several roles: these histories say little.");
    }

    private static IEnumerable<(IEvent<TAggregate> Happened, Stamp Stamp)> Ask<TAggregate>(Principal who, TAggregate record, ICommand<TAggregate> command) where TAggregate : class, IAggregate<TAggregate>
    {
        var action = Access.ActionOf(command.GetType());
        foreach (var role in Table.Roles(who, action, Standing.Of(who, new View<TAggregate>("it", record, 1))))
        {
            var stamp = new Stamp(who.Person, role, HeronBay.Noon, "c", "because");
            var decision = record.Decide(command, stamp);
            if (decision.Refusal is null) return decision.Events.Select(happened => (happened, stamp));
            if (decision.Refusal.Kind is not RefusalKind.NotAllowed) return [];
        }

        return [];
    }
}
