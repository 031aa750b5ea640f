using System.Collections.Immutable;
using InnovationScale.Evidence;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Safeguarding;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using static InnovationScale.Grants.AGrant;

namespace InnovationScale.Grants;

/// <summary>Calls, applications and grants on a log of their own: who reads what when, and money on its way from one record to another.</summary>
public sealed class MoneyBetweenRecords : IAsyncLifetime
{
    private static readonly Principal
        Officer = new("rana", "Rana", [Rana.Role]), SecondOfficer = new("otto", "Otto", [Otto.Role]), First = new("tomas", "Tomas", [Tomas.Role]), Second = new("ines", "Ines", [Ines.Role]),
        Teacher = new("amina", "Amina", [Amina.Role]), Lead = new("grace", "Grace", [Grace.Role]), Stranger = new("eve", "Eve", [new(Role.ProgrammeOfficer, "other-fund"), new(Role.Teacher, "casa")]);

    private static readonly ImmutableArray<Principal> Reviewers = [.. ((Stamp[])[Pilar, Hana, Adler]).Select(one => new Principal(one.Actor, one.Actor, [one.Role]))];

    private readonly string folder = Directory.CreateTempSubdirectory("innovationscale-").FullName;
    private readonly Clock clock = new() { Now = Monday.AddDays(-1) };
    private readonly Post post = new();
    private SqlLogStore store = null!;
    private EventLog log = null!;
    private LocalGrains grains = null!;
    private Desk desk = null!;
    private Histories histories = null!;
    private GrantDesk grants = null!;
    private GrantLists lists = null!;
    private ApplicationActs acts = null!;
    private Reconciliations reconciliations = null!;
    private Dictionary<string, Func<Note, Task>> steps = null!;
    private int sent;

    public async Task InitializeAsync()
    {
        var (kinds, access) = Product.Compose();
        store = new(new SqliteEngine(folder), kinds, new(Vault.NewKey(), "a test"));
        log = new(store, clock, NullLogger<EventLog>.Instance);
        log.Start();
        grains = new(kinds, log, clock);
        desk = new(grains, store, access, clock);
        histories = new(desk, store, kinds);
        reconciliations = new(grains, store);
        grants = new(desk, grains, store, new EvidenceDesk(desk, grains), access, clock, reconciliations);
        (lists, acts) = (new(desk, clock), new(desk, access, grants));
        steps = new GrantFollowUps(grants, grains, store, post, post).Steps.ToDictionary(step => step.Kind, step => step.Run, StringComparer.Ordinal);
        await Done(desk.Execute(Principal.System, Next, "heron-bay", new RegisterSchool("Heron Bay", "KE", "lantern")));
        foreach (var (person, home) in ((string, string)[])[("amina", "heron-bay"), ("grace", "heron-bay"), ("rana", "paper-boat"), ("pilar", "institute"), ("hana", "institute"), ("adler", "far-university"), ("lucia", "lantern")])
            await Done(desk.Execute(Principal.System, Next, person, new RegisterPerson(person, home)));
        await Done(new PilotDesk(desk, grains, store).Execute(Teacher, Next, "pilot-1", new StartPilot("Talk first", "heron-bay", null, null)));
    }

    public Task DisposeAsync()
    {
        grains.Dispose();
        log.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private Request Next => new($"c{Interlocked.Increment(ref sent)}", "It is so.");

    private static async Task Done(Task<Outcome> outcome) => Assert.Null((await outcome).Refusal);

    private Task Do(Principal who, string id, GrantCallCommand command) => Done(grants.Execute(who, Next, id, command));

    private Task Do(Principal who, string id, GrantApplicationCommand command) => Done(grants.Execute(who, Next, id, command));

    private Task Do(Principal who, string id, CatalyticGrantCommand command) => Done(grants.Execute(who, Next, id, command));

    private async Task<string?> Refused(Principal who, string id, CatalyticGrantCommand command) => (await grants.Execute(who, Next, id, command)).Refusal?.Code;

    private async Task Sweep()
    {
        using var sweep = new Sweep(log, steps, clock, NullLogger<Sweep>.Instance);
        await sweep.RunDue();
    }

    private async Task<GrantCall> Call(string id = "call-1") => (await grains.Look<GrantCall>(id)).State;

    private async Task<CatalyticGrant> Grant(string id = "grant-1") => (await grains.Look<CatalyticGrant>(id)).State;

    private async Task<GrantApplication> Application(string id = "application-1") => (await grains.Look<GrantApplication>(id)).State;

    private async Task Open(CallTerms? terms = null, long envelope = 4_000_000)
    {
        await Do(Officer, "call-1", new DraftCall(terms ?? Terms with { Ceilings = [] }, envelope));
        await Do(Officer, "call-1", new PublishCall());
        clock.Now = Monday.AddDays(1);
    }

    private async Task Send(string application = "application-1")
    {
        await Do(Teacher, application, new DraftApplication("call-1", Answers));
        await Do(Lead, application, new SubmitApplication());
    }

    private async Task Recommend(string application = "application-1")
    {
        foreach (var reviewer in Reviewers)
        {
            await Do(Officer, application, new AskReviewer(reviewer.Person));
            await Do(reviewer, application, new DeclareInterest(InterestKind.None, ""));
            await Do(reviewer, application, Scores(30, 50));
        }

        await Do(Officer, application, new RecommendApplication(Recommended: true, 1_200_000, "Yes."));
    }

    private async Task Reach(long envelope = 4_000_000, params string[] applications) => await Reach(envelope, smallMost: 0, applications);

    private async Task Reach(long envelope, long smallMost, params string[] applications)
    {
        await Open(Terms with { Ceilings = [], SmallGrantMost = smallMost }, envelope);
        foreach (var application in applications) await Send(application);
        clock.Now = Deadline.AddMinutes(1);
        await Sweep();
        foreach (var application in applications) await Recommend(application);
    }

    private async Task Agree(long smallMost = 0)
    {
        await Reach(4_000_000, smallMost, "application-1");
        await Do(SecondOfficer, "call-1", new AwardApplication("application-1", "grant-1", 1_200_000, "Good."));
        await Sweep();
        await Do(Officer, "grant-1", new PlanGrant([new("first", 700_000, new(2026, 12, 1), []), new("second", 500_000, new(2027, 2, 1), [new("cycle", ConditionKind.CycleClosed, "pilot-1")])], Reports, new(2027, 9, 30)));
        await Do(Officer, "grant-1", new SignGrant());
        await Do(Lead, "grant-1", new SignGrant());
    }

    /// <summary>I13.</summary>
    [Fact]
    public async Task A_sealed_application_is_its_applicants_alone_until_the_deadline()
    {
        await Open();
        await Send();
        Assert.True((await grants.Own(Teacher, "application-1")).Exists);
        Assert.False((await desk.Look<GrantApplication>(Officer, "read-grant-application", "application-1")).Exists);
        Assert.Null(await histories.Read(Officer, GrantApplication.Kind, "application-1", before: null, most: 10));
        Assert.Equal((0, 1), await lists.Of(Officer, "call-1", "paper-boat") is var (rows, count) ? (rows.Count, count) : default);

        clock.Now = Deadline.AddTicks(-1);
        await Sweep();
        Assert.False((await Application()).Unsealed);
        clock.Now = Deadline;
        await Sweep();
        Assert.Equal(ApplicationState.InReview, (await Application()).State);
        Assert.True((await desk.Look<GrantApplication>(Officer, "read-grant-application", "application-1")).Exists);
        Assert.NotNull(await histories.Read(Officer, GrantApplication.Kind, "application-1", before: null, most: 10));
    }

    [Fact]
    public async Task Nobody_sees_through_another_window_what_is_not_for_her()
    {
        await Open();
        await Send();
        clock.Now = Deadline;
        await Sweep();
        await Do(Officer, "application-1", new AskReviewer("lucia"));
        Principal lucia = new("lucia", "Lucia", [new(Role.Reviewer, "lantern"), new(Role.ProgrammeOfficer, "paper-boat")]);
        Assert.False((await grants.ForReview(lucia, "application-1")).MayRead);
        // Not before she has said what ties her, and not what others say.
        Assert.False((await desk.Look<GrantApplication>(lucia, "read-grant-application", "application-1")).Exists);
        Assert.Empty((await lists.Of(lucia, "call-1", "paper-boat")).Rows);
        await Do(lucia, "application-1", new DeclareInterest(InterestKind.Hard, "He is my brother."));

        Assert.False((await desk.Look<GrantApplication>(lucia, "read-grant-application", "application-1")).Exists);
        Assert.Null(await histories.Read(lucia, GrantApplication.Kind, "application-1", before: null, most: 10));
        Assert.Empty((await lists.Of(lucia, "call-1", "paper-boat")).Rows);
        Assert.False((await grants.ForReview(lucia, "application-1")).MayRead);
        // The applicant never sees who reviewed, and a stranger sees nothing.
        Assert.Null(await histories.Read(Teacher, GrantApplication.Kind, "application-1", before: null, most: 10));
        Assert.False((await grants.Own(Stranger, "application-1")).Exists);
        Assert.False((await desk.Look<GrantApplication>(Stranger, "read-grant-application", "application-1")).Exists);
        Assert.Equal((0, 0), await lists.Of(Stranger, "call-1", "paper-boat") is var (rows, count) ? (rows.Count, count) : default);
    }

    [Theory]
    [InlineData("grace", "reviewer-tied")]   // works for the applicant
    [InlineData("hana", null)]
    public async Task The_records_tell_who_is_tied_to_an_applicant(string reviewer, string? code)
    {
        await Open();
        await Send();
        clock.Now = Deadline;
        await Sweep();
        Assert.Equal(code, (await grants.Execute(Officer, Next, "application-1", new AskReviewer(reviewer))).Refusal?.Code);
    }

    [Fact]
    public async Task Somebody_of_the_same_network_waits_for_a_ruling()
    {
        await Open();
        await Send();
        clock.Now = Deadline;
        await Sweep();
        await Do(Officer, "application-1", new AskReviewer("lucia"));
        Assert.Equal([ApplicantTieKind.SameNetwork], (await Application()).Reviews["lucia"].Ties.Select(tie => tie.Kind));
    }

    [Fact]
    public async Task An_award_becomes_a_grant_and_the_money_is_promised()
    {
        await Reach(4_000_000, "application-1");
        await Do(SecondOfficer, "call-1", new AwardApplication("application-1", "grant-1", 1_200_000, "Good."));
        Assert.Equal((1_200_000, 0), await Call() is var before ? (before.Reserved, before.Committed) : default);
        await Sweep();

        Assert.Equal((0, 1_200_000), await Call() is var after ? (after.Reserved, after.Committed) : default);
        Assert.Equal((GrantState.Awarded, 1_200_000), await Grant() is var grant ? (grant.State, grant.Awarded) : default);
        Assert.Equal((ApplicationState.Awarded, "Good."), await Application() is var application ? (application.State, application.Because) : default);
        await Sweep();
        Assert.True((await reconciliations.Of("call-1"))!.Agrees);
    }

    [Fact]
    public async Task Of_two_awards_of_the_last_money_one_is_made()
    {
        await Reach(2_000_000, "application-1", "application-2");
        var outcomes = await Task.WhenAll(((string[])["application-1", "application-2"]).Select(application =>
            grants.Execute(SecondOfficer, Next, "call-1", new AwardApplication(application, $"grant-of-{application}", 1_200_000, "Good."))));
        Assert.Single(outcomes, outcome => outcome.Refusal is null);
        Assert.Equal("envelope-exceeded", outcomes.Single(outcome => outcome.Refusal is not null).Refusal!.Code);
    }

    [Fact]
    public async Task An_award_and_a_withdrawal_at_the_same_time_leave_one_of_them()
    {
        await Reach(4_000_000, "application-1");
        var (award, withdrawal) = (grants.Execute(SecondOfficer, Next, "call-1", new AwardApplication("application-1", "grant-1", 1_200_000, "Good.")), grants.Execute(Lead, Next, "application-1", new WithdrawApplication()));
        await Task.WhenAll(award, withdrawal);
        await Sweep();
        var (awarded, withdrawn) = ((await award).Refusal is null, (await withdrawal).Refusal is null);
        Assert.True(awarded ^ withdrawn);
        Assert.Equal(awarded ? ApplicationState.Awarded : ApplicationState.Withdrawn, (await Application()).State);
    }

    [Fact]
    public async Task An_award_whose_grant_never_came_is_taken_back_and_can_never_come_later()
    {
        await Reach(4_000_000, "application-1");
        await Do(SecondOfficer, "call-1", new AwardApplication("application-1", "grant-1", 1_200_000, "Good."));
        var late = (await log.DueNotes(clock.Now, 10)).Single(note => note.Kind == "award-reserved");
        await log.Settle(late.Id, null, "parked");
        clock.Now = clock.Now.AddDays(3);
        await Sweep();

        Assert.Equal((0, 4_000_000), await Call() is var call ? (call.Committed, call.Free) : default);
        await steps[late.Kind](late);
        Assert.Equal(GrantState.RuledOut, (await Grant()).State);
        Assert.Equal(4_000_000, (await Call()).Free);
        Assert.True((await reconciliations.Of("call-1"))!.Agrees);
        await Do(SecondOfficer, "call-1", new AwardApplication("application-1", "grant-2", 1_200_000, "Good."));
    }

    [Fact]
    public async Task What_a_grant_did_not_cost_goes_back_to_its_call()
    {
        await Agree();
        await Do(Teacher, "grant-1", new RequestTranche("first", "t1"));
        await Do(First, "grant-1", new ApproveTranche("first"));
        await Do(Second, "grant-1", new ApproveTranche("first"));
        await Do(First, "grant-1", new RecordPayment("t1", "bank-1", new(2026, 12, 2)));
        await Do(Officer, "grant-1", new TerminateGrant());
        await Do(Teacher, "grant-1", new SubmitGrantReport("final", 585_000, "Half of it."));
        await Do(Officer, "grant-1", new AcceptGrantReport("final"));
        await Do(First, "grant-1", new RecordRepayment("back", 115_000, null, "bank-2", new(2027, 1, 1)));
        await Do(Officer, "grant-1", new CloseGrant());
        await Sweep();

        Assert.Equal((585_000, 3_415_000), await Call() is var call ? (call.Committed, call.Free) : default);
        Assert.True((await reconciliations.Of("call-1"))!.Agrees);
        Assert.Equal([("t1", 700_000L), ("back", 115_000L)], (await lists.Posted(Officer))["grant-1"].Select(one => (one.Id, one.Amount)));
    }

    [Fact]
    public async Task A_payment_waits_for_the_records_it_names()
    {
        await Agree();
        Assert.Equal("tranche-not-due", await Refused(Teacher, "grant-1", new RequestTranche("second", "t2")));
        Assert.Equal(["cycle-closed"], (await Grant()) is var grant ? grant.WhyNot(grant.Tranche("second")!, (await grants.Facts(grant)).Facts).Select(missing => missing.Code) : []);
    }

    /// <summary>An incident is a record of its own, under an id that nobody knows before: what was looked up before it came is looked up again.</summary>
    [Fact]
    public async Task A_grave_incident_that_is_reported_while_a_payment_is_released_stops_it()
    {
        await Agree();
        await Do(Teacher, "grant-1", new RequestTranche("first", "t1"));
        await Do(First, "grant-1", new ApproveTranche("first"));
        var (facts, heads) = await grants.Facts(await Grant());
        await Done(desk.Execute(Teacher, Next, "incident-1", new RaiseIncident("pilot-1", Severity.Hard, "Somebody was hurt.")));

        var late = await grains.Execute("grant-1", new ApproveTranche("first") { Facts = facts, RestsOn = heads }, Ines with { CommandId = "late" });
        Assert.Equal("facts-moved", late.Refusal?.Code);
        Assert.Equal("tranche-not-due", await Refused(Second, "grant-1", new ApproveTranche("first")));
        Assert.Equal(0, (await Grant()).Ledger.Released);
    }

    /// <summary>I7.</summary>
    [Fact]
    public async Task A_grave_incident_stops_a_payment_at_its_last_approval()
    {
        await Agree();
        await Do(Teacher, "grant-1", new RequestTranche("first", "t1"));
        await Do(First, "grant-1", new ApproveTranche("first"));
        await Done(desk.Execute(Teacher, Next, "incident-1", new RaiseIncident("pilot-1", Severity.Hard, "Somebody was hurt.")));
        Assert.Equal("tranche-not-due", await Refused(Second, "grant-1", new ApproveTranche("first")));
    }

    [Fact]
    public async Task A_trial_is_stopped_by_what_happens_at_any_of_its_schools()
    {
        Principal researcher = new("ndeye", "Ndeye", [new(Role.Researcher, "far-university")]);
        await Done(desk.Execute(researcher, Next, "trial-1", new DraftTrial("Talk first", "talk-first", "v1", null, Preset.Standard, new Registration())));
        await Done(desk.Execute(researcher, Next, "trial-1", new AddSite("heron-bay", "pilot-1", null, new(2026, 9, 1))));
        var grant = Awarded(Offer with { Subject = new(GrantSubjectKind.Trial, "trial-1"), Grantee = "casa", Payee = "casa" }).State;
        Assert.Equal((false, true), (await grants.Facts(grant)).Facts is var before ? (before.HardIncident, before.Beneficiaries.Contains("amina")) : default);

        await Done(desk.Execute(Teacher, Next, "incident-1", new RaiseIncident("pilot-1", Severity.Hard, "Somebody was hurt.")));
        Assert.True((await grants.Facts(grant)).Facts.HardIncident);
    }

    [Fact]
    public async Task A_review_that_nobody_looks_at_again_is_set_aside()
    {
        await Open();
        await Send();
        clock.Now = Deadline.AddMinutes(1);
        await Sweep();
        foreach (var reviewer in Reviewers)
        {
            await Do(Officer, "application-1", new AskReviewer(reviewer.Person));
            await Do(reviewer, "application-1", new DeclareInterest(InterestKind.None, ""));
            await Do(reviewer, "application-1", Scores(30, 50));
        }

        Assert.DoesNotContain((await acts.Open(Officer, "application-1", "pilar", Words.English))!.Offered, act => act.Name == "set-review-aside");
        await Do(Officer, "application-1", new AskApplicant("Who pays?"));
        await Do(Lead, "application-1", new SubmitApplication());
        // Another request: the acts of one request look at a record once.
        var acting = (await new ApplicationActs(desk, Product.Compose().Access, grants).Open(Officer, "application-1", "pilar", Words.English))!;
        Assert.Equal(["set-review-aside"], acting.Offered.Select(act => act.Name));
        await Done(acting.Offered.Single().Do(Acts.Answers.Read(new FormCollection(new() { ["why"] = "She is away." }), acting.Offered.Single(), Words.English, (question, sentence) => Assert.Fail($"{question}: {sentence}")), Next with { ExpectedVersion = acting.Version }));
        Assert.Equal((false, true), (await Application()).Reviews is var reviews ? (reviews["pilar"].MayRead, reviews["hana"].MayRead) : default);
    }

    /// <summary>The form of an act as its page sends it: with the version of the application that it shows.</summary>
    [Theory]
    [InlineData("award", ApplicationState.Awarded)]
    [InlineData("waitlist", ApplicationState.Waitlisted)]
    [InlineData("decline", ApplicationState.Declined)]
    public async Task What_is_decided_on_a_page_happens(string act, ApplicationState becomes)
    {
        await Reach(4_000_000, "application-1");
        var acting = (await acts.Open(SecondOfficer, "application-1", of: null, Words.English))!;
        var chosen = acting.Offered.Single(one => one.Name == act);
        var answers = Acts.Answers.Read(new FormCollection(new() { ["amount"] = "12000", ["reasons"] = "Good." }), chosen, Words.English, (question, sentence) => Assert.Fail($"{question}: {sentence}"));
        await Done(chosen.Do(answers, Next with { ExpectedVersion = acting.Version }));
        await Sweep();
        Assert.Equal((becomes, "Good."), await Application() is var application ? (application.State, application.Because) : default);
    }

    [Theory]
    [InlineData("1200", 120_000)]
    [InlineData(" 1200,50 ", 120_050)]
    [InlineData("0", 0)]
    [InlineData("120,000", null)]   // a hundred and twenty thousand, or a hundred and twenty
    [InlineData("1,200.50", null)]
    [InlineData("12.345", null)]
    [InlineData("about 500", null)]
    [InlineData("-5", null)]
    public void An_amount_that_cannot_be_read_in_one_way_is_asked_for_again(string typed, int? minor)
    {
        Assert.Equal(minor, Amounts.Read(typed, "USD"));
        var said = new List<string>();
        var act = new Acts.Act("hand-in-report", typeof(SubmitGrantReport), (_, _) => Task.FromResult(default(Outcome)!), [Amounts.Question("USD")]);
        Acts.Answers.Read(new FormCollection(new() { ["amount"] = typed }), act, Words.English, (question, sentence) => said.Add($"{question}: {sentence}"));
        Assert.Equal(minor is null ? [$"amount: {Words.English["ask.unreadable-amount"]}"] : [], said);
    }

    [Fact]
    public async Task A_grantee_never_reads_in_the_history_who_reviewed()
    {
        await Agree();
        var told = (await histories.Compare(Lead, CatalyticGrant.Kind, "grant-1", 1))!.Changes.Select(change => change.Name).ToArray();
        Assert.Contains("offer.title", told);
        Assert.DoesNotContain(told, name => name.StartsWith("offer.barred", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_withdrawn_pilot_suspends_its_grants()
    {
        await Agree();
        await Done(new PilotDesk(desk, grains, store).Execute(Teacher, Next, "pilot-1", new MovePilot(PilotTo.Withdrawn)));
        await Sweep();
        Assert.Equal(GrantState.Suspended, (await Grant()).State);
    }

    [Fact]
    public async Task Approvals_wait_for_those_who_may_give_them_and_never_for_whoever_asked()
    {
        await Agree();
        Principal both = new("rana", "Rana", [.. Officer.Roles, new(Role.FinanceL1, "paper-boat")]);
        await Do(both, "grant-1", new RequestTranche("first", "t1"));
        Assert.Equal(["first"], (await lists.Approvals(First)).Select(one => one.Tranche));
        Assert.Empty(await lists.Approvals(both));
        Assert.Empty(await lists.Approvals(Second));
        Assert.Empty(await lists.Approvals(Stranger));
        await Do(First, "grant-1", new ApproveTranche("first"));
        Assert.Equal(["first"], (await lists.Approvals(Second)).Select(one => one.Tranche));
        Assert.Empty(await lists.Approvals(First));
    }

    [Fact]
    public async Task An_approval_of_a_small_grant_waits_for_either_approver_and_for_nobody_with_a_hand_in_it()
    {
        await Agree(smallMost: 1_200_000);
        await Do(Teacher, "grant-1", new RequestTranche("first", "t1"));
        Assert.Equal(["first"], (await lists.Approvals(First)).Select(one => one.Tranche));
        Assert.Equal(["first"], (await lists.Approvals(Second)).Select(one => one.Tranche));
        foreach (var tied in (string[])["amina", "pilar"])
        {
            Principal approver = new(tied, tied, [Tomas.Role]);
            Assert.Empty(await lists.Approvals(approver));
            Assert.Equal("approver-tied", await Refused(approver, "grant-1", new ApproveTranche("first")));
        }
    }

    [Fact]
    public async Task Late_reports_are_told_to_the_grantee_and_its_funder_and_to_nobody_else()
    {
        await Agree();
        clock.Now = new(2027, 1, 16, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal(["interim"], (await lists.Late(Teacher)).Select(one => one.Report));
        Assert.Equal(["interim"], (await lists.Late(Officer)).Select(one => one.Report));
        Assert.Empty(await lists.Late(Stranger));
        Assert.Empty(await lists.Late(First));
    }

    [Fact]
    public async Task Whoever_owes_a_report_is_reminded_before_it_is_due_and_when_it_is_late()
    {
        foreach (var command in (PersonCommand[])[new GrantRole(Amina.Role, new(2026, 9, 1)), new InvitePerson(null, null, "secret", Deadline.AddDays(-20)), new AcceptInvitation("secret", "", null, "amina@example.org", "key", "hash")])
            await Done(desk.Execute(Principal.System, Next, "amina", command));
        await Agree();
        await On(2026, 12, 31);
        Assert.Empty(post.Sent);
        await On(2027, 1, 1);
        Assert.Equal(["amina@example.org: interim on 2027-01-15"], post.Sent);
        await On(2027, 1, 16);
        Assert.Equal("amina@example.org: interim on 2027-01-15, late", post.Sent[^1]);

        // A day without a day after it is taken, and asks for no mail.
        await Do(Officer, "grant-1", new ProposeAmendment(AmendmentKind.Results, new() { Reports = [Reports[0], Reports[1] with { Due = DateOnly.MaxValue }] }));
        await Do(SecondOfficer, "grant-1", new ApproveAmendment());

        // What is handed in, or due on another day, is not asked for again.
        await Do(Officer, "grant-1", new ProposeAmendment(AmendmentKind.Results, new() { Reports = [Reports[0], Reports[1] with { Due = new(2027, 11, 1) }] }));
        await Do(SecondOfficer, "grant-1", new ApproveAmendment());
        await On(2027, 9, 2);
        Assert.Equal(2, post.Sent.Count);
        await On(2027, 10, 18);
        Assert.Equal("amina@example.org: final on 2027-11-01", post.Sent[^1]);
        await Do(Teacher, "grant-1", new SubmitGrantReport("final", 0, "Nothing was spent."));
        await On(2027, 11, 2);
        Assert.Equal(3, post.Sent.Count);
    }

    private async Task On(int year, int month, int day)
    {
        clock.Now = new(year, month, day, 7, 0, 0, TimeSpan.Zero);
        await Sweep();
    }

    /// <summary>Letters as they say what they are about, and the mail that was taken.</summary>
    private sealed class Post : IMailer, IReportLetters
    {
        public List<string> Sent { get; } = [];

        public Letter Of(DueReport report) => new($"{report.Report} on {report.Due:O}{(report.Late ? ", late" : "")}", "");

        public Task Send(Mail mail)
        {
            Sent.Add($"{mail.To}: {mail.Subject}");
            return Task.CompletedTask;
        }

        public void Forget(string person)
        {
        }
    }

    public static TheoryData<Role, string, bool> Lookers => new()
    {
        { Role.ProgrammeOfficer, "paper-boat", true }, { Role.FinanceL1, "paper-boat", true }, { Role.Auditor, "audit-office", true }, { Role.Teacher, "paper-boat", false }, { Role.Reviewer, "paper-boat", false },
        { Role.ProgrammeOfficer, "other-fund", false },
    };

    [Theory, MemberData(nameof(Lookers))]
    public async Task A_draft_of_a_call_is_listed_for_those_who_may_open_it(Role role, string at, bool sees)
    {
        await Do(Officer, "call-1", new DraftCall(Terms, 4_000_000));
        Principal who = new("somebody", "Somebody", [new(role, at)]);
        Assert.Equal(sees, (await desk.Look<GrantCall>(who, "read-grant-call", "call-1")).Exists);
        Assert.Equal(sees, (await lists.Calls(who)).Count == 1);
        await Do(Officer, "call-1", new PublishCall());
        Assert.Single(await lists.Calls(who));
    }

    [Fact]
    public async Task A_page_shows_the_newest_grants_and_the_sums_and_the_table_hold_all()
    {
        var many = GrantLists.Most + 3;
        await Parallel.ForAsync(0, many, async (n, _) => await grains.Execute($"g{n}", new CreateGrant("call-1", 100 + n, Offer), Itself with { CommandId = $"make-{n}" }));
        Assert.Equal((GrantLists.Most, many), ((await lists.Grants(Stranger, new())).Count, (await lists.Grants(Stranger, new(), int.MaxValue)).Count));
        Assert.Equal([new GrantSum(GrantState.Awarded, "USD", many, Enumerable.Range(100, many).Sum(), 0, 0)], await lists.Sums(Stranger, new()));
        Assert.Empty(await lists.Sums(Stranger, new(State: GrantState.Closed)));
    }

    [Fact]
    public async Task The_books_are_for_the_funder_and_are_not_added_up_for_others()
    {
        await Agree();
        Assert.True((await grants.Books(Officer, "call-1"))!.Agrees);
        Assert.Null(await grants.Books(Stranger, "call-1"));
        Assert.Null(await grants.Books(Teacher, "call-1"));
        Assert.Null(await grants.Books(Officer, "no-call"));
    }

    /// <summary>While money moves the two sides are read at different moments; that is no difference.</summary>
    [Fact]
    public async Task The_books_agree_while_money_moves()
    {
        await Agree();
        var moving = Task.Run(async () =>
        {
            for (var n = 0; n < 40; n++)
            {
                await Do(Teacher, "grant-1", new RequestTranche("first", $"t{n}"));
                await Do(First, "grant-1", new ApproveTranche("first"));
                await Do(Second, "grant-1", new ApproveTranche("first"));
                await Do(First, "grant-1", new RecordFailedPayment($"t{n}"));
            }
        });
        do Assert.True((await reconciliations.Of("call-1"))!.Agrees);
        while (!moving.IsCompleted);
        await moving;
    }

    [Fact]
    public async Task Every_midnight_what_differs_is_told()
    {
        await Agree();
        await Do(Officer, "call-2", new DraftCall(Terms, 4_000_000));
        var (told, midnight) = (new Told(), new Midnight { Now = Monday });
        using var nightly = new NightlyReconciliation(reconciliations, midnight, told);
        Assert.Equal(2, await nightly.Run());
        Assert.Empty(told.Lines);

        await log.Write(batch => batch.Do("update grant_transfer set amount = amount + 1") + batch.Do("update grant_award set paid = 1 where id = 'grant-1'"));
        await nightly.StartAsync(CancellationToken.None);
        Assert.Equal(Monday.Date.AddDays(1) - Monday.UtcDateTime, await midnight.Asked.Task);
        midnight.Strike();
        Assert.Equal("The books of the call call-1 do not agree with its grants grant-1. Look at its reconciliation.", await told.First.Task);
        await nightly.StopAsync(CancellationToken.None);
        Assert.Single(told.Lines);
    }

    /// <summary>S3: in 1,000 histories the grant or its pilot cannot be read; it stands one approval before its release all the while.</summary>
    [Fact]
    public async Task No_money_leaves_while_a_record_cannot_be_read()
    {
        await Agree();
        await Do(Teacher, "grant-1", new RequestTranche("first", "t1"));
        await Do(First, "grant-1", new ApproveTranche("first"));
        var (forgetful, chance, failed) = (new Forgetful(grains), new Random(20261127), 0);
        GrantDesk without = new(desk, forgetful, store, new EvidenceDesk(desk, forgetful), Product.Compose().Access, clock, reconciliations);
        ImmutableArray<Principal> people = [Officer, SecondOfficer, First, Second, Teacher, Lead, new("rana", "Rana", [Tomas.Role, Ines.Role]), new("pilar", "Pilar", [Ines.Role])];
        for (var history = 0; history < 1_000; history++)
        {
            for (var step = chance.Next(1, 5); step > 0; step--)
            {
                forgetful.Fails = chance.Next(2);
                GuardedCommand command = chance.Next(4) switch
                {
                    0 => new RequestTranche("second", $"t-{history}-{step}"),
                    1 => new ConfirmCondition("second", "visit", "visit.pdf", new string('a', 64)),
                    _ => new ApproveTranche("first"),
                };
                // Whoever could approve it tries most of the time.
                await Assert.ThrowsAsync<StoreUnavailableException>(() => without.Execute(chance.Next(2) == 0 ? Second : people[chance.Next(people.Length)], Next, "grant-1", command));
                failed++;
            }

            Assert.Equal((TrancheState.Approved, 0), await Grant() is var grant ? (grant.Tranche("first")!.State, grant.Ledger.Released) : default);
        }

        Assert.InRange(failed, 1_000, int.MaxValue);
        forgetful.Fails = null;
        Assert.Null((await without.Execute(Second, Next, "grant-1", new ApproveTranche("first"))).Refusal);
        Assert.Equal(700_000, (await Grant()).Ledger.Released);
    }

    /// <summary>Grains of which one look fails.</summary>
    private sealed class Forgetful(IGrains inner) : IGrains
    {
        /// <summary>So many looks go well before; null where all do.</summary>
        public int? Fails { get; set; }

        public Task<Outcome> Execute<TAggregate>(string id, ICommand<TAggregate> command, Stamp stamp, long? expectedVersion = null) where TAggregate : class, IAggregate<TAggregate> =>
            inner.Execute(id, command, stamp, expectedVersion);

        public Task<View<TAggregate>> Look<TAggregate>(string id) where TAggregate : class, IAggregate<TAggregate> =>
            Fails-- == 0 ? throw new StoreUnavailableException("This record cannot be read now.") : inner.Look<TAggregate>(id);
    }

    private sealed class Told : Microsoft.Extensions.Logging.ILogger<NightlyReconciliation>
    {
        public List<string> Lines { get; } = [];

        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            First.TrySetResult(Lines[0]);
        }
    }

    /// <summary>A clock whose first wait is known, and ends when the test says so.</summary>
    private sealed class Midnight : TimeProvider
    {
        private Action strike = () => { };

        public DateTimeOffset Now { get; init; }

        public TaskCompletionSource<TimeSpan> Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override DateTimeOffset GetUtcNow() => Now;

        public void Strike() => strike();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (!Asked.Task.IsCompleted) strike = () => callback(state);
            Asked.TrySetResult(dueTime);
            return TimeProvider.System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    [Fact]
    public void The_books_show_what_does_not_agree()
    {
        var sums = new Totals(100, 60, 60, 0, 0);
        var right = new ReconciledGrant("g", "Talk first", new("a", 100, ReservationState.Committed, "otto"), GrantState.Active, 100, sums, sums, sums);
        Assert.True(right.Agrees);
        Assert.All((ReconciledGrant[])[right with { Listed = sums with { Paid = 61 } }, right with { Moved = sums with { Paid = 59 } }, right with { Award = null }, right with { Award = right.Award! with { Amount = 99 } }, right with { Award = right.Award! with { State = ReservationState.Released } }],
            wrong => Assert.False(wrong.Agrees));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
