using InnovationScale.Demonstration;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Search;

namespace InnovationScale.Community;

/// <summary>What the community must know of other records: the demonstration's, and what is added to them here.</summary>
public class WhatTheCommunityReads(LoadedLantern lantern) : IClassFixture<LoadedLantern>
{
    private const string Question = "does-it-last", Application = "member-cedar-court";

    private static readonly Principal Ndeye = new("ndeye", "Dr Ndeye", [new(Role.Researcher, "lantern")]), Leila = new("leila", "Leïla", [new(Role.ProgrammeOfficer, "paper-boat-fund")]),
        Huda = new("huda", "Huda", [new(Role.Teacher, "cedar-court")]), Thabo = new("thabo", "Thabo", [new(Role.Reviewer, "outside")]), Khalil = new("khalil", "Khalil", [new(Role.SchoolLead, "cedar-court")]);

    private static int sent;

    private CommunityDesk Community => new(lantern.Desk, lantern.Grains, lantern.Store);

    private static Request Next => new($"community-{sent++}", "So.");

    private Task<Outcome> Link(WorkKind kind, string id) => Community.Execute(Ndeye, Next, Question, new LinkWork(new(kind, id)));

    private Task<Outcome> Ask(string person) => Community.Execute(Leila, Next, Application, new AskMembershipReviewer(person));

    [Fact]
    public async Task Is_work_that_everybody_can_see_and_for_an_answer_work_with_a_public_evaluation()
    {
        Assert.Equal("work-unknown", (await Link(WorkKind.Pilot, "garden-maths-olive-hill")).Refusal!.Code);
        Assert.Equal("work-unknown", (await Link(WorkKind.Trial, "nowhere")).Refusal!.Code);
        foreach (var (kind, id) in ((WorkKind, string)[])[(WorkKind.Trial, "voice-note-homework-trial"), (WorkKind.Innovation, Lantern.GardenMaths)]) Assert.Null((await Link(kind, id)).Refusal);

        LinkedWork trial = new(WorkKind.Trial, "voice-note-homework-trial"), garden = new(WorkKind.Innovation, Lantern.GardenMaths);
        Assert.Equal([trial], await Community.Evaluated(Question));
        Assert.Equal("answer-without-evidence", (await Community.Execute(Ndeye, Next, Question, new AnswerQuestion("Yes.", [trial, garden]))).Refusal!.Code);
        Assert.Null((await Community.Execute(Ndeye, Next, Question, new AnswerQuestion("Yes.", [trial]))).Refusal);
    }

    [Fact]
    public async Task Is_who_works_with_an_applicant()
    {
        // Thabo steps aside; in his place nobody of the school, nobody with a role in it and nobody on a pilot with the applicant.
        Assert.True(await Waits());
        Assert.Null((await Community.Execute(Thabo, Next, Application, new DeclineToReview())).Refusal);
        Assert.False(await Waits());
        foreach (var person in (string[])["huda", "khalil"]) Assert.Equal("membership-reviewer-tied", (await Ask(person)).Refusal!.Code);
        Assert.Equal("membership-reviewer-unknown", (await Ask("nobody")).Refusal!.Code);
        Assert.Equal("membership-reviewer-asked", (await Ask("adler")).Refusal!.Code);
        Principal rasha = new("rasha", "Rasha", [new(Role.Teacher, "olive-hill")]);
        foreach (var person in (string[])["khalil", "ndeye"]) Assert.Null((await lantern.Desk.Execute(rasha, Next, "garden-maths-olive-hill", new JoinTeam(person))).Refusal);
        Assert.Equal("membership-reviewer-tied", (await Ask("ndeye")).Refusal!.Code);
        Assert.Null((await Ask("mina")).Refusal);
        Assert.Equal("membership-there-already", (await Community.Execute(Khalil, Next, "again", new ApplyForMembership("cedar-court", "a", "b"))).Refusal!.Code);

        // A role in the school that she was given since ties her too.
        Assert.Null((await lantern.Desk.Execute(Principal.System, Next, "mina", new GrantRole(new(Role.Teacher, "cedar-court"), new(2026, 1, 1)))).Refusal);
        Assert.Equal("membership-reviewer-tied", (await Community.Execute(new("mina", "Mina", [new(Role.Reviewer, "outside")]), Next, Application, new ReviewMembership(true))).Refusal!.Code);

        async Task<bool> Waits() => (await new Inbox(lantern.Desk, lantern.Grains, new(lantern.Desk), new(lantern.Desk, TimeProvider.System)).Of(Thabo)).Any(waiting => (waiting.What, waiting.Record) == ("review-membership", $"membership/{Application}"));
    }

    [Fact]
    public async Task Is_no_application_for_whoever_has_no_part_in_it()
    {
        foreach (var who in (Principal[])[Khalil, Leila, new("adler", "Prof Adler", [new(Role.Evaluator, "outside")])]) Assert.True(await Sees(who));
        foreach (var who in (Principal[])[Huda, Principal.Anonymous]) Assert.False(await Sees(who));

        async Task<bool> Sees(Principal who) => (await lantern.Desk.Look<Membership>(who, "read-membership", Application)).Exists;
    }

    /// <summary>Who is in a group is told to whoever is signed in; so is what happened in it.</summary>
    [Fact]
    public async Task Is_no_history_of_a_group_for_visitors()
    {
        var histories = new Histories(lantern.Desk, lantern.Store, Product.Compose().Kinds);
        Assert.NotEmpty((await histories.Read(Huda, "group", "two-languages", null, 10))!);
        Assert.Null(await histories.Read(Principal.Anonymous, "group", "two-languages", null, 10));
        Assert.Null(await histories.Compare(Principal.Anonymous, "group", "two-languages", 1));
    }

    [Fact]
    public async Task Is_found_by_its_words()
    {
        var finder = new Finder(lantern.Desk, lantern.Store, Product.Compose().Kinds);
        Assert.Equal([("learning-question", "families-that-do-not-read")], (await finder.Find(Principal.Anonymous, "families nobody reads")).Kinds.SelectMany(kind => kind.Records).Select(found => (found.Kind, found.Id)));
        Assert.Equal([("group", "plain-words")], (await finder.Find(Principal.Anonymous, "plain words parents")).Kinds.SelectMany(kind => kind.Records).Select(found => (found.Kind, found.Id)));
    }
}
