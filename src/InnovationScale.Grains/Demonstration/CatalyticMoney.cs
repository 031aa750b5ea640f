using System.Collections.Immutable;
using InnovationScale.Grants;

namespace InnovationScale.Demonstration;

/// <summary>
/// The rolling call of the Paper Boat Fund: six applications, four grants (one waits for a plan to be dated, one is closed with money returned, one ended early with money
/// recovered, one waits for its second approval), one on the waiting list and one declined. Invented.
/// </summary>
internal static class CatalyticMoney
{
    public const string Call = "small-steps", ToCasa = "grant-voice-notes", ToTallGrass = "grant-seats", ToLongShade = "grant-talk-first", ToReedLake = "grant-older-readers";

    private static readonly ImmutableArray<string> Reviewers = ["mina", "jonas", "thabo"];

    private static readonly CallTerms Terms = new()
    {
        Title = "Small steps", About = "Money for schools that try something out, check whether it helped, and say so also when it did not.", Programme = "Small steps", Currency = "USD",
        Opens = new(2025, 1, 6, 6, 0, 0, TimeSpan.Zero), Zone = "Africa/Nairobi",
        Deadlines = [Ends(2025, 1, 31), Ends(2025, 9, 30), Ends(2026, 8, 31), Ends(2027, 3, 31)],
        Criteria = [new("How much it is needed", 30), new("How it will be checked", 40), new("What it costs", 30)],
        Questions = ["What will you try, and why should it help?", "How will you know?"],
        Eligibility = [new(EligibilityKind.Country, ["KE", "SN", "CO", "JO"]), new(EligibilityKind.NoReportOverdue, [])],
        Ceilings = [new(0, 1_500_000), new(3, 4_000_000)], SmallGrantMost = 200_000,
    };

    // The end of the day in Nairobi.
    private static DateTimeOffset Ends(int year, int month, int day) => new(year, month, day, 20, 59, 0, TimeSpan.Zero);

    public static async Task Tell(DemonstrationSteps steps)
    {
        await steps.On(2024, 12, 9).Do("rana", Call, new DraftCall(Terms, 4_000_000));
        await steps.Do("rana", Call, new PublishCall());

        // The first batch.
        await Apply(steps.On(2025, 1, 20), "application-voice-notes", "lucia", "mateo", "Does homework by voice note help?", new(GrantSubjectKind.Trial, "voice-note-homework-trial"),
            "Pupils read a page aloud and send it as a voice note.", "Lots decide which classes do it; all are tested after ten weeks.", [new("Data for telephones", 350_000), new("Tests and travel", 600_000)]);
        await Apply(steps.On(2025, 1, 21), "application-seats", "kiprop", "chebet", "Seats by last score", new(GrantSubjectKind.Trial, "seats-by-last-score-trial"),
            "Who sits in front is asked more.", "Lots decide which classes change their seats; we stop if it harms.", [new("Tests", 300_000), new("Teachers’ time", 500_000)]);
        await Review(steps.On(2025, 2, 3), "application-voice-notes", 950_000, [[24, 36, 20], [26, 35, 22], [22, 38, 21]]);
        await Review(steps, "application-seats", 800_000, [[20, 34, 22], [24, 30, 20], [21, 36, 24]]);
        await Award(steps.On(2025, 2, 10), "application-voice-notes", ToCasa, 950_000, "A cheap idea in wide use that nobody has tested, and a plan that will tell.");
        await Award(steps, "application-seats", ToTallGrass, 800_000, "The plan says beforehand when to stop.");

        await Agree(steps.On(2025, 2, 17), ToCasa, "mateo", [new("start", 400_000, new(2025, 2, 24), []), Waits("results", 350_000, new(2025, 5, 5), ConditionKind.DataLocked, "voice-note-homework-trial"),
            Waits("reading", 200_000, new(2025, 5, 19), ConditionKind.EvaluationSigned, "voice-note-homework-trial")], new(2025, 9, 1));
        await Agree(steps, ToTallGrass, "chebet", [Waits("start", 500_000, new(2025, 3, 10), ConditionKind.TrialRegistered, "seats-by-last-score-trial"), new("second-term", 300_000, new(2025, 9, 1), [])], new(2025, 12, 1));
        await Pay(steps.On(2025, 2, 24), ToCasa, "start", "lucia");
        await Pay(steps.On(2025, 3, 10), ToTallGrass, "start", "kiprop");
        await Pay(steps.On(2025, 5, 5), ToCasa, "results", "lucia");
        // The bank sends this one back, and it is paid once all the same.
        await Ask(steps.On(2025, 5, 19), ToCasa, "reading", "lucia", "reading-1");
        await steps.Do("tomas", ToCasa, new RecordFailedPayment("reading-1"), "The account number had a digit too many.");
        await Pay(steps.On(2025, 5, 26), ToCasa, "reading", "lucia", "reading-2");
        await Report(steps.On(2025, 8, 25), ToCasa, "lucia", 835_000, "Twelve schools, 42 classes: no worthwhile difference. Less data was needed than we thought.");
        await steps.On(2025, 9, 1).Do("tomas", ToCasa, new RecordRepayment("unspent", 115_000, null, "PB-2025-0917", new(2025, 9, 1)));
        await steps.Do("rana", ToCasa, new CloseGrant());
        await steps.Do("system", Call, new SettleAward(ToCasa, 835_000));

        await steps.On(2025, 9, 29).Do("rana", ToTallGrass, new TerminateGrant(), "The trial stopped by its own rule: pupils with the lowest scores did worse.");
        await Report(steps.On(2025, 10, 6), ToTallGrass, "kiprop", 260_000, "One term in six schools. We stopped at half-time, as the plan said.");
        await steps.Do("rana", ToTallGrass, new RaiseRecovery("second-half", 240_000), "The second half was never taught.");
        await steps.Do("chebet", ToTallGrass, new AgreeRecovery("second-half"));
        await steps.On(2025, 11, 3).Do("tomas", ToTallGrass, new RecordRepayment("second-half-back", 240_000, "second-half", "PB-2025-1103", new(2025, 11, 3)));

        // The second batch: a reviewer who knows the teacher says so first.
        await Apply(steps.On(2025, 9, 15), "application-talk-first", "nyakim", "deng", "Talk first where pupils were displaced", new(GrantSubjectKind.Pilot, "talk-first-long-shade"),
            "Pairs talk for ten minutes before they write.", "Three schools take part in a trial whose plan is dated beforehand.", [new("Teachers’ time", 700_000), new("Travel between camps", 500_000)]);
        await Review(steps.On(2025, 10, 6), "application-talk-first", 1_200_000, [[29, 34, 22], [30, 32, 24], [28, 36, 21]], soft: "jonas");
        await Award(steps.On(2025, 10, 13), "application-talk-first", ToLongShade, 1_200_000, "Nobody knows yet whether it helps here, and the schools want to find out.");
        await Agree(steps.On(2025, 10, 20), ToLongShade, "deng", [new("first", 600_000, new(2025, 10, 27), []), Waits("second", 600_000, new(2026, 11, 2), ConditionKind.TrialRegistered, "talk-first-long-shade-home-talk-trial")], new(2027, 6, 30));
        await Pay(steps.On(2025, 10, 27), ToLongShade, "first", "nyakim");

        // The third: one grant, one on the waiting list for want of money, one declined.
        await Apply(steps.On(2026, 8, 12), "application-older-readers", "naliaka", "wekesa", "Older readers in six schools", new(GrantSubjectKind.Trial, "older-readers-trial"),
            "A pupil of grade 2 reads to a pupil of grade 5.", "Lots decide among the classes of each school.", [new("Books", 250_000), new("Teachers’ time", 350_000)]);
        await Apply(steps, "application-garden", "rasha", "samir", "Maths in the garden", new(GrantSubjectKind.Question, "Does measuring a garden help with fractions?"),
            "Pupils measure beds, seeds and water.", "We watch whether more of them can share a bed in thirds.", [new("Tools and seeds", 450_000), new("Teachers’ time", 250_000)]);
        await Apply(steps, "application-cards", "otieno", "achieng", "Cards for every lesson", new(GrantSubjectKind.Question, "Would cards in every lesson help more than on Fridays?"),
            "An exit card at the end of every lesson.", "Teachers say whether they like it.", [new("Printing", 900_000)]);
        await Review(steps.On(2026, 9, 7), "application-older-readers", 600_000, [[25, 36, 26], [24, 37, 25], [26, 33, 27]]);
        await Review(steps, "application-garden", 700_000, [[22, 28, 22], [24, 27, 20], [20, 30, 23]]);
        await Review(steps, "application-cards", null, [[12, 10, 8], [15, 9, 10], [14, 12, 6]]);
        await Award(steps.On(2026, 9, 14), "application-older-readers", ToReedLake, 600_000, "A cheap idea, and a comparison that will tell.");
        await steps.Do("rana", "application-garden", new WaitlistApplication("The reviewers would fund it. There is not enough left in the call; it comes first when money returns."));
        await steps.Do("rana", "application-cards", new DeclineApplication("Printing takes all the money, and nothing is compared: after it nobody would know more than today."));
        await Agree(steps.On(2026, 9, 21), ToReedLake, "wekesa", [Waits("first", 350_000, new(2026, 10, 5), ConditionKind.TrialRegistered, "older-readers-trial"),
            Waits("second", 250_000, new(2027, 3, 1), ConditionKind.DataLocked, "older-readers-trial")], new(2027, 7, 31));
        await steps.On(2026, 11, 16).Do("naliaka", ToReedLake, new RequestTranche("first", "older-readers-first"));
        await steps.Do("tomas", ToReedLake, new ApproveTranche("first"));
    }

    private static async Task Apply(DemonstrationSteps steps, string id, string writer, string lead, string title, GrantSubject subject, string what, string how, ImmutableArray<BudgetLine> budget)
    {
        await steps.Do(writer, id, new DraftApplication(Call, new()));
        await steps.Do(writer, id, new ReviseApplication(new() { Title = title, Subject = subject, Answers = [what, how], Budget = budget }));
        await steps.Do(lead, id, new SubmitApplication());
    }

    /// <param name="amount">What is recommended; null where it is not.</param>
    /// <param name="soft">A reviewer who tells of a tie, on which the fund rules.</param>
    private static async Task Review(DemonstrationSteps steps, string id, long? amount, int[][] points, string? soft = null)
    {
        await steps.Do("system", id, new UnsealApplication());
        foreach (var (reviewer, given) in Reviewers.Zip(points))
        {
            await steps.Do("rana", id, new AskReviewer(reviewer));
            await steps.Do(reviewer, id, reviewer == soft ? new DeclareInterest(InterestKind.Soft, "The teacher was my student twelve years ago.") : new DeclareInterest(InterestKind.None, ""));
            // The records show a tie of their own where both are of one network.
            if (!(await steps.Grains.Look<GrantApplication>(id)).State.Reviews[reviewer].MayRead)
                await steps.Do("rana", id, new RuleOnInterest(reviewer, MayReview: true), reviewer == soft ? "Long ago, and they have not worked together since." : "The same network, and no hand in what is asked for.");
            await steps.Do(reviewer, id, new SubmitReview([.. Terms.Criteria.Zip(given, (criterion, score) => new Score(criterion.Name, score, Comment(score, criterion.Weight)))]));
        }

        await steps.Do("rana", id, new RecommendApplication(amount is not null, amount ?? 0, amount is null ? "All three see nothing that would be learned." : "All three would fund it."));
    }

    private static string Comment(int points, int most) => (points * 100 / most) switch { >= 80 => "Clear and convincing.", >= 60 => "Good, with small doubts.", >= 40 => "Half of it is clear.", _ => "This does not convince." };

    private static async Task Award(DemonstrationSteps steps, string application, string grant, long amount, string because)
    {
        await steps.Do("leila", Call, new AwardApplication(application, grant, amount, because));
        await steps.Do("system", grant, new CreateGrant(Call, amount, await steps.Offer(Call, application)));
        await steps.Do("system", Call, new CommitAward(grant));
        await steps.Do("system", application, new RecordAward(grant, amount, because));
    }

    private static async Task Agree(DemonstrationSteps steps, string grant, string lead, ImmutableArray<PlannedTranche> payments, DateOnly ends)
    {
        await steps.Do("rana", grant, new PlanGrant(payments, [new("final", ends, Final: true)], ends));
        await steps.Do("rana", grant, new SignGrant());
        await steps.Do(lead, grant, new SignGrant());
    }

    private static PlannedTranche Waits(string id, long amount, DateOnly due, ConditionKind kind, string subject) => new(id, amount, due, [new("1", kind, subject)]);

    private static async Task Ask(DemonstrationSteps steps, string grant, string payment, string teacher, string transfer)
    {
        await steps.Do(teacher, grant, new RequestTranche(payment, transfer));
        await steps.Do("tomas", grant, new ApproveTranche(payment));
        await steps.Do("ines", grant, new ApproveTranche(payment));
    }

    private static async Task Pay(DemonstrationSteps steps, string grant, string payment, string teacher, string? transfer = null)
    {
        await Ask(steps, grant, payment, teacher, transfer ?? payment);
        await steps.Do("tomas", grant, new RecordPayment(transfer ?? payment, $"PB-{steps.Today:yyyy-MMdd}", steps.Today.AddDays(1)));
    }

    private static async Task Report(DemonstrationSteps steps, string grant, string teacher, long spent, string text)
    {
        await steps.Do(teacher, grant, new SubmitGrantReport("final", spent, text));
        await steps.Do("rana", grant, new AcceptGrantReport("final"));
    }
}
