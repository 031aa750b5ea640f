using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using InnovationScale.Enquiry;
using InnovationScale.Innovations;
using InnovationScale.Pilots;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>“Older readers”: a trial in the field whose results wait to be uploaded, from a file with three faults to mend. Invented.</summary>
internal static class OlderReaders
{
    public const string TrialId = "older-readers-trial";

    private const string Measure = "Words read in a minute";

    private static readonly ImmutableArray<string> Schools = ["reed-lake", "winding-stair", "petit-baobab", "port-calme", "cafe-alto", "mil-flores"];

    private static readonly Teaching Teaching = new("A child reads more to a child.", "Twelve short books.", "Pairs read aloud and swap.", "Class teachers, after a morning of training.", "In pairs, across two grades.", "Twenty minutes, twice a week, one term.");

    private static readonly Registration Plan = new()
    {
        Hypothesis = "Grade 2 pupils who read to a pupil of grade 5 twice a week read more words in a minute after a term.",
        Design = TrialDesign.MultisiteRandomised,
        UnitOfAssignment = UnitOfAssignment.Class,
        Arms = [new("older", Comparison: false, "who read to an older pupil"), new("alone", Comparison: true, "who read alone for as long")],
        Allocation = new("Lots drawn among the classes of each school", "3c7d2e91f0b84a5da6c1e2f3b4d5a6978897a6b5c4d3e2f10f1e2d3c4b5a6978"),
        Primary = new(Measure, "words", 0, 200, Direction.HigherIsBetter) { Attainment = true },
        AttritionBoundary = AttritionBoundary.Optimistic,
        MissingDataRule = "Pupils without a score are counted as lost.",
        StoppingRule = "Nothing but a safeguarding concern.",
        PlannedPupils = 480,
        Analysis = PlannedAnalysis.ClassAdjusted,
    };

    public static async Task Tell(DemonstrationSteps steps)
    {
        await steps.On(2026, 1, 12).Do("layla", Lantern.OlderReaders, new RegisterInnovation("Older readers", "Twice a week pupils of grade 2 read aloud to a pupil of grade 5.",
            "A child reads more to a child than to an empty room, and the older one practises too.")
        {
            CoreComponents = ["One younger and one older pupil, the same pair all term", "The younger one reads aloud", "Twenty minutes, twice a week"],
            MayDependOn = ["home-language-match"],
        });
        await ToldNothing(steps.Line("older-readers-jasmine-steps"));

        var lead = Standard("older-readers-reed-lake", "Older readers at Reed Lake", "reed-lake", "naliaka", "wekesa");
        var others = (ImmutableArray<LedPilot>)[Standard("older-readers-petit-baobab", "Les grands lecteurs", "petit-baobab", "ndiaga", "coumba"), Standard("older-readers-cafe-alto", "Lectores mayores", "cafe-alto", "camila", "jairo")];
        foreach (var pilot in others.Prepend(lead)) await pilot.Register(steps.On(2026, 8, 10));
        var trial = new LedTrial(TrialId, "Older readers in six schools", Lantern.OlderReaders, "v1", lead.Id, lead.Teacher, "ndeye", Plan)
        {
            Preset = Preset.Standard, Sites = [.. Schools.Select(school => (school, others.Prepend(lead).FirstOrDefault(pilot => pilot.School == school)?.Id))],
        };
        await trial.Register(steps.On(2026, 8, 24));
        await trial.Begin(steps.On(2026, 9, 7));
        foreach (var pilot in others) await steps.Do("ndeye", pilot.Id, new MovePilot(PilotTo.Trial));

        var light = steps.On(2026, 9, 14);
        await Light("older-readers-quiet-well", "Big sister, little sister", "quiet-well", "halima", "abdi", 24, "Mr Noor").Register(light);
        await Trying(light, Light("older-readers-stone-bridge", "قرّاء كبار", "stone-bridge", "sana", "faris", 30, "Mrs Muna"), new(2026, 9, 21), [9, 11, 12, 12, 14]);
        await Trying(light, Light("older-readers-trois-palmiers", "Grands et petits lecteurs", "trois-palmiers", "khady", "babacar", 27, "M. Ndour"), new(2026, 10, 2), [7, 8, 8]);
    }

    /// <summary>
    /// Results as a school office might send them: one row says “oldr” for the group, one holds the 999 of a pupil who was away, and one column names pupils.
    /// </summary>
    public static string FaultyResults()
    {
        var file = new StringBuilder("school,class,group,pupil name,score\n");
        foreach (var (s, school) in Schools.Index())
        {
            foreach (var (c, arm) in ((string[])["older", "alone", "older", "alone"]).Index())
            {
                for (var pupil = 0; pupil < 10; pupil++)
                {
                    var number = (((s * 4) + c) * 10) + pupil;
                    var group = number == 47 ? "oldr" : arm;
                    var score = number == 131 ? 999 : 34 + (number * 7 % 23) + (arm == "older" ? 3 : 0);
                    file.Append(CultureInfo.InvariantCulture, $"{school},2{(char)('a' + c)},{group},Pupil {(char)('A' + (number % 26))}. {number + 1},{score}\n");
                }
            }
        }

        return file.ToString();
    }

    /// <summary>Tried, watched, and nobody can tell.</summary>
    private static async Task ToldNothing(DemonstrationSteps steps)
    {
        const string cycle = "older-readers-jasmine-steps-1";
        var pilot = Standard("older-readers-jasmine-steps", "القارئ الأكبر", "jasmine-steps", "layla", "yusuf") with
        {
            Start = new(2026, 2), Enquiry = new("Do grade 2 pupils read more words?", Measure, WatchKind.Number, "Ten words more by June", 45),
        };
        await pilot.Register(steps.On(2026, 1, 12));
        await pilot.Enquire(steps.On(2026, 2, 2));
        await pilot.Watch(steps, cycle, new("Pairs read on Sundays and Wednesdays", "Do they read more words?", new(PredictedDirection.Up, Confidence.Hunch, 5), "Pupils who read 40 words in a minute", "of 26"), new(2026, 2, 8), 26, [12, 13, 11, 12]);
        await pilot.Conclude(steps, cycle, "Four weeks, then the older grade had its exams and the pairs broke up.", PredictionResult.CannotTell, CycleDecision.Abandon, "We cannot tell from four weeks.");
        await pilot.End(steps.On(2026, 5, 11), PilotTo.Inconclusive, ["Pairs of grade 2 and grade 5 read for four weeks.", "Too short to see anything.", "We would begin in September, before the exams."], "The pairs broke up before anything could be seen.");
    }

    private static async Task Trying(DemonstrationSteps steps, LedPilot pilot, DateOnly first, double[] able)
    {
        await pilot.Register(steps);
        await pilot.Enquire(steps);
        await pilot.Watch(steps, $"{pilot.Id}-1", new("Pairs read twice a week", "Do more of them finish a page?", new(PredictedDirection.Up, Confidence.Hunch, 4), "Pupils who finish a page", $"of {pilot.Count}"), first, pilot.Count, [.. able]);
    }

    private static LedPilot Standard(string id, string title, string school, string teacher, string lead) => new(id, title, school, Lantern.OlderReaders, Preset.Standard, teacher, lead)
    {
        Lead = lead, Problem = "Young pupils hardly read aloud in class.", Learners = "Grade 2", Count = 80, Start = new(2026, 9), Teaching = Teaching,
    };

    private static LedPilot Light(string id, string title, string school, string teacher, string second, int count, string head) => new(id, title, school, Lantern.OlderReaders, Preset.Light, teacher, second)
    {
        Problem = "There is one book and no time to listen to each.", Learners = "Grade 2", Count = count, Start = new(2026, 9), Head = head, Enquiry = new("Do more pupils finish a page?", "Pupils who finish a page", WatchKind.Share),
    };
}
