using System.Collections.Immutable;
using InnovationScale.Committees;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static InnovationScale.ScaleUp.AReview;

namespace InnovationScale.ScaleUp;

/// <summary>Ties and candidates as they are found in the records of a log of their own.</summary>
public sealed class WhatTheRecordsShow : IAsyncLifetime
{
    private static readonly Principal Amina = new("amina", "Amina", [new(Role.Teacher, "heron-bay")]), Officer = new("rana", "Rana", [new(Role.ProgrammeOfficer, "lantern")]);

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private SqlLogStore store = null!;
    private EventLog log = null!;
    private LocalGrains grains = null!;
    private Desk desk = null!;
    private int sent;

    public async Task InitializeAsync()
    {
        var (kinds, access) = Product.Compose();
        store = new(new SqliteEngine(folder), kinds, Vault.In(Path.Combine(folder, "vault-key")));
        log = new(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, TimeProvider.System);
        desk = new(grains, store, access, TimeProvider.System);
        await Done(Principal.System, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern"));
        await Done(Amina, "p", new StartPilot("Talk first", "heron-bay", "talk-first", "v1"));
    }

    public Task DisposeAsync()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private async Task Done<T>(Principal who, string id, ICommand<T> command) where T : class, IAggregate<T> => Assert.Null((await desk.Execute(who, new($"c{sent++}"), id, command)).Refusal);

    private async Task Told(string review, ScaleUpReviewCommand command, Stamp stamp) => Assert.Null((await grains.Execute(review, command, stamp with { CommandId = $"c{sent++}" })).Refusal);

    private async Task<IEnumerable<(string, TieGround)>> Hard(ScaleUpReview review, params ImmutableArray<string> people) =>
        (await new TiesOnRecord(grains, store).Of(review, [.. people.Select(person => new Seat(person, "far-away", SeatAs.Member, default))])).Where(tie => tie.IsHard).Select(tie => (tie.Person, tie.Ground));

    [Fact]
    public async Task Leaving_a_team_does_not_untie_from_it()
    {
        await Done(Amina, "p", new JoinTeam("joseph"));
        await Done(Amina, "p", new JoinTeam("cleo"));
        await Done(Amina, "p", new LeaveTeam("joseph"));
        Assert.Equal([("amina", TieGround.Team), ("joseph", TieGround.Team), ("cleo", TieGround.Team)], await Hard(Drafted.State, "amina", "joseph", "cleo", "hanan"));
    }

    [Fact]
    public async Task The_second_adult_of_a_pilot_is_tied_to_it()
    {
        await Done(Amina, "p", new NameSecondAdult("ben", "moss-lane"));
        Assert.Equal([("ben", TieGround.Team)], await Hard(Drafted.State, "ben", "hanan"));
    }

    [Fact]
    public async Task Nobody_decides_on_a_case_that_she_drafted_or_assessed() =>
        Assert.Equal([("ndeye", TieGround.MadeTheCase), ("omar", TieGround.MadeTheCase)], await Hard(Ready.State, "ndeye", "omar", "hanan"));

    [Fact]
    public async Task A_secretary_is_looked_at_as_members_are_and_may_write_the_case()
    {
        foreach (var person in (string[])["amina", "ndeye"])
        {
            await Done(Principal.System, person, new RegisterPerson(person, "far-away"));
            await Done(Principal.System, person, new GrantRole(new(Role.Secretary, Drafted.State.Committee), new(2026, 1, 1)));
        }

        Assert.Equal([("amina", TieGround.Team)], await Hard(Drafted.State, "hanan"));
    }

    [Fact]
    public async Task Whoever_drafted_a_case_withdraws_it_when_it_is_on_the_agenda_and_reads_none_of_it()
    {
        await Told("r", Draft, Ndeye);
        await Told("r", Described, Ndeye);
        await Told("r", Scores, Omar);
        await Told("r", new SubmitCase { Facts = Facts }, Ndeye);
        await Told("r", ToTable, Noor);
        Principal drafter = new("ndeye", "Dr Ndeye", [new(Role.Researcher, "lantern")]), other = drafter with { Person = "omar" };
        Assert.False((await desk.Look<ScaleUpReview>(drafter, "read-review", "r")).Exists);
        Assert.Equal("review-unknown", (await desk.Execute(other, new("w1", "No."), "r", new WithdrawCase())).Refusal!.Code);
        Assert.Null((await desk.Execute(drafter, new("w2", "A better version is coming."), "r", new WithdrawCase())).Refusal);
        Assert.Equal(ReviewState.Withdrawn, (await grains.Look<ScaleUpReview>("r")).State.State);
    }

    [Fact]
    public async Task A_candidate_is_ranked_by_the_case_that_was_put_on_the_agenda_and_not_withdrawn()
    {
        await Done(Amina, "talk-first", new RegisterInnovation("Talk first", "Pupils talk before they write.", "Practice"));
        await Done(Officer, "committee", new FoundCommittee("The committee", "Decides what is offered to more schools.", new()));
        foreach (var (review, cost) in ((string, long)[])[("kept", 180), ("withdrawn", 150), ("drafted", 160)])
        {
            await Told(review, Draft, Ndeye);
            await Told(review, Described with { Cost = new(cost, 120, 300, "USD", "") }, Ndeye);
            if (review is "drafted") continue;
            await Told(review, Scores, Omar);
            await Told(review, new SubmitCase { Facts = Facts }, Ndeye);
            await Told(review, ToTable with { VoteFrom = VoteFrom.AddDays(review is "kept" ? 0 : 1) }, Noor);
        }

        await Told("withdrawn", new WithdrawCase(), Ndeye.Because("A better version is coming."));
        var ranked = (await new CandidateDesk(desk, grains, new(desk, grains), TimeProvider.System).Rank(Officer, "committee"))!.Value.Ranked;
        Assert.Equal("USD 1.80", Assert.Single(ranked).Candidate.Ingredients.Single(one => one.Name == Ranking.Cost).Shown);
    }
}
