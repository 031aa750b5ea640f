using InnovationScale.Enquiry;
using InnovationScale.Innovations;
using InnovationScale.Pilots;

namespace InnovationScale.Demonstration;

/// <summary>“Friday exit cards”: two teachers, no trial, a run chart that moved, adopted where it was tried; and schools that took it up since. Invented.</summary>
internal static class ExitCards
{
    private const string Measure = "Pupils who can explain the answer";

    public static Task Register(DemonstrationSteps steps) => steps.On(2025, 1, 6).Do("amina", Lantern.ExitCards, new RegisterInnovation("Friday exit cards",
        "On Friday each pupil answers one question on a card. The teacher reads them before Monday and begins there.",
        "Teachers see what was not understood while there is still time to teach it again.")
    {
        CoreComponents = ["One question on a card, every Friday", "Cards are read before Monday", "Monday begins with what was not understood"],
    });

    /// <summary>Two teachers, no other role: from a draft to “adopted here”.</summary>
    public static async Task AdoptedInHeronBay(DemonstrationSteps steps)
    {
        const string watching = "friday-exit-cards-before", trying = "friday-exit-cards-with";
        var pilot = Light("friday-exit-cards-heron-bay", "Friday exit cards in grade 7", "heron-bay", "amina", "joseph", "On Monday half the class cannot say what Friday was about.", "Grade 7 mathematics", 58, new(2025, 1), "Mrs Wanjiru");
        await pilot.Register(steps.On(2025, 1, 6));
        await pilot.Enquire(steps);
        await pilot.Watch(steps, watching, new("Watch and change nothing", "How many can explain the answer now?", new(PredictedDirection.NoChange, Confidence.FairlySure), Measure, "of 58"),
            new(2025, 1, 10), 58, [35, 34, 36, 35, 33, 36, 35, 35]);
        await pilot.Conclude(steps, watching, "About six in ten could explain it, week after week.", PredictionResult.AsPredicted, CycleDecision.Extend, "Now we know where pupils start.", trying);
        await pilot.Watch(steps, trying, new("Exit cards every Friday", "Do more pupils explain the answer?", new(PredictedDirection.Up, Confidence.Hunch, 10), Measure, "of 58"),
            new(2025, 3, 14), 58, [36, 38, 39, 41, 40, 42, 43, 42, 44, 45, 44, 45]);
        await pilot.Conclude(steps, trying, "More pupils could explain the answer, and it stayed that way.", PredictionResult.AsPredicted, CycleDecision.Adopt, "It costs ten minutes a week and Monday starts better.");
        await pilot.End(steps.On(2025, 6, 9), PilotTo.AdoptedLocally,
            ["One question on a card each Friday, read on Sunday.", "Pupils who can explain the answer: 60% before, 78% at the end.", "We would do it again, and read cards aloud without names."]);
    }

    public static async Task AdoptedInAmberDoor(DemonstrationSteps steps)
    {
        const string watching = "exit-cards-amber-door-before", trying = "exit-cards-amber-door-with";
        var pilot = Light("exit-cards-amber-door", "بطاقات الخميس", "amber-door", "dina", "nabil", "We notice too late who did not follow.", "Grade 5 science", 32, new(2025, 9), "Mr Hatem");
        await pilot.Register(steps.On(2025, 9, 1));
        await pilot.Enquire(steps);
        await pilot.Watch(steps, watching, new("Watch and change nothing", "How many can explain the answer now?", new(PredictedDirection.NoChange, Confidence.Hunch), Measure, "of 32"),
            new(2025, 9, 4), 32, [17, 18, 16, 17, 18, 17]);
        await pilot.Conclude(steps, watching, "About half the class, every week.", PredictionResult.AsPredicted, CycleDecision.Extend, "We know where pupils start.", trying);
        await pilot.Watch(steps, trying, new("One card before the weekend", "Do more pupils explain the answer?", new(PredictedDirection.Up, Confidence.FairlySure, 10), Measure, "of 32"),
            new(2025, 10, 16), 32, [18, 19, 19, 20, 21, 20, 22, 21, 22]);
        await pilot.Conclude(steps, trying, "A few more each week, and it stayed.", PredictionResult.PartlyAsPredicted, CycleDecision.Adopt, "It is little work and the shy ones write more than they say.");
        await pilot.End(steps.On(2026, 1, 12), PilotTo.AdoptedLocally,
            ["A card before the weekend, read together on Saturday.", "About five more pupils in 32 could explain the answer.", "We would do it again, with one drawing allowed."]);
    }

    public static async Task TakenUpSince(DemonstrationSteps steps)
    {
        await Light("exit-cards-science", "Exit cards in grade 8 science", "heron-bay", "joseph", "amina", "Homework does not show what was understood.", "Grade 8 science", 41, new(2026, 10), "Mrs Wanjiru").Register(steps.On(2026, 9, 14));
        await Light("exit-cards-blue-gate", "Les cartes du vendredi", "blue-gate", "aissatou", "lamine", "Pupils copy the lesson and cannot say it in their words.", "Grade 6 French", 52, new(2026, 11), "Mme Diouf").Register(steps.On(2026, 10, 19));

        var casa = Light("exit-cards-casa", "Tarjetas del viernes", "casa-del-colibri", "lucia", "mateo", "Pupils forget over the weekend what they could do on Friday.", "Grade 6 mathematics", 33, new(2026, 9), "Mateo") with
        {
            Enquiry = new("Do cards help pupils remember?", "Pupils who solve Friday's task on Monday", WatchKind.Share),
        };
        await casa.Register(steps.On(2026, 9, 14));
        await casa.Enquire(steps);

        await Trying(steps.On(2026, 9, 7), Light("exit-cards-salt-road", "Exit cards in two languages", "salt-road", "mariama", "ibou", "Some know the answer and not the French word for it.", "Grade 4", 47, new(2026, 9), "M. Sarr"),
            new(2026, 9, 18), [19, 21, 20, 22, 22, 24, 23, 25]);
        await Trying(steps.On(2026, 8, 10), Light("exit-cards-puente-viejo", "Tarjetas de salida", "puente-viejo", "paola", "andres", "The same five pupils answer every question.", "Grade 5", 36, new(2026, 8), "Doña Inés"),
            new(2026, 8, 21), [20, 19, 22, 21, 23, 22, 22]);

        var flooded = Light("exit-cards-red-kiln", "Exit cards at Red Kiln", "red-kiln", "mutua", "syombua", "We go on while half the class is lost.", "Grade 6", 44, new(2026, 9), "Mr Musyoka");
        await Trying(steps.On(2026, 9, 7), flooded, new(2026, 9, 11), [21, 22, 24]);
        await steps.On(2026, 10, 5).Do("bilal", flooded.Id, new PausePilot(), "The road and two classrooms are flooded. The school meets under the church roof until the water is gone.");

        await steps.On(2026, 11, 9).Do("wambui", "exit-cards-dry-creek", new StartPilot("Cards at Dry Creek", "dry-creek", Lantern.ExitCards, "v1"));
        await steps.Do("wambui", "exit-cards-dry-creek", new DescribePilot(Problem: "I find out at the exam who was lost.", Learners: "Grade 8"));
    }

    public static async Task Withdrawn(DemonstrationSteps steps)
    {
        var pilot = Light("exit-cards-la-quebrada", "Tarjetas en La Quebrada", "la-quebrada", "diego", "marta", "Nobody asks when something is unclear.", "Grade 3", 28, new(2026, 3), "Doña Rosalba");
        await pilot.Register(steps.On(2026, 2, 16));
        await steps.On(2026, 3, 30).Do("diego", pilot.Id, new MovePilot(PilotTo.Withdrawn), "Marta moves to another school and nobody else can read the cards.");
    }

    /// <summary>In the middle of a cycle.</summary>
    private static async Task Trying(DemonstrationSteps steps, LedPilot pilot, DateOnly first, double[] able)
    {
        await pilot.Register(steps);
        await pilot.Enquire(steps);
        await pilot.Watch(steps, $"{pilot.Id}-1", new("Exit cards every Friday", "Do more pupils explain the answer?", new(PredictedDirection.Up, Confidence.Hunch, 5), Measure, $"of {pilot.Count}"), first, pilot.Count, [.. able]);
    }

    private static LedPilot Light(string id, string title, string school, string teacher, string second, string problem, string learners, int count, YearMonth start, string head) =>
        new(id, title, school, Lantern.ExitCards, Preset.Light, teacher, second)
        {
            Problem = problem, Learners = learners, Count = count, Start = start, Head = head, Enquiry = new("Do cards on Friday help pupils explain the answer on Monday?", Measure, WatchKind.Share),
        };
}
