using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

/// <summary>
/// Any history of commands, by anybody, in any order, with look-ups that fail: each byte triple names a command, who sends it and how. What FsCheck finds
/// it shrinks to the shortest history.
/// </summary>
public class MoneyThatMustNotGoWrong
{
    private const int Histories = 1_000;

    // The same person under several roles, people of other places, beneficiaries and reviewers among them.
    private static readonly ImmutableArray<Stamp> People =
    [
        Rana, Otto, Tomas, Ines, Amina, Grace, By("rana", Role.FinanceL1, "paper-boat"), By("rana", Role.FinanceL2, "paper-boat"), By("tomas", Role.FinanceL2, "paper-boat"),
        By("amina", Role.FinanceL1, "paper-boat"), By("pilar", Role.FinanceL2, "paper-boat"), By("eve", Role.FinanceL1, "other-fund"), By("tomas", Role.SchoolLead, "heron-bay"), Itself,
    ];

    private static readonly ImmutableArray<string> TrancheIds = ["first", "second", "third"], TransferIds = ["t1", "t2", "t3", "t4"], ClaimIds = ["c1", "c2"];

    private static GrantFacts? FactsOf(byte how) => (how % 8) switch
    {
        0 => null,
        1 => Known with { Paused = true },
        2 => Known with { HardIncident = true },
        3 => Known with { Seen = [] },
        _ => Known,
    };

    private static CatalyticGrantCommand Command(byte what, byte how)
    {
        var (tranche, transfer, claim, amount) = (TrancheIds[how % 3], TransferIds[how / 3 % 4], ClaimIds[how % 2], 50_000L * (1 + how % 9));
        return (what % 30) switch
        {
            0 or 1 or 2 or 3 => new RequestTranche(tranche, transfer) { Facts = FactsOf((byte)(how / 12)) },
            4 or 5 or 6 or 7 or 8 => new ApproveTranche(tranche) { Facts = FactsOf((byte)(how / 3)) },
            9 or 10 => new RecordPayment(transfer, $"bank-{how % 5}", new(2026, 10, 2)),
            11 => new RecordFailedPayment(transfer),
            12 => new HoldTranche(tranche),
            13 => new FreeTranche(tranche),
            14 => new ConfirmCondition("third", "visit", "visit.pdf", new string('a', 64)) { Facts = FactsOf(how) },
            15 => new SubmitGrantReport(how % 2 == 0 ? "interim" : "final", amount, "Done."),
            16 => new AcceptGrantReport(how % 2 == 0 ? "interim" : "final") { Facts = FactsOf((byte)(how / 2)) },
            17 => new ReturnGrantReport(how % 2 == 0 ? "interim" : "final"),
            18 => new ProposeAmendment(AmendmentKind.BudgetLarge, new()
            {
                Awarded = 400_000 + amount, Tranches = [Tranches[0] with { Amount = 400_000 }, Tranches[1] with { Amount = amount }],
            }),
            19 => new ApproveAmendment { Facts = FactsOf(how) },
            20 => new RejectAmendment(),
            21 => new SuspendGrant(),
            22 => new ResumeGrant(),
            23 => how % 5 == 0 ? new TerminateGrant() : new CancelGrant(),
            24 => new RaiseRecovery(claim, amount, Disallowed: how % 3 == 0),
            25 => new RecordRepayment($"back-{how % 7}", amount, how % 3 == 0 ? null : claim, $"bank-{how % 5}", new(2026, 11, 2)),
            26 => new ProposeWriteOff(claim) { Facts = FactsOf((byte)(how / 2)) },
            27 => new ConfirmWriteOff(claim) { Facts = FactsOf((byte)(how / 2)) },
            28 => new AgreeRecovery(claim),
            _ => new CloseGrant { Facts = FactsOf(how) },
        };
    }

    /// <summary>Mostly somebody who may, so that histories get somewhere; else anybody.</summary>
    private static Stamp Who(CatalyticGrantCommand command, byte who, CatalyticGrant grant) => (who < 100 ? People[who % People.Length] : command switch
    {
        RequestTranche or SubmitGrantReport => Amina,
        ApproveTranche approve => grant.Tranche(approve.Tranche)?.State is TrancheState.Approved || grant.Amendment is not null ? Ines : Tomas,
        RecordPayment or RecordFailedPayment or RecordRepayment or ProposeWriteOff => Tomas,
        ConfirmWriteOff or ApproveAmendment => Ines,
        AgreeRecovery => Grace,
        _ => Rana,
    }).Because();

    /// <summary>I1, I2, I4 to I8 and I10, and the books: whatever was paid is spent, repaid, claimed, given up or still open, once.</summary>
    [Fact]
    public void Holds_for_every_history_of_a_grant()
    {
        var reached = new HashSet<Type>();
        Check(history => Holds(history, reached));
        // A history that gets nowhere proves nothing.
        Assert.Empty(((Type[])[typeof(TrancheReleased), typeof(PaymentPosted), typeof(PaymentFailed), typeof(AmendmentApplied), typeof(RepaymentPosted), typeof(RecoveryWrittenOff), typeof(GrantTerminated)]).Except(reached));
    }

    /// <summary>S3: what cannot be looked up is a no, to everybody and in every order; a payment stands one approval before its release.</summary>
    [Fact]
    public void Nothing_is_decided_while_look_ups_fail()
    {
        var before = Agreed().Paid().After(Request("second"), Amina).After(Approve("second"), Tomas).After(new SubmitGrantReport("interim", 100_000, "Done."), Amina)
            .After(new RaiseRecovery("c1", 50_000), Rana.Because()).State;
        Check(history =>
        {
            var grant = before;
            foreach (var (what, who, how) in history)
            {
                var command = Command(what, how) is GuardedCommand guarded ? guarded with { Facts = null } : Command(what, how);
                var stamp = Who(command, who, grant);
                foreach (var happened in grant.Decide(command, stamp).Events)
                {
                    Assert.False(command is GuardedCommand);
                    grant = grant.Evolve(happened, stamp);
                }
            }

            Assert.Equal(400_000, grant.Ledger.Released);
        });
    }

    private static void Holds(ImmutableArray<(byte What, byte Who, byte How)> history, HashSet<Type> reached)
    {
        var (start, small) = (history is [(var first, _, _), ..] ? first % 3 : 0, history is [(_, var one, _), ..] && one % 4 == 0);
        var agreed = Agreed(Offer with { Small = small });
        var grant = (start switch { 0 => agreed, _ when small => agreed.After(Request(), Amina).After(Approve(), Tomas).After(Pay(), Tomas), 1 => agreed.Paid(), _ => agreed.Paid().After(new TerminateGrant(), Rana.Because()) }).State;
        var requested = new Dictionary<string, string>(StringComparer.Ordinal);
        var approved = new Dictionary<string, string>(StringComparer.Ordinal);
        var paidOnce = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (what, who, how) in history)
        {
            var command = Command(what, how);
            var stamp = Who(command, who, grant);
            var before = grant;
            var decision = grant.Decide(command, stamp);
            foreach (var happened in decision.Events)
            {
                grant = grant.Evolve(happened, stamp);
                reached.Add(happened.GetType());
                if (happened is ConditionConfirmed or GrantReportAccepted or AmendmentApplied or WriteOffProposed or RecoveryWrittenOff) Assert.DoesNotContain(stamp.Actor, Known.Beneficiaries.Union(before.Offer!.Barred));
                switch (happened)
                {
                    case TrancheRequested e:
                        requested[e.Tranche] = stamp.Actor;
                        approved.Remove(e.Tranche);
                        break;
                    case TrancheApproved e:
                        approved[e.Tranche] = stamp.Actor;
                        break;
                    case TrancheReleased e:
                        Released(before, e, ((ApproveTranche)command).Facts, stamp, requested[e.Tranche], approved.GetValueOrDefault(e.Tranche));
                        break;
                    case PaymentPosted e:
                        Assert.True(paidOnce.Add(e.Transfer) && paidOnce.Add($"{e.Reference} {e.On:O}"), "paid twice");
                        break;
                    case AmendmentApplied:
                        Assert.Equal(grant.Awarded, grant.Planned);
                        break;
                }
            }

            Sums(grant);
        }
    }

    private static void Released(CatalyticGrant before, TrancheReleased e, GrantFacts? facts, Stamp stamp, string requester, string? first)
    {
        Assert.NotNull(facts);
        Assert.False(facts.Paused || facts.HardIncident || before.State is GrantState.Suspended or GrantState.Terminated or GrantState.Closed);
        if (e.Tranche is "second") Assert.Contains(facts.Seen, seen => seen.Met);
        if (!before.Offer!.Small) Assert.NotNull(first);
        Assert.Equal(first is null ? 2 : 3, new[] { requester, first, stamp.Actor }.OfType<string>().Distinct().Count());
        Assert.DoesNotContain(stamp.Actor, facts.Beneficiaries);
        Assert.DoesNotContain(stamp.Actor, before.Offer.Barred);
        Assert.Equal("paper-boat", stamp.Role.In);
    }

    private static void Sums(CatalyticGrant grant)
    {
        Assert.InRange(grant.Ledger.Released, 0, grant.Awarded);
        Assert.InRange(grant.Ledger.Paid, 0, grant.Ledger.Released);
        Assert.InRange(grant.Ledger.Repaid + grant.Ledger.WrittenOff, 0, grant.Ledger.Paid);
        Assert.InRange(grant.Planned, 0, grant.Awarded);
        Assert.InRange(grant.Unaccounted, 0, grant.Ledger.Net);
        Assert.Equal(grant.Ledger.Net, grant.Spent + grant.Ledger.WrittenOff + grant.Claimed + grant.Unaccounted);
        Assert.All(grant.Tranches.GroupBy(tranche => tranche.Transfer).Where(same => same.Key is not null), same => Assert.Single(same));
        Assert.All(grant.Tranches, tranche => Assert.True(grant.Ledger.Transfers.Count(one => one.Kind is TransferKind.Payment && one.For == tranche.Plan.Id && one.State is not TransferState.Void) <= 1));
        if (grant.State is GrantState.Closed) Assert.Equal((0, 0), (grant.Unaccounted, grant.Claimed));
    }

    /// <summary>I3, I10 and I12.</summary>
    [Fact]
    public void Holds_for_every_history_of_a_call() => Check(history =>
    {
        var call = Published(envelope: 2_000_000).State;
        var terms = call.Terms;
        foreach (var (what, who, how) in history)
        {
            var (grant, amount) = ($"grant-{how % 5}", 100_000L * (1 + how % 12));
            GrantCallCommand command = (what % 8) switch
            {
                0 or 1 or 2 => Award(amount, $"application-{how / 5 % 5}", grant) with { Facts = how % 11 == 0 ? null : Facts($"application-{how / 5 % 5}", level: how % 3) },
                3 => new CommitAward(grant),
                4 => new ReleaseAward(grant),
                5 => new SettleAward(grant, amount),
                6 => new SetEnvelope(amount * 2),
                _ => new ReviseCall(terms with { Blind = true }, amount),
            };
            var stamp = People[who % People.Length].Because();
            var decision = call.Decide(command, stamp);
            foreach (var happened in decision.Events)
            {
                call = call.Evolve(happened, stamp);
                if (happened is not AwardReserved reserved) continue;
                Assert.NotEqual("rana", stamp.Actor);   // who recommended it
                Assert.DoesNotContain(stamp.Actor, ((AwardApplication)command).Facts!.Barred);
                Assert.InRange(reserved.Amount, 1, terms.CeilingAt(((AwardApplication)command).Facts!.Level));
            }

            Assert.InRange(call.Reserved + call.Committed, 0, call.Envelope);
            Assert.Equal(terms, call.Terms);
            Assert.All(call.Awards.Values.Where(one => one.State is not ReservationState.Released).GroupBy(one => one.Application), same => Assert.Single(same));
        }
    });

    /// <summary>I9, I10, I11 and I13.</summary>
    [Fact]
    public void Holds_for_every_history_of_an_application() => Check(history =>
    {
        ImmutableArray<Stamp> people = [Rana, Otto, Pilar, Hana, Adler, Amina, Grace, By("pilar", Role.ProgrammeOfficer, "paper-boat"), By("amina", Role.Reviewer, "institute"), Itself];
        var (application, at) = (Sent().State, Monday.AddDays(2));
        foreach (var (what, who, how) in history)
        {
            at = at.AddDays(how % 4);
            ImmutableArray<ApplicantTie>? ties = (how % 6) switch { 0 => null, 1 => [new(ApplicantTieKind.SharedPilot, Hard: true, "pilot-1")], 2 => [new(ApplicantTieKind.SameNetwork, Hard: false, "lantern")], _ => [] };
            var reviewer = people[how % people.Length].Actor;
            GrantApplicationCommand command = (what % 14) switch
            {
                0 or 1 => new UnsealApplication(),
                2 or 3 => new AskReviewer(reviewer) { Ties = ties },
                4 or 5 => new DeclareInterest((InterestKind)(how % 3), "We met.") { Ties = ties },
                6 => new RuleOnInterest(reviewer, how % 2 == 0),
                7 or 8 => Scores(how % 41, how % 61),
                9 => new ReaffirmReview { Ties = [] },
                10 => new AskApplicant("Why?"),
                11 => new SubmitApplication { Asks = Asks },
                12 => new WritePanelNote("We talked."),
                _ => Yes with { Applicants = how % 7 == 0 ? null : ["amina", "grace"] },
            };
            var stamp = people[who % people.Length].Because().On(at);
            var before = application;
            foreach (var happened in application.Decide(command, stamp).Events)
            {
                application = application.Evolve(happened, stamp);
                switch (happened)
                {
                    case ReviewSubmitted or ReviewReaffirmed:
                        Assert.True(before.IsReviewableBy(stamp.Actor));
                        Assert.False(before.IsOf(stamp.Actor, [stamp.Role]));
                        if (happened is ReviewSubmitted) Assert.True(before.Reviews[stamp.Actor] is { Scores.IsEmpty: true } or { Stale: true });
                        break;
                    case ApplicationRecommended:
                        Assert.DoesNotContain(stamp.Actor, before.Barred);
                        Assert.True(before.Live.Count() >= 3);
                        break;
                    case ApplicationUnsealed:
                        Assert.True(at >= Deadline);
                        break;
                }
            }

            Assert.All(application.Reviews.Values.Where(review => review.Interest is InterestKind.Hard || review.Ties.Any(tie => tie.Hard)), review => Assert.False(application.IsReviewableBy(review.By)));
            if (!application.Unsealed) Assert.DoesNotContain(people, one => application.IsOpenTo(one.Actor, [one.Role]) || application.IsReviewableBy(one.Actor));
        }
    });

    private static void Check(Action<ImmutableArray<(byte What, byte Who, byte How)>> holds) => Prop
        .ForAll(ArbMap.Default.ArbFor<byte[]>().Filter(bytes => bytes.Length > 0), bytes => holds([.. bytes.Chunk(3).Where(chunk => chunk.Length == 3).Select(chunk => (chunk[0], chunk[1], chunk[2]))]))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories).WithStartSize(100).WithEndSize(600));
}
