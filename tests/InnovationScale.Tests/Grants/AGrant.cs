using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>A small invented call, an application to it and the grant that follows, step by step, for the stories about money.</summary>
internal static class AGrant
{
    public static readonly DateTimeOffset Monday = new(2026, 9, 7, 8, 30, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Deadline = Monday.AddDays(30);

    public static readonly Stamp Rana = By("rana", Role.ProgrammeOfficer, "paper-boat");
    public static readonly Stamp Otto = By("otto", Role.ProgrammeOfficer, "paper-boat");
    public static readonly Stamp Tomas = By("tomas", Role.FinanceL1, "paper-boat");
    public static readonly Stamp Ines = By("ines", Role.FinanceL2, "paper-boat");
    public static readonly Stamp Amina = By("amina", Role.Teacher, "heron-bay");
    public static readonly Stamp Grace = By("grace", Role.SchoolLead, "heron-bay");
    public static readonly Stamp Pilar = By("pilar", Role.Reviewer, "institute");
    public static readonly Stamp Hana = By("hana", Role.Reviewer, "institute");
    public static readonly Stamp Adler = By("adler", Role.Reviewer, "far-university");
    public static readonly Stamp Itself = By("system", Role.System, "");

    public static Stamp By(string who, Role role, string at) => new(who, new(role, at), Monday, "command-1");

    public static Stamp On(this Stamp stamp, DateTimeOffset at) => stamp with { At = at };

    public static Stamp Because(this Stamp stamp, string reason = "It is so.") => stamp with { Reason = reason };

    // A call

    public static readonly CallTerms Terms = new()
    {
        Title = "Small steps", About = "Trying what helps pupils read.", Currency = "USD", Opens = Monday, Deadlines = [Deadline], Zone = "Africa/Nairobi",
        Criteria = [new("Need", 40), new("Plan", 60)], Questions = ["What will you try?"],
        Eligibility = [new(EligibilityKind.Country, ["KE", "SN"])], Ceilings = [new(0, 500_000), new(2, 1_500_000)], SmallGrantMost = 100_000,
    };

    public static Story<GrantCall> Drafted(CallTerms? terms = null, long envelope = 4_000_000) => Story.Of<GrantCall>().After(new DraftCall(terms ?? Terms, envelope), Rana);

    public static Story<GrantCall> Published(CallTerms? terms = null, long envelope = 4_000_000) => Drafted(terms, envelope).After(new PublishCall(), Rana);

    public static Awardable Facts(string application = "application-1", long recommended = 1_200_000, int level = 2) =>
        new("rana", recommended, level, ["amina", "grace", "pilar", "hana"], Offer with { Application = application });

    public static AwardApplication Award(long amount, string application = "application-1", string grant = "grant-1") =>
        new(application, grant, amount, "Reviewers like the plan.") { Facts = Facts(application) };

    // An application

    public static readonly ApplicationAnswers Answers = new()
    {
        Title = "Talk first at Heron Bay", Subject = new(GrantSubjectKind.Pilot, "pilot-1"), Answers = ["Pairs talk before they write."], Budget = [new("Teacher time", 700_000), new("Books", 500_000)],
    };

    public static readonly CallAsks Asks = new(Terms, Published: true, Level: 1, [new(EligibilityKind.Country, Met: true, ["KE", "SN"], "KE")]);

    public static Story<GrantApplication> Draft(ApplicationAnswers? answers = null) =>
        Story.Of<GrantApplication>().After(new DraftApplication("call-1", answers ?? Answers) { Funder = "paper-boat" }, Amina);

    public static Story<GrantApplication> Sent(CallAsks? asks = null) => Draft().After(new SubmitApplication { Asks = asks ?? Asks }, Grace.On(Monday.AddDays(1)));

    public static Story<GrantApplication> InReview(CallAsks? asks = null) => Sent(asks).After(new UnsealApplication(), Itself.On(Deadline));

    public static Story<GrantApplication> Reading(this Story<GrantApplication> story, Stamp reviewer) => story
        .After(new AskReviewer(reviewer.Actor) { Ties = [] }, Rana).After(new DeclareInterest(InterestKind.None, "") { Ties = [] }, reviewer);

    public static SubmitReview Scores(int need, int plan) => new([new("Need", need, "Many cannot read yet."), new("Plan", plan, "Clear and cheap.")]) { Ties = [] };

    public static Story<GrantApplication> Reviewed() => InReview().Reading(Pilar).Reading(Hana).Reading(Adler)
        .After(Scores(30, 50), Pilar).After(Scores(35, 40), Hana).After(Scores(28, 45), Adler);

    public static readonly RecommendApplication Yes = new(Recommended: true, 1_200_000, "All three would fund it.") { Applicants = ["amina", "grace"] };

    public static Story<GrantApplication> Recommended() => Reviewed().After(Yes, Rana);

    // A grant

    public static readonly GrantOffer Offer = new("application-1", "paper-boat", "heron-bay", "heron-bay", "Talk first at Heron Bay", new(GrantSubjectKind.Pilot, "pilot-1"), "USD", Small: false,
        [new("Teacher time", 700_000), new("Books", 500_000)], ["amina", "grace", "pilar", "hana", "adler"]);

    public static readonly TrancheCondition Registered = new("registered", ConditionKind.TrialRegistered, "trial-1");

    public static readonly ImmutableArray<PlannedTranche> Tranches =
    [
        new("first", 400_000, new(2026, 10, 1), []), new("second", 500_000, new(2027, 2, 1), [Registered]),
        new("third", 300_000, new(2027, 6, 1), [new("half-way", ConditionKind.ReportAccepted, "interim"), new("visit", ConditionKind.Manual, "The school was visited.")]),
    ];

    public static readonly ImmutableArray<PlannedReport> Reports = [new("interim", new(2027, 1, 15), Final: false), new("final", new(2027, 9, 1), Final: true)];

    public static readonly GrantFacts Known = new([new(ConditionKind.TrialRegistered, "trial-1", Met: true, "trial/trial-1@3")], ["amina", "grace"]);

    public static Story<CatalyticGrant> Awarded(GrantOffer? offer = null, long amount = 1_200_000) => Story.Of<CatalyticGrant>().After(new CreateGrant("call-1", amount, offer ?? Offer), Itself);

    public static Story<CatalyticGrant> Agreed(GrantOffer? offer = null) => Awarded(offer).After(new PlanGrant(Tranches, Reports, new(2027, 9, 30)), Rana).After(new SignGrant(), Rana).After(new SignGrant(), Grace);

    public static RequestTranche Request(string tranche = "first", string? transfer = null) => new(tranche, transfer ?? $"{tranche}-transfer") { Facts = Known };

    public static ApproveTranche Approve(string tranche = "first") => new(tranche) { Facts = Known };

    public static Story<CatalyticGrant> Released(this Story<CatalyticGrant> story, string tranche = "first", string? transfer = null) => story
        .After(Request(tranche, transfer), Amina).After(Approve(tranche), Tomas).After(Approve(tranche), Ines);

    public static RecordPayment Pay(string transfer = "first-transfer") => new(transfer, $"bank-{transfer}", new(2026, 10, 2));

    public static Story<CatalyticGrant> Paid(this Story<CatalyticGrant> story, string tranche = "first") => story.Released(tranche).After(Pay($"{tranche}-transfer"), Tomas);

    public static Story<CatalyticGrant> Reported(this Story<CatalyticGrant> story, string report, long spent) => story
        .After(new SubmitGrantReport(report, spent, "We talked and wrote."), Amina).After(new AcceptGrantReport(report) { Facts = Known }, Rana);

    public static Story<CatalyticGrant> PaidWhole() => Agreed().Paid().Paid("second").Reported("interim", 600_000)
        .After(new ConfirmCondition("third", "visit", "visit.pdf", new string('a', 64)) { Facts = Known }, Rana).Paid("third");
}
