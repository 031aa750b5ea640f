using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.ScaleUp;
using InnovationScale.Statistics;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace InnovationScale.Demonstration;

/// <summary>The demonstration in a store of its own, loaded once for all tests of it.</summary>
public sealed class LoadedLantern : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private EventLog log = null!;
    private LocalGrains grains = null!;

    internal Desk Desk { get; private set; } = null!;

    internal EvidenceDesk Evidence { get; private set; } = null!;

    internal DossierDesk Dossiers { get; private set; } = null!;

    internal TrialUploads Uploads { get; private set; } = null!;

    internal IGrains Grains => grains;

    internal SqlLogStore Store { get; private set; } = null!;

    internal Access Access { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (var kinds, Access) = Product.Compose();
        Store = new(new SqliteEngine(folder), kinds, Vault.In(Path.Combine(folder, "vault-key")));
        log = new(Store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        Settled = await Load();
        Desk = new(grains, Store, Access, TimeProvider.System);
        Evidence = new(Desk, grains);
        Dossiers = new(Evidence, Desk);
        Uploads = new(Desk, new(Desk, grains, Store, TimeProvider.System), new(Desk), Access, TimeProvider.System);
    }

    /// <summary>Steps that the demonstration took itself.</summary>
    internal int Settled { get; private set; }

    internal Task<int> Load() => Lantern.Load(grains, log, Store, Access);

    internal async Task<long> Events() => (await Store.Query(connection => connection.Query("select count(*) from event", r => r.GetInt64(0)))).Single();

    public Task DisposeAsync()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>What the story of the demonstration says, figure by figure: each is computed from its cells by the rules that real trials pass.</summary>
public class TheLanternNetwork(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    /// <summary>A payment that one has approved waits for somebody else who may, and for nobody who has had a hand in it.</summary>
    [Fact]
    public async Task Tells_each_what_waits_for_her()
    {
        var inbox = new Inbox(lantern.Desk, lantern.Grains, new(lantern.Desk), new(lantern.Desk, TimeProvider.System));
        async Task<IReadOnlyList<Waiting>> Of(string person)
        {
            var known = (await lantern.Grains.Look<Person>(person)).State;
            return await inbox.Of(new(person, person, [.. known.RolesOn(DateOnly.FromDateTime(DateTime.UtcNow))]));
        }

        const string payment = "grant/grant-older-readers";
        Assert.Contains(await Of("ines"), waiting => (waiting.What, waiting.Record) == ("approve-payment", payment));
        foreach (var person in (string[])["tomas", "naliaka", "wekesa", "rana"]) Assert.DoesNotContain(await Of(person), waiting => waiting.What is "approve-payment");
        Assert.Contains(await Of("lucia"), waiting => waiting is { What: "go-on-with-cycle" or "start-first-cycle" or "finish-draft" or "look-at-pilot", Yours: true });
    }

    /// <summary>What the table of pupils hides, no step of the trial's history tells.</summary>
    [Fact]
    public async Task Tells_a_visitor_no_counts_of_pupils_by_its_history()
    {
        var histories = new Histories(lantern.Desk, lantern.Store, Product.Compose().Kinds);
        var closed = await lantern.Store.Query(connection => connection.Query("select stream, version from event where name = 'results-locked'", r => (Stream: r.GetString(0), Version: r.GetInt64(1))));
        Assert.NotEmpty(closed);
        foreach (var (stream, version) in closed)
        {
            var changes = (await histories.Compare(Principal.Anonymous, "trial", stream.Split('/')[1], version))!.Changes;
            Assert.Contains(changes, change => change.Name.StartsWith("lockedSha256", StringComparison.Ordinal));
            Assert.DoesNotContain(changes, change => change.Name.StartsWith("countsWhenClosed", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Loaded_again_is_as_it_was()
    {
        var before = await lantern.Events();
        await lantern.Load();
        Assert.Equal(before, await lantern.Events());
    }

    [Fact]
    public async Task Leaves_nothing_for_the_sweep_to_do() => Assert.Equal(0, await Count("outbox"));

    [Theory]
    [InlineData("Draft", 2), InlineData("Registered", 3), InlineData("Enquiry", 6), InlineData("Trial", 3), InlineData("Evaluation", 2), InlineData("Adaptation", 1), InlineData("Withdrawn", 1), InlineData("Paused", 1)]
    [InlineData("Completed", 5), InlineData("AdoptedLocally", 2), InlineData("NoEffect", 1), InlineData("Harm", 1), InlineData("Inconclusive", 1), InlineData("Circumstances", 1)]
    [InlineData("Light", 14), InlineData("Standard", 4), InlineData("Rigorous", 11)]
    public async Task Has_29_pilots_of_which(string are, long many)
    {
        Assert.Equal(29, await Count("pilot"));
        Assert.Equal(many, await Count($"pilot where coalesce(closed_as, case status when 'Active' then stage when 'Paused' then stage else status end) = '{are}' or preset = '{are}' or status = '{are}' and status = 'Paused'"));
    }

    [Fact]
    public async Task Has_about_70_schools_six_ideas_of_its_own_and_one_from_elsewhere()
    {
        Assert.Equal((66, 7), (await Count("school where locality is not null"), await Count("innovation")));
        Assert.Equal(["CO", "JO", "KE", "SN"], await lantern.Store.Query(connection => connection.Query("select distinct country from school order by country", r => r.GetString(0))));
    }

    [Fact]
    public async Task Has_people_for_the_money_and_a_committee_of_seven_with_a_secretary()
    {
        Assert.Equal((7, 1), (await Count("person_role where role in ('CommitteeChair', 'CommitteeMember')"), await Count("person_role where role = 'Secretary'")));
        Assert.Equal(["ines FinanceL2", "leila ProgrammeOfficer", "rana ProgrammeOfficer", "tomas FinanceL1"],
            await lantern.Store.Query(connection => connection.Query("select id, role from person_role where held_in = 'paper-boat-fund' order by id", r => $"{r.GetString(0)} {r.GetString(1)}")));
    }

    [Fact]
    public async Task Decided_on_talk_first_three_to_one_with_conditions_and_a_dissent()
    {
        var review = (await lantern.Grains.Look<ScaleUpReview>(Lantern.TalkFirstReview)).State;
        Assert.Equal((7, 1, new Tally(3, 1, 1, Present: 5, Eligible: 6, Quorum: 3, SteppedAside: 1)), (review.Seats.Length, review.SteppedAside, review.Decision!.Tally));
        Assert.Equal((ReviewState.ConditionsOpen, ScaleStatus.ScaleWithConditions, 2), (review.State, review.Status, review.Conditions.Length));
        Assert.Equal("Offer to schools teaching in the home language. Elsewhere use v2 only, in 4 more trials by June.", review.Decision.Motion.Words);
        Assert.Equal(("simone", TieGround.Evaluator), review.Ties.Where(tie => tie.IsHard).Select(tie => (tie.Person, tie.Ground)).Single());
        Assert.NotEmpty(review.Decision.Dissent);
    }

    [Fact]
    public async Task Had_the_committee_read_what_is_known_there_and_elsewhere()
    {
        var evidence = (await lantern.Grains.Look<ScaleUpReview>(Lantern.TalkFirstReview)).State.Dossier!.Evidence;
        Assert.Equal((Verdict.Helps, Verdict.CannotTellYet, 4, 2), (evidence.Verdict, evidence.VerdictEverywhere, evidence.Replications, evidence.Independent));
        Assert.Equal((5, .29, .14, .44), (evidence.Inside.K, Math.Round(evidence.Inside.Mean!.Value, 2), Math.Round(evidence.Inside.Low!.Value, 2), Math.Round(evidence.Inside.High!.Value, 2)));
        Assert.Equal((8, 5), (evidence.Trials.Length, evidence.Trials.Count(trial => trial.Inside)));
        Assert.NotEmpty(evidence.Coverage!.MissingPairs.Select(pair => pair.First.Dimension).Concat(evidence.Coverage.MissingLevels.Select(level => level.Dimension)));
    }

    [Theory]
    [InlineData("grant-talk-first", GrantState.Active, 12_000, 6_000, 0), InlineData("grant-voice-notes", GrantState.Closed, 9_500, 9_500, 1_150), InlineData("grant-seats", GrantState.Terminated, 8_000, 5_000, 2_400)]
    [InlineData("grant-older-readers", GrantState.Agreed, 6_000, 0, 0)]
    public async Task Gave_four_grants(string id, GrantState state, int awarded, int paid, int returned)
    {
        var grant = (await lantern.Grains.Look<CatalyticGrant>(id)).State;
        Assert.Equal((state, awarded * 100L, paid * 100L, returned * 100L), (grant.State, grant.Awarded, grant.Ledger.Paid, grant.Ledger.Repaid));
    }

    [Fact]
    public async Task Has_money_that_adds_up_and_payments_that_wait()
    {
        var books = (await new Reconciliations(lantern.Grains, lantern.Store).Of("small-steps"))!;
        Assert.Equal((true, 4_000_000, 3_435_000), (books.Agrees, books.Envelope, books.Committed));
        Assert.Equal((ApplicationState.Waitlisted, ApplicationState.Declined), ((await lantern.Grains.Look<GrantApplication>("application-garden")).State.State, (await lantern.Grains.Look<GrantApplication>("application-cards")).State.State));
        Assert.Equal(TrancheState.Approved, (await lantern.Grains.Look<CatalyticGrant>("grant-older-readers")).State.Tranche("first")!.State);
        Assert.Equal(TrancheState.Planned, (await lantern.Grains.Look<CatalyticGrant>("grant-talk-first")).State.Tranche("second")!.State);
    }

    [Theory]
    [InlineData("heron-bay", .38, .13), InlineData("lake-road", .30, .13), InlineData("casa", .14, .12), InlineData("las-golondrinas", .44, .14), InlineData("olive-hill", .22, .13)]
    [InlineData("sand-street", -.02, .12), InlineData("river-bend", -.21, .12), InlineData("long-shade", .05, .14)]
    public async Task Tried_talk_first_in_eight_places_and_found(string place, double g, double standardError)
    {
        var effect = (await Read(Lantern.TalkFirst)).Trials.Single(trial => trial.Id == $"talk-first-{place}-trial").Result.Effect!;
        Assert.Equal(g, effect.G, 1e-9);
        Assert.Equal(standardError, effect.StandardError, 1e-9);
    }

    [Fact]
    public async Task Cannot_tell_of_talk_first_in_every_school_and_can_where_lessons_are_in_the_home_language()
    {
        var evidence = await Read(Lantern.TalkFirst);
        Assert.Equal("v1", evidence.Version.Id);
        AssertPool(evidence.Level.Pool, 8, .16, -.03, .34);
        Assert.Equal((-.30, .62), Rounded(evidence.Level.Pool.Prediction!.Value));
        Assert.Equal(.78, evidence.Level.Pool.ChanceAbove(0)!.Value, .005);
        Assert.Equal((2, Verdict.CannotTellYet), (evidence.Level.Level, evidence.Level.Verdict));
        Assert.Equal(["clear-of-zero"], evidence.Level.Steps[2].Missing.Select(missing => missing.Code));

        var split = Assert.Single(evidence.Splits);
        Assert.Equal("home-language-match", split.Dimension);
        AssertPool(split.Groups[0].Pool, 5, .29, .14, .44);
        AssertPool(split.Groups[1].Pool, 3, -.07, -.40, .26);
        Assert.Equal((.36, (.13, .58)), (Math.Round(split.Difference!.Estimate, 2), Rounded(split.Difference.Interval)));
    }

    [Fact]
    public async Task Had_two_replications_of_seven_clear_of_nothing_and_one_given_up()
    {
        var evidence = await Read(Lantern.TalkFirst);
        Assert.Equal((2, 7, 1), (evidence.SuccessRate!.Successes, evidence.SuccessRate.Assessed, evidence.SuccessRate.Abandoned));
    }

    [Fact]
    public async Task Has_closed_results_of_a_second_version_too_few_to_pool()
    {
        var evidence = (await lantern.Evidence.Read(Principal.Anonymous, Lantern.TalkFirst, "v2"))!;
        Assert.True(evidence.Version.Major);
        Assert.Equal([TrialState.DataLocked, TrialState.DataLocked], evidence.Trials.Select(trial => trial.Trial.State));
        Assert.Null(evidence.Level.Pool.Fit);
    }

    [Fact]
    public async Task Adopted_exit_cards_on_more_than_chance_wobble()
    {
        var pilot = (await lantern.Grains.Look<Pilot>("friday-exit-cards-heron-bay")).State;
        Assert.Equal((PilotStatus.Closed, PilotTo.AdoptedLocally), (pilot.Status, pilot.ClosedAs));

        var evidence = await Read(Lantern.ExitCards);
        var watched = evidence.Watched["friday-exit-cards-heron-bay"];
        Assert.Equal((true, 60, 78), (watched.Improved, Math.Round(watched.Chart.Median), Math.Round(100 * watched.Points[^1].Value!.Value / watched.Points[^1].Denominator!.Value)));
        Assert.Equal((2, Verdict.CannotTellYet), (evidence.Level.Level, evidence.Level.Verdict));
        Assert.Empty(evidence.Trials);
    }

    [Fact]
    public async Task Found_no_worthwhile_difference_of_voice_notes()
    {
        var evidence = await Read(Lantern.VoiceNotes);
        var trial = Assert.Single(evidence.Trials);
        var effect = trial.Result.Effect!;
        Assert.Equal(.01, effect.G, 1e-9);
        Assert.Equal((-.16, .18), (Math.Round(effect.Low, 2), Math.Round(effect.High, 2)));
        Assert.Equal((TrialState.Reported, 2, Verdict.NoWorthwhileDifference), (trial.Trial.State, evidence.Level.Level, evidence.Level.Verdict));
        Assert.Equal((12, 42), (trial.Trial.Sites.Length, trial.Trial.Cells.Held.Sum(held => held.Cell.Classes)));
        Assert.True((await lantern.Grains.Look<Evaluation>(trial.Evaluation!)).State is { State: EvaluationState.Published, Independent: true });
        Assert.Equal(PilotTo.NoEffect, (await lantern.Grains.Look<Pilot>("voice-note-homework-casa")).State.ClosedAs);
    }

    [Fact]
    public async Task Found_harm_of_seats_by_last_score_among_those_named_beforehand()
    {
        var evidence = await Read(Lantern.SeatsByScore);
        var trial = Assert.Single(evidence.Trials);
        var (all, lowest) = (trial.Result.Effect!, Assert.Single(trial.Result.Pupils));
        Assert.Equal(-.15, all.G, 1e-9);
        Assert.Equal((-.40, .10), (Math.Round(all.Low, 2), Math.Round(all.High, 2)));
        Assert.Equal(-.36, lowest.G, 1e-9);
        Assert.Equal((-.66, -.06), (Math.Round(lowest.Low, 2), Math.Round(lowest.High, 2)));
        Assert.Equal(18, trial.Trial.Cells.Held.Count(held => held.Cell.Subgroup.Length == 0));
        Assert.Contains("stopping rule is met", trial.Trial.StopReason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Harms, evidence.Level.Verdict);
        Assert.Equal("last-score:lowest-third", Assert.Single(evidence.Level.HarmedPupils));
    }

    [Fact]
    public async Task Has_a_trial_in_the_field_with_a_file_that_needs_mending()
    {
        var (id, file) = Lantern.FaultyUpload;
        var trial = (await lantern.Grains.Look<Trial>(id)).State;
        Assert.Equal(TrialState.InField, trial.State);

        Assert.Contains((await Tried(file)).Errors, error => error.Column == "pupil name");
        var nameless = await Tried(string.Join('\n', file.Split('\n').Select(row => row.Split(',') is [var school, var named, var group, _, var score] ? $"{school},{named},{group},{score}" : row)));
        Assert.Equal([("group", "oldr"), ("score", "999")], nameless.Errors.Select(error => (error.Column!, error.Value!)));
        Assert.True((await Tried(string.Join('\n', file.Replace("oldr,", "older,", StringComparison.Ordinal).Replace(",999", ",", StringComparison.Ordinal).Split('\n')
            .Select(row => row.Split(',') is [var school, var named, var group, _, var score] ? $"{school},{named},{group},{score}" : row)))).Accepted);

        async Task<Reduction> Tried(string text)
        {
            await using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            return (await lantern.Uploads.Take(new("ndeye", "Dr Ndeye", [new(Role.Researcher, "lantern")]), new("try"), id, stream, new UploadAsked(text.Length) { DryRun = true }, CancellationToken.None)).Reduction!;
        }
    }

    [Fact]
    public async Task Reads_Project_STAR_with_classes_taken_into_account()
    {
        var study = Assert.Single((await Read(Lantern.SmallClasses)).Studies);
        var (adjusted, within) = (study.Reading!.Adjusted!, study.Reading.Within!);

        Assert.Equal(PublishedStar.Difference, adjusted.Difference, 1e-5);
        Assert.Equal(PublishedStar.StandardErrorOfDifference, adjusted.StandardError, 1e-5);
        Assert.Equal((78, 79), (study.Reading.Unadjusted.K, study.Reading.Sites.Length));
        Assert.Single(study.Reading.OneGroupOnly);
        Assert.Null(study.Pooled);
        Assert.Equal(PublishedStar.IntraclassCorrelationWithinArms, within.Estimate, 1e-9);
    }

    /// <summary>The class file has 12 digits, hence not more than 8 here.</summary>
    [Theory, MemberData(nameof(PublishedStar.Pools), MemberType = typeof(PublishedStar))]
    public async Task Pools_its_schools_as_metafor_does(string method, double mu, double se, double tau2, double i2, double? low, double? high)
    {
        var evidence = await lantern.Evidence.Read(Principal.Anonymous, Lantern.SmallClasses, "v1", PoolMethod.Named(method));
        var pool = evidence!.Studies[0].Reading!.Unadjusted;
        var fit = pool.Fit!;

        Assert.Equal((78, method), (pool.K, pool.Method));
        Assert.Equal(mu, fit.Estimate, 1e-8);
        Assert.Equal(se, fit.StandardError, 1e-8);
        Assert.Equal(tau2, fit.Tau2, 1e-8);
        Assert.Equal(i2, fit.I2, 1e-6);
        Assert.Equal(PublishedStar.Q, fit.Q, 1e-6);
        Assert.Equal(low ?? 0, pool.Prediction?.Lower ?? 0, 1e-8);
        Assert.Equal(high ?? 0, pool.Prediction?.Upper ?? 0, 1e-8);
    }

    private static void AssertPool(Pool pool, int k, double mean, double low, double high)
    {
        Assert.Equal((k, "REML_knha"), (pool.K, pool.Method));
        Assert.Equal((mean, (low, high)), (Math.Round(pool.Fit!.Estimate, 2), Rounded(pool.Interval!.Value)));
    }

    private static (double, double) Rounded(Interval interval) => (Math.Round(interval.Lower, 2), Math.Round(interval.Upper, 2));

    private async Task<long> Count(string what) => (await lantern.Store.Query(connection => connection.Query($"select count(*) from {what}", r => r.GetInt64(0)))).Single();

    private async Task<VersionEvidence> Read(string innovation) => (await lantern.Evidence.Read(Principal.Anonymous, innovation))!;
}
