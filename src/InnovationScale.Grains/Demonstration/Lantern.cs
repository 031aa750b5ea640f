using InnovationScale.Enquiry;
using InnovationScale.Evidence;
using InnovationScale.Innovations;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>
/// The invented Lantern Schools Network: its people and schools, an idea that two teachers adopted, a trial that found no worthwhile difference, a few pilots
/// on their way, and Project STAR, which is real, as a study from elsewhere. It goes into an empty store once and stays.
/// </summary>
public static class Lantern
{
    public const string ExitCards = "friday-exit-cards", VoiceNotes = "voice-note-homework", SmallClasses = "small-classes", Star = "project-star-kindergarten-maths";

    private const string Heron = "heron-bay", Casa = "casa-del-colibri", Institute = "institute-of-small-questions", Lake = "lake-road", Olive = "olive-hill";

    /// <summary>The last record that is loaded: where it stands, all does.</summary>
    private const string Last = "garden-maths-olive-hill";

    public static async Task Load(IGrains grains, SqlLogStore store, Access access)
    {
        if ((await grains.Look<Pilot>(Last)).Exists) return;

        var steps = new DemonstrationSteps(grains, store, access);
        await PeopleAndSchools(steps.On(2024, 9, 2));
        await AdoptedExitCards(steps);
        await VoiceNoteTrial.Run(steps);
        await StudyFromElsewhere(steps.On(2025, 10, 6));
        await OnTheirWay(steps.On(2026, 9, 14));
    }

    private static async Task PeopleAndSchools(DemonstrationSteps steps)
    {
        await steps.School(Heron, "Heron Bay", "KE");
        await steps.School(Lake, "Lake Road", "KE");
        await steps.School(Casa, "Casa del Colibrí", "CO");
        await steps.School(Olive, "Olive Hill", "JO");
        await steps.School("sand-street", "Sand Street", "SN");
        foreach (var (id, name) in VoiceNoteTrial.OtherSchools) await steps.School(id, name, "CO");
        // The institute is where researchers work; people have one home, and homes are kept as schools are.
        await steps.School(Institute, "Institute of Small Questions", "SN");

        await steps.Person("amina", "Amina", Heron, new HeldRole(Role.Teacher, Heron));
        await steps.Person("joseph", "Joseph", Heron, new HeldRole(Role.Teacher, Heron));
        await steps.Person("lucia", "Lucía", Casa, new HeldRole(Role.Teacher, Casa));
        await steps.Person("mateo", "Mateo", Casa, new HeldRole(Role.SchoolLead, Casa));
        await steps.Person("rasha", "Rasha", Olive, new HeldRole(Role.Teacher, Olive));
        await steps.Person("ndeye", "Dr Ndeye", Institute, new HeldRole(Role.Researcher, "lantern"));
        await steps.Person("bilal", "Bilal", Institute, new HeldRole(Role.DataSteward, "lantern"), new HeldRole(Role.Facilitator, "lantern"));
        await steps.Person("adler", "Prof Adler", Institute, new HeldRole(Role.Evaluator, "outside"), new HeldRole(Role.Reviewer, "outside"));
        await steps.Person("safia", "Safia", Institute, new HeldRole(Role.SafeguardingLead, "lantern"));
    }

    /// <summary>Two teachers, no other role: from a draft to “adopted here”.</summary>
    private static async Task AdoptedExitCards(DemonstrationSteps steps)
    {
        const string pilot = "friday-exit-cards-heron-bay", watching = "friday-exit-cards-before", trying = "friday-exit-cards-with";
        await steps.On(2025, 1, 6).Do("amina", ExitCards, new RegisterInnovation("Friday exit cards",
            "On Friday each pupil answers one question on a card. The teacher reads them before Monday and begins there.",
            "Teachers see what was not understood while there is still time to teach it again.")
        {
            CoreComponents = ["One question on a card, every Friday", "Cards are read before Monday", "Monday begins with what was not understood"],
        });
        await Register(steps, "amina", pilot, Heron, ExitCards, "Friday exit cards in grade 7", "On Monday half the class cannot say what Friday was about.", "Grade 7 mathematics", 58, new(2025, 1), second: "joseph");
        await steps.Do("amina", pilot, new PlanEnquiry(new("Do cards on Friday help pupils explain the answer on Monday?", "Pupils who can explain the answer", WatchKind.Share)));
        await steps.Do("amina", pilot, new MovePilot(PilotTo.Enquiry));
        await Cycle(steps, "amina", pilot, watching, new("Watch and change nothing", "How many can explain the answer now?", new(PredictedDirection.NoChange, Confidence.FairlySure), "Pupils who can explain the answer", "of 58"),
            new(2025, 1, 10), [35, 34, 36, 35, 33, 36, 35, 35], "About six in ten could explain it, week after week.", CycleDecision.Extend, "Now we know where pupils start.", trying);
        await Cycle(steps, "amina", pilot, trying, new("Exit cards every Friday", "Do more pupils explain the answer?", new(PredictedDirection.Up, Confidence.Hunch, 10), "Pupils who can explain the answer", "of 58"),
            new(2025, 3, 14), [36, 38, 39, 41, 40, 42, 43, 42, 44, 45, 44, 45], "More pupils could explain the answer, and it stayed that way.", CycleDecision.Adopt, "It costs ten minutes a week and Monday starts better.", next: null);
        await steps.On(2025, 6, 9).Do("amina", pilot, new WriteLessons(["One question on a card each Friday, read on Sunday.", "Pupils who can explain the answer: 60% before, 78% at the end.", "We would do it again, and read cards aloud without names."]));
        await steps.Do("amina", pilot, new MovePilot(PilotTo.AdoptedLocally));
        await steps.Do("joseph", pilot, new MovePilot(PilotTo.AdoptedLocally));
    }

    private static async Task Cycle(DemonstrationSteps steps, string who, string pilot, string cycle, CyclePlan plan, DateOnly first, double[] able, string seen, CycleDecision decision, string why, string? next)
    {
        steps.On(first.Year, first.Month, first.Day);
        await steps.Do(who, pilot, cycle, new PlanCycle(plan));
        await steps.Do(who, pilot, cycle, new StartDoing());
        foreach (var (week, count) in able.Index())
        {
            var day = first.AddDays(7 * week);
            await steps.On(day.Year, day.Month, day.Day).Do(who, pilot, cycle, new RecordPoint($"{cycle}-{week + 1}", day, count, 58));
        }

        await steps.Do(who, pilot, cycle, new StudyCycle(seen));
        await steps.Do(who, pilot, cycle, new CompareWithPrediction(PredictionResult.AsPredicted));
        await steps.Do(who, pilot, cycle, new CloseCycle(decision, why, next));
    }

    /// <summary>Real data: the classes of Project STAR through the upload that every study takes.</summary>
    private static async Task StudyFromElsewhere(DemonstrationSteps steps)
    {
        await steps.Do("ndeye", SmallClasses, new RegisterInnovation("Small classes", "The first classes at school have 13 to 17 pupils instead of 22 to 25, with one teacher.",
            "A teacher who has fewer pupils sees more of each one's work and loses less time to order.")
        {
            CoreComponents = ["At most 17 pupils in a class, all day and all year", "One class teacher"],
        });
        await steps.Do("ndeye", Star, new DescribeStudy(StarStudy.Description(SmallClasses, "v1")));
        var uploads = new StudyUploads(steps.Desk, steps.Access, steps.Time);
        await using var classes = StarStudy.OpenClasses();
        var upload = await uploads.Take(steps["ndeye"], steps.Next(), Star, classes, new UploadAsked(classes.Length), CancellationToken.None);
        if (upload.Receipt is null) throw new InvalidOperationException($"Project STAR could not be loaded: {upload.Refused?.Sentence} {upload.Reduction?.Errors.FirstOrDefault()?.Sentence}");
    }

    private static async Task OnTheirWay(DemonstrationSteps steps)
    {
        await Register(steps, "joseph", "exit-cards-science", Heron, ExitCards, "Exit cards in grade 8 science", "Homework does not show what was understood.", "Grade 8 science", 41, new(2026, 10), second: "amina");
        await Register(steps, "lucia", "exit-cards-casa", Casa, ExitCards, "Tarjetas del viernes", "Pupils forget over the weekend what they could do on Friday.", "Grade 6 mathematics", 33, new(2026, 9), second: "mateo");
        await steps.Do("lucia", "exit-cards-casa", new PlanEnquiry(new("Do cards help pupils remember?", "Pupils who solve Friday's task on Monday", WatchKind.Share)));
        await steps.Do("lucia", "exit-cards-casa", new MovePilot(PilotTo.Enquiry));
        await steps.On(2026, 11, 2).Do("rasha", Last, new StartPilot("Garden maths", Olive));
        await steps.Do("rasha", Last, new DescribePilot(Problem: "Pupils can measure on paper and not on the ground."));
    }

    /// <summary>A light pilot from its first answer to its registration.</summary>
    private static async Task Register(
        DemonstrationSteps steps, string who, string pilot, string school, string innovation, string title, string problem, string learners, int count, YearMonth month, string second)
    {
        await steps.Do(who, pilot, new StartPilot(title, school, innovation, "v1"));
        await steps.Do(who, pilot, new DescribePilot(Problem: problem, Learners: learners, LearnerCount: count, StartMonth: month));
        await steps.Do(who, pilot, new NameSecondAdult(second, school));
        await steps.Do(who, pilot, new TellHead(school == Casa ? "Mateo" : "Mrs Wanjiru", steps.Today));
        await steps.Do(who, pilot, new AnswerRoutinePractice(new(false, false, false, false, false, false)));
        await steps.Do(who, pilot, new MovePilot(PilotTo.Registered));
    }
}
