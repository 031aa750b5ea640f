using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Evidence;
using InnovationScale.People;
using InnovationScale.Statistics;
using InnovationScale.Trials;
using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Replications;

public class TryingAgainElsewhere
{
    private static readonly SourceTrial Source = new("talk-first", "1", TrialState.Reported, ["heron-bay", "casa"]);

    private static readonly ProposeReplication Proposal =
        new("talk-first", "1", "trial-1", "nord", ReplicationKind.Conceptual, Independence.Independent, 0.10) { Held = ["subject"], Varied = ["locality"], Source = Source };

    private static readonly LinkedTrial Own = new("trial-2", "talk-first", "1", TrialState.Recruiting, ["nord", "sud"]);

    private static readonly SignedEffect Original = new("evaluation-1", "trial-1", 0.38, 0.13, 0.13, 0.63, 0.20);

    private static Story<Replication> Proposed => Story.Of<Replication>().After(Proposal, Omar);

    private static Story<Replication> Agreed => Proposed.After(new AgreeReplication(), Mateo);

    private static Story<Replication> Linked => Agreed.After(new LinkTrial("trial-2") { Data = Own }, Omar);

    private static FollowTrial Follow(TrialState state) => new() { Data = Own with { State = state } };

    private static Story<Replication> Reported => Linked.After(Follow(TrialState.Reported), Omar);

    private static AssessReplication Assess(double g, double se) => new() { Original = Original, Own = new("evaluation-2", "trial-2", g, se, g - 1.96 * se, g + 1.96 * se, 0.20) };

    [Fact]
    public void Is_proposed_with_what_is_held_and_varied() => Story.Of<Replication>().When(Proposal, Omar).Then(new ReplicationProposed(
        "talk-first", "1", "trial-1", "nord", ReplicationKind.Conceptual, Independence.Independent, 0.10, ["subject"], ["locality"],
        ImmutableSortedDictionary<string, ContextAnswer>.Empty));

    [Fact]
    public void Counts_what_nobody_knows_about_the_place() => Story.Of<Replication>().After(Proposal with
    {
        Context = ImmutableSortedDictionary<string, ContextAnswer>.Empty.Add("locality", new("rural")).Add("electricity", ContextAnswer.Unknown),
    }, Omar).Where(again => Assert.Equal(1, again.ContextUnknown));

    public static TheoryData<string> Refusals =>
    [
        "replication-source-unknown", "replication-other-version", "replication-source-unregistered", "replication-same-site", "replication-margin",
        "replication-direct-varies", "replication-conceptual-same", "replication-held-and-varied", "context-question-unknown",
    ];

    [Theory, MemberData(nameof(Refusals))]
    public void Is_refused_where_it_would_not_be_one(string code) => Story.Of<Replication>().When(code switch
    {
        "replication-source-unknown" => Proposal with { Source = null },
        "replication-other-version" => Proposal with { Version = "2" },
        "replication-source-unregistered" => Proposal with { Source = Source with { State = TrialState.Draft } },
        "replication-same-site" => Proposal with { School = "casa" },
        "replication-margin" => Proposal with { Margin = 0 },
        "replication-direct-varies" => Proposal with { Design = ReplicationKind.Direct },
        "replication-conceptual-same" => Proposal with { Varied = [] },
        "replication-held-and-varied" => Proposal with { Held = ["locality"] },
        _ => Proposal with { Context = ImmutableSortedDictionary<string, ContextAnswer>.Empty.Add("weather", new("rain")) },
    }, Omar).ThenRefused(code);

    [Fact]
    public void Is_agreed_by_somebody_else() => Proposed.When(new AgreeReplication(), Mateo).Then(new ReplicationAgreed());

    [Fact]
    public void Is_not_agreed_by_the_proposer() => Proposed.When(new AgreeReplication(), Omar).ThenRefused("replication-own-proposal");

    [Fact]
    public void Runs_in_a_trial_of_its_own() => Agreed.When(new LinkTrial("trial-2") { Data = Own }, Omar).Then(new ReplicationTrialLinked("trial-2"));

    [Fact]
    public void Runs_in_one_trial() => Linked.When(new LinkTrial("trial-3") { Data = Own with { Trial = "trial-3" } }, Omar).ThenRefused("replication-has-trial");

    [Fact]
    public void Runs_in_a_trial_that_exists() => Agreed.When(new LinkTrial("trial-2"), Omar).ThenRefused("replication-trial-unknown");

    [Theory]
    [InlineData("trial-1")]
    [InlineData("trial-0")]
    public void Never_goes_in_a_circle(string trial) => Agreed
        .When(new LinkTrial(trial) { Data = Own with { Trial = trial }, SourceAncestors = ["trial-0"] }, Omar).ThenRefused("replication-circle");

    [Fact]
    public void Tries_the_same_version() => Agreed.When(new LinkTrial("trial-2") { Data = Own with { Version = "2" } }, Omar).ThenRefused("replication-other-version");

    [Fact]
    public void Happens_at_the_school_that_agreed() => Agreed.When(new LinkTrial("trial-2") { Data = Own with { Schools = ["sud"] } }, Omar).ThenRefused("replication-school-missing");

    [Theory]
    [InlineData(TrialState.InField, ReplicationState.InField)]
    [InlineData(TrialState.Stopped, ReplicationState.InField)]
    [InlineData(TrialState.DataLocked, ReplicationState.DataLocked)]
    [InlineData(TrialState.Analysed, ReplicationState.DataLocked)]
    [InlineData(TrialState.Reported, ReplicationState.Reported)]
    public void Follows_its_trial(TrialState trial, ReplicationState to) => Linked.When(Follow(trial), Omar).Then(new ReplicationMoved(to));

    [Fact]
    public void Follows_it_back_when_results_are_opened() => Reported.After(Assess(0.3, 0.1), Adler).When(Follow(TrialState.InField), Omar).Then(new ReplicationMoved(ReplicationState.InField))
        .Where(again => Assert.Null(again.Assessment));

    [Fact]
    public void Stands_still_while_its_trial_does() => Reported.When(Follow(TrialState.Reported), Omar).ThenRefused("replication-up-to-date");

    [Fact]
    public void Has_nothing_to_follow_before_it_has_a_trial() => Agreed.When(Follow(TrialState.InField), Omar).ThenRefused("replication-without-trial");

    [Fact]
    public void Is_not_assessed_before_it_is_reported() => Linked.When(Assess(0.3, 0.1), Adler).ThenRefused("replication-state");

    [Fact]
    public void Is_not_assessed_without_the_originals_evaluation() => Reported.When(Assess(0.3, 0.1) with { Original = null }, Adler)
        .ThenRefused("replication-not-comparable", "original-evaluation");

    [Fact]
    public void Is_not_assessed_without_its_own_evaluation() => Reported.When(Assess(0.3, 0.1) with { Own = null }, Adler).ThenRefused("replication-not-comparable", "own-evaluation");

    [Theory]
    [InlineData(0.38, 0.01, true)]     // improves clear of 0
    [InlineData(0.38, 0.25, false)]    // not clear of 0
    [InlineData(-0.20, 0.05, false)]   // different in the harmful direction
    public void Succeeds_when_it_improves_by_itself_and_is_not_worse_than_the_original(double g, double se, bool succeeds) =>
        Reported.When(Assess(g, se), Adler).ThenAccepted().Where(again => Assert.Equal((ReplicationState.Assessed, succeeds), (again.State, again.Succeeded)));

    [Fact]
    public void Clear_of_zero_and_yet_worse_is_no_success() => Reported
        .When(new AssessReplication { Original = Original with { G = 0.9, StandardError = 0.05 }, Own = Assess(0.2, 0.05).Own }, Adler).ThenAccepted()
        .Where(again => Assert.Equal((true, false), (again.Assessment!.HarmfullyDifferent, again.Succeeded)));

    [Fact]
    public void That_agrees_with_an_original_that_found_nothing_is_no_success() => Reported
        .When(new AssessReplication { Original = Original with { G = 0, StandardError = 0.02 }, Own = Assess(0, 0.02).Own }, Adler).ThenAccepted()
        .Where(again => Assert.Equal((Correspondence.Equivalent, false), (again.Assessment!.Outcome, again.Succeeded)));

    [Fact]
    public void Is_abandoned_with_a_reason_and_stays_in_the_count() => Linked.When(new AbandonReplication(), Mateo).ThenRefused("reason-needed")
        .When(new AbandonReplication(), Mateo.Because("Teachers left.")).Then(new ReplicationAbandoned())
        .Where(again => Assert.Equal((true, "Teachers left."), (again.InDenominator, again.AbandonedBecause)))
        .When(Follow(TrialState.Reported), Omar).ThenRefused("replication-state");

    [Fact]
    public void Is_not_abandoned_once_assessed() => Reported.After(Assess(0.3, 0.1), Adler).When(new AbandonReplication(), Mateo.Because("No.")).ThenRefused("replication-state");

    /// <summary>I27: abandoned, null and indeterminate replications stay in the denominator.</summary>
    [Fact]
    public void Keeps_every_abandoned_null_and_indeterminate_one_in_the_denominator() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), outcomes =>
    {
        ImmutableArray<ReplicationResult> results =
        [
            .. outcomes.Select((o, i) => o % 5 == 4
                ? ReplicationResult.Of($"{i}", Linked.State.Evolve(new ReplicationAbandoned(), Mateo))
                : ReplicationResult.Of($"{i}", Reported.State.Evolve((ReplicationEvent)Reported.State.Decide(Assess(-0.5 + o / 256.0, 0.02 + o % 3 * 0.2), Adler).Events[0], Adler))),
            ReplicationResult.Of("under way", Linked.State),
        ];
        var rate = Replicated.Rate(results);
        Assert.Equal(outcomes.Length, rate?.Denominator ?? 0);
        Assert.Equal(results.Count(result => result.Succeeded), rate?.Successes ?? 0);
    }).QuickCheckThrowOnFailure();

    /// <summary>I26: replications form no circle.</summary>
    [Fact]
    public void Makes_no_circle_in_any_order() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), choices =>
    {
        var sources = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);   // trial -> the trials it repeats
        foreach (var (source, own) in choices.Select(c => ($"trial-{c % 6}", $"trial-{c / 6 % 6}")))
        {
            var agreed = Story.Of<Replication>().After(Proposal with { SourceTrial = source }, Omar).After(new AgreeReplication(), Mateo).State;
            var link = new LinkTrial(own) { Data = Own with { Trial = own }, SourceAncestors = [.. Ancestors(source)] };
            if (agreed.Decide(link, Omar).Refusal is null) (sources.TryGetValue(own, out var known) ? known : sources[own] = []).Add(source);
        }

        Assert.All(sources.Keys, trial => Assert.DoesNotContain(trial, Ancestors(trial)));

        HashSet<string> Ancestors(string trial)
        {
            var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([trial]));
            while (next.TryPop(out var at))
            {
                foreach (var source in sources.GetValueOrDefault(at, []).Where(seen.Add)) next.Push(source);
            }

            return seen;
        }
    }).QuickCheckThrowOnFailure();
}
