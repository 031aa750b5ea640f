using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Evaluations;
using InnovationScale.Grants;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Trials;

namespace InnovationScale;

/// <summary>
/// Wherever two must agree, one person is not both of them: whatever roles she holds, at once or one after another, for good, for a while or in somebody's place,
/// here or where she moved to, and in whichever order she and others ask. Roles come and go by the rules of the person's own record; it is asked as the desk
/// asks: in each of her roles that the access table lets through, the first that the rules accept.
/// </summary>
public class FourEyes
{
    private static readonly ImmutableArray<string> People = ["ana", "ben", "cleo"], Places = ["heron-bay", "lantern"];

    /// <summary>Somebody who asked for nothing before: what she could do and another may not, is kept from that other for who she is.</summary>
    private const string Newcomer = "zoe";

    private static readonly ImmutableArray<HeldRole> Roles =
    [
        .. from role in Enum.GetValues<Role>() where role is not (Role.Public or Role.System) from place in Places select new HeldRole(role, place),
    ];

    private static readonly Access Table = Product.Compose().Access;

    private enum Change
    {
        Begins,
        BeginsForAWhile,
        Ends,

        /// <summary>A school's lead lets the person stand in for her.</summary>
        StandsIn,

        /// <summary>The person works elsewhere from now on, as what she was before.</summary>
        Moves,
    }

    /// <summary>One step of a history: something becomes of a role, or somebody asks for the next thing there is to ask.</summary>
    /// <param name="Asks">Below 0 for a change of roles.</param>
    /// <param name="Days">So many pass before.</param>
    private sealed record Turn(int Person, HeldRole Role, Change Change, int Asks, int Days);

    /// <param name="telling">The roles in which it is worth asking, twice as often as others.</param>
    private static Gen<Turn[]> Histories(ImmutableArray<HeldRole> telling) =>
        (from person in Gen.Choose(0, People.Length - 1)
         from role in Gen.Choose(0, Roles.Length - 1)
         from worth in Gen.Choose(0, telling.Length - 1)
         from often in Gen.Choose(0, 2)
         from change in Gen.Frequency((4, Gen.Constant(Change.Begins)), (3, Gen.Constant(Change.BeginsForAWhile)), (2, Gen.Constant(Change.Ends)), (1, Gen.Constant(Change.StandsIn)), (1, Gen.Constant(Change.Moves)))
         from asks in Gen.Choose(-3, 4)
         from days in Gen.Choose(0, 2)
         select new Turn(person, often is 0 ? Roles[role] : telling[worth], change, asks, days)).ArrayOf(50);

    private static readonly ImmutableArray<HeldRole>
        OfTrials =
        [
            .. from role in (Role[])[Role.Teacher, Role.SchoolLead, Role.Researcher, Role.DataSteward, Role.Evaluator, Role.Auditor, Role.Admin] from place in Places select new HeldRole(role, place),
        ],
        OfMoney =
        [
            .. from role in (Role[])[Role.Teacher, Role.SchoolLead] select new HeldRole(role, "heron-bay"),
            .. from role in (Role[])[Role.ProgrammeOfficer, Role.FinanceL1, Role.FinanceL2] select new HeldRole(role, "lantern"),
        ];

    [Fact]
    public void Pass_a_gate_that_asks_for_two() => Holds<Pilot>(
        HeronBay.Draft(Preset.Standard).Answered().State with { Team = ["ana", "ben", Newcomer], SecondAdult = new("cleo", "heron-bay") },
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

    [Fact]
    public void Date_a_plan() => Holds<Trial>(
        ATrial.Drafted().State with { Home = "lantern" },
        _ => [new SubmitTrial(), new RegisterTrial(), new ReturnTrial()],
        (before, happened, who) => happened is TrialRegistered ? [before.SubmittedBy!, who.Actor] : null);

    /// <summary>Of a funder where these people hold roles too.</summary>
    private static CatalyticGrant Ours(Story<CatalyticGrant> grant) => grant.State with { Offer = grant.State.Offer! with { Funder = "lantern", Barred = [] } };

    /// <summary>Nobody who asks here gets of the money: who does is kept from it by another rule.</summary>
    private static readonly GrantFacts Known = AGrant.Known with { Beneficiaries = [] };

    [Fact]
    public void Sign_an_agreement() => Holds<CatalyticGrant>(
        Ours(AGrant.Awarded().After(new PlanGrant(AGrant.Tranches, AGrant.Reports, new(2027, 9, 30)), AGrant.Rana)),
        _ => [new SignGrant()],
        (before, _, who) => (before.SignedForFunder ?? before.SignedForGrantee) is { } first ? [first, who.Actor] : null, OfMoney);

    [Fact]
    public void Release_a_payment() => Holds<CatalyticGrant>(
        Ours(AGrant.Agreed()),
        _ => [new RequestTranche("first", "transfer") { Facts = Known }, new ApproveTranche("first") { Facts = Known }, new ApproveTranche("first") { Facts = Known }],
        (before, happened, who) => happened is TrancheReleased && before.Tranche("first") is { } tranche ? [tranche.RequestedBy!, tranche.ApprovedBy!, who.Actor] : null, OfMoney);

    [Theory, InlineData(AmendmentKind.BudgetLarge), InlineData(AmendmentKind.NoCostExtension)]
    public void Change_an_agreement(AmendmentKind change) => Holds<CatalyticGrant>(
        Ours(AGrant.Agreed()),
        _ => [new ProposeAmendment(change, change is AmendmentKind.NoCostExtension ? new() { EndsOn = new(2028, 1, 1) } : new() { Budget = [new("Books", 1_200_000)] }), new ApproveAmendment { Facts = Known }],
        (before, happened, who) => happened is AmendmentApplied ? [before.Amendment!.By, who.Actor] : null, OfMoney);

    [Fact]
    public void Give_a_claim_up() => Holds<CatalyticGrant>(
        Ours(AGrant.Agreed().Paid().After(new RaiseRecovery("claim", 100_000), AGrant.Tomas.Because())),
        _ => [new ProposeWriteOff("claim") { Facts = Known }, new ConfirmWriteOff("claim") { Facts = Known }],
        (before, happened, who) => happened is RecoveryWrittenOff ? [before.Recoveries.Single().WriteOffBy!, who.Actor] : null, OfMoney);

    /// <param name="asked">What there is to ask of the record as it stands.</param>
    /// <param name="approvers">Who approved, where this event completes an approval.</param>
    private static void Holds<TAggregate>(
        TAggregate start, Func<TAggregate, ImmutableArray<ICommand<TAggregate>>> asked, Func<TAggregate, IEvent<TAggregate>, Stamp, ImmutableArray<string>?> approvers, ImmutableArray<HeldRole> telling = default)
        where TAggregate : class, IAggregate<TAggregate>
    {
        var (approved, byTwoRoles, inPassingRoles, turnedAway) = (0, 0, 0, 0);
        Prop.ForAll(Histories(telling.IsDefault ? OfTrials : telling).ToArbitrary(), history =>
        {
            var (record, cast, now) = (start, People.ToDictionary(id => id, Working, StringComparer.Ordinal), HeronBay.Noon);
            foreach (var turn in history)
            {
                var person = People[turn.Person];
                now = now.AddDays(turn.Days);
                if (turn.Asks < 0)
                {
                    Become(cast, person, turn, now);
                    continue;
                }

                var (before, commands) = (approved, asked(record));
                var (command, roles) = (commands[turn.Asks % commands.Length], (ImmutableArray<HeldRole>)[.. cast[person].RolesOn(DateOnly.FromDateTime(now.UtcDateTime))]);
                ImmutableArray<(IEvent<TAggregate> Happened, Stamp Stamp)> answer = [.. Ask(new(person, person, roles), record, command, now)];
                if (answer is [] && Ask(new(Newcomer, Newcomer, roles), record, command, now).Any()) turnedAway++;
                foreach (var (happened, stamp) in answer)
                {
                    if (approvers(record, happened, stamp) is { } those)
                    {
                        Assert.True(those.Length >= 2 && those.Distinct(StringComparer.Ordinal).Count() == those.Length, $"{string.Join(" and ", those)} approved alone.");
                        approved++;
                        if (roles.Length > 1) byTwoRoles++;
                        if (cast[person].Roles.Any(held => held.Role == stamp.Role && held.Until is not null)) inPassingRoles++;
                    }

                    record = record.Evolve(happened, stamp);
                }

                // What was approved is asked anew, so that a history says more than once.
                if (approved > before) record = start;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
        Assert.True(approved > 20 && byTwoRoles > 5 && inPassingRoles > 5 && turnedAway > 20,
            $"Only {approved} approvals, {byTwoRoles} by somebody with several roles, {inPassingRoles} in a role that passes or came back, and {turnedAway} who were turned away: these histories say little.");
    }

    private static Person Working(string id) => Person.New.Evolve(new PersonRegistered(id, "heron-bay"), Setting(HeronBay.Noon));

    private static Stamp Setting(DateTimeOffset at) => new("ruth", new(Role.Admin, HeldRole.Programme), at, "c");

    private static void Become(Dictionary<string, Person> cast, string id, Turn turn, DateTimeOffset now)
    {
        var (today, by) = (DateOnly.FromDateTime(now.UtcDateTime), Setting(now));
        switch (turn.Change)
        {
            case Change.Begins:
                Ask(new GrantRole(turn.Role, today), by);
                break;
            case Change.BeginsForAWhile:
                Ask(new GrantRole(turn.Role, today, today.AddDays(20)), by);
                break;
            case Change.Ends:
                foreach (var held in cast[id].RolesOn(today).Take(1)) Ask(new EndRole(id, held, today), by);
                break;
            case Change.StandsIn:
                foreach (var (lead, role) in cast.Where(one => one.Key != id).SelectMany(one => one.Value.RolesOn(today).Where(held => held.Role is Role.SchoolLead).Select(held => (one.Key, held))).Take(1))
                    Ask(new GrantRole(role, today, today.AddDays(20)), by with { Actor = lead, Role = role });
                break;
            case Change.Moves:
                var (from, to) = cast[id].Home == Places[0] ? (Places[0], Places[1]) : (Places[1], Places[0]);
                Ask(new MovePerson(to), by);
                foreach (var held in cast[id].RolesOn(today).Where(held => held.In == from).ToList())
                {
                    Ask(new EndRole(id, held, today), by);
                    Ask(new GrantRole(held with { In = to }, today), by);
                }

                break;
        }

        // What the person's own rules refuse is not so.
        void Ask(PersonCommand command, Stamp stamp)
        {
            var decision = cast[id].Decide(command, stamp);
            if (decision.Refusal is null) cast[id] = decision.Events.Aggregate(cast[id], (person, happened) => person.Evolve(happened, stamp));
        }
    }

    private static IEnumerable<(IEvent<TAggregate> Happened, Stamp Stamp)> Ask<TAggregate>(Principal who, TAggregate record, ICommand<TAggregate> command, DateTimeOffset now) where TAggregate : class, IAggregate<TAggregate>
    {
        var action = Access.ActionOf(command.GetType());
        foreach (var role in Table.Roles(who, action, Standing.Of(who, new View<TAggregate>("it", record, 1))))
        {
            var stamp = new Stamp(who.Person, role, now, "c", "because");
            var decision = record.Decide(command, stamp);
            if (decision.Refusal is null) return decision.Events.Select(happened => (happened, stamp));
            if (decision.Refusal.Kind is not RefusalKind.NotAllowed) return [];
        }

        return [];
    }
}
