using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Statistics;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>“Voice-note homework”: a trial in twelve schools and 42 classes that shows no worthwhile difference, from its plan to its report. Invented.</summary>
internal static class VoiceNoteTrial
{
    private const string Pilot = "voice-note-homework-casa", Trial = "voice-note-homework-trial", Evaluation = "voice-note-homework-evaluation", Casa = "casa-del-colibri", Measure = "Reading aloud";

    /// <summary>What the cells are made to show.</summary>
    private const double G = 0.01, HalfWidth = 0.17;

    public static ImmutableArray<(string Id, string Name)> OtherSchools { get; } =
    [
        ("monte-claro", "Monte Claro"), ("rio-manso", "Río Manso"), ("el-faro", "El Faro"), ("la-ceiba", "La Ceiba"), ("puente-viejo", "Puente Viejo"), ("santa-brisa", "Santa Brisa"),
        ("los-almendros", "Los Almendros"), ("cerro-azul", "Cerro Azul"), ("tres-caminos", "Tres Caminos"), ("el-molino", "El Molino"), ("agua-clara", "Agua Clara"),
    ];

    private static Registration Plan { get; } = new()
    {
        Hypothesis = "Pupils who send a voice note of two minutes instead of written homework read aloud more fluently after ten weeks.",
        Design = TrialDesign.MultisiteRandomised,
        UnitOfAssignment = UnitOfAssignment.Class,
        Arms = [new("voice", Comparison: false, "who sent voice notes"), new("usual", Comparison: true, "written homework as before")],
        Allocation = new("Lots drawn among the classes of each school", "5d1f0c9ab3c14d2f9a4a7b8e6f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c"),
        Primary = new(Measure, "points", 0, 100, Direction.HigherIsBetter) { Attainment = true },
        AttritionBoundary = AttritionBoundary.Optimistic,
        MissingDataRule = "Pupils without a score are counted as lost.",
        StoppingRule = "Nothing but a safeguarding concern.",
        PlannedPupils = 1050,
        Analysis = PlannedAnalysis.ClassAdjusted,
    };

    public static async Task Run(DemonstrationSteps steps)
    {
        await steps.On(2024, 11, 4).Do("ndeye", Lantern.VoiceNotes, new RegisterInnovation("Voice-note homework", "Pupils read a page aloud at home and send it as a voice note of two minutes.",
            "Reading aloud every day builds fluency, and a telephone is in nearly every home.")
        {
            CoreComponents = ["Two minutes read aloud, four evenings a week", "The teacher answers one note of each pupil a week"],
        });
        await RegisterPilot(steps);
        await OpenTrial(steps.On(2025, 1, 13));
        await steps.On(2025, 2, 3).Do("ndeye", Pilot, new MovePilot(PilotTo.Trial));
        await Close(steps);
        await Evaluate(steps.On(2025, 5, 12));
        await steps.On(2025, 6, 2).Do("lucia", Pilot, new WriteLessons(["Pupils sent voice notes for ten weeks.", "They read aloud as well as the others, no better and no worse.", "We would not ask it of families again."]));
        await steps.Do("mateo", Pilot, new MovePilot(PilotTo.NoEffect), "The trial shows no worthwhile difference.");
    }

    private static async Task RegisterPilot(DemonstrationSteps steps)
    {
        await steps.Do("lucia", Pilot, new StartPilot("Voice-note homework", Casa, Lantern.VoiceNotes, "v1", Preset.Standard));
        await steps.Do("lucia", Pilot, new DescribePilot(Problem: "Pupils hardly read aloud at home.", Learners: "Grades 3 and 4", LearnerCount: 1050, StartMonth: new YearMonth(2025, 2)));
        await steps.Do("lucia", Pilot, new NameSecondAdult("mateo", Casa));
        await steps.Do("lucia", Pilot, new TellHead("Mateo", new DateOnly(2024, 11, 4), Consents: true));
        await steps.Do("lucia", Pilot, new AnswerRoutinePractice(new(false, false, false, false, false, false)));
        await steps.Do("lucia", Pilot, new DescribeTeaching(new("Reading aloud builds fluency.", "A family telephone and the class reader.", "Read a page, send the note.", "The class teacher, after one hour of training.",
            "Each pupil alone, at home.", "Two minutes, four evenings a week, ten weeks.")));
        await steps.Do("lucia", Pilot, new DescribePilotContext(ContextProfile.Dimensions.Where(question => question.Part is ContextPart.Learners)
            .ToImmutableSortedDictionary(question => question.Code, _ => ContextAnswer.Unknown, StringComparer.Ordinal)));
        await steps.Do("lucia", Pilot, new StateConsentBasis(ConsentBasis.OptOut, "Families were told in a letter and could say no."));
        await steps.Do("lucia", Pilot, new AcceptCoreComponents(new DateOnly(2025, 1, 20)));
        await steps.Do("lucia", Pilot, new MovePilot(PilotTo.Registered));
        await steps.Do("mateo", Pilot, new MovePilot(PilotTo.Registered));
    }

    private static async Task OpenTrial(DemonstrationSteps steps)
    {
        await steps.Do("ndeye", Trial, new DraftTrial("Voice-note homework in twelve schools", Lantern.VoiceNotes, "v1", Pilot, Preset.Standard, Plan));
        await steps.Do("ndeye", Trial, new AddSite(Casa, Pilot, Arm: null, new DateOnly(2025, 1, 13)));
        foreach (var (id, _) in OtherSchools) await steps.Do("ndeye", Trial, new AddSite(id, Pilot: null, Arm: null, new DateOnly(2025, 1, 13)));
        await steps.Do("ndeye", Trial, new SubmitTrial());
        await steps.Do("bilal", Trial, new RegisterTrial());
    }

    private static async Task Close(DemonstrationSteps steps)
    {
        await steps.Do("ndeye", Trial, new StartRecruiting());
        await steps.Do("ndeye", Trial, new StartFieldwork());
        var cells = Cells();
        steps.On(2025, 4, 28);
        await steps.Do("ndeye", Trial, new ImportCells(new("voice-note-results", CellRows.Sha256(cells), cells.Length, Reduction.CurrentVersion), cells));
        await steps.Do("bilal", Trial, new VerifyBatch("voice-note-results"));
        await steps.Do("bilal", Trial, new ProposeLock());
        await steps.Do("ndeye", Trial, new ConfirmLock(await Locked(steps, proposed: true)));
        await steps.Do("lucia", Pilot, new MovePilot(PilotTo.Evaluation));
        await steps.Do("ndeye", Pilot, new MovePilot(PilotTo.Evaluation));
    }

    private static async Task Evaluate(DemonstrationSteps steps)
    {
        await steps.Do("ndeye", Evaluation, new ComputeEvaluation(Trial, await Locked(steps, proposed: false), Methods.ClassAdjusted.Name));
        await steps.Do("ndeye", Evaluation, new SubmitEvaluation());
        await steps.Do("adler", Evaluation, new SignEvaluation());
        await steps.Do("adler", Evaluation, new PublishEvaluation());
        await steps.Do("ndeye", Trial, new MarkAnalysed(Evaluation));
        await steps.Do("ndeye", Trial, new ReportTrial("Ten weeks of voice notes made no worthwhile difference to reading aloud. Schools can spend the time on something else."));
    }

    private static async Task<string> Locked(DemonstrationSteps steps, bool proposed)
    {
        var trial = (await steps.Grains.Look<Trial>(Trial)).State;
        return (proposed ? trial.ProposedLock?.DatasetSha256 : trial.LockedSha256) ?? trial.Cells.Sha256();
    }

    /// <summary>
    /// Classes whose means lie far enough apart for an interval of the wanted width, and of which those with voice notes are shifted so that g is exact.
    /// </summary>
    private static ImmutableArray<Cell> Cells()
    {
        double near = 0, far = 10;
        for (var halving = 0; halving < 60; halving++)
        {
            var middle = (near + far) / 2;
            if (Found(Cells(middle, Shift(middle))) is var found && (found.High - found.Low) / 2 < HalfWidth) near = middle;
            else far = middle;
        }

        return Cells(near, Shift(near));
    }

    /// <summary>g grows in proportion to the shift, since the spread within groups does not know of it.</summary>
    private static double Shift(double apart) => G / Found(Cells(apart, 1)).G;

    private static Effect Found(ImmutableArray<Cell> cells) => Methods.ClassAdjusted.Evaluate(new("", Lantern.VoiceNotes, "v1", Preset.Standard, Plan, cells)).Primary!.Effect!;

    private static ImmutableArray<Cell> Cells(double apart, double shift)
    {
        const int pupils = 25, classesInAGroup = 21;
        const double mean = 54, spread = 14;
        var schools = OtherSchools.Select(school => school.Id).Prepend(Casa).ToArray();
        var cells = ImmutableArray.CreateBuilder<Cell>(2 * classesInAGroup);
        foreach (var (arm, more) in (ReadOnlySpan<(string, double)>)[("voice", shift), ("usual", 0)])
        {
            for (var at = 0; at < classesInAGroup; at++)
            {
                // Every school has a class in both groups; nine have a second one in each.
                var school = schools[at % schools.Length];
                // A fixed order of steps from -10 to 10 that lays no trend over the schools.
                var step = (at * 8 % classesInAGroup) - ((classesInAGroup - 1) / 2);
                var scores = new Moments(pupils, mean + (apart * step / 10) + more, (pupils - 1) * spread * spread);
                cells.Add(new Cell
                {
                    School = school, Class = $"{(arm == "voice" ? 'a' : 'b')}{1 + (at / schools.Length)}", Arm = arm, Measure = Measure, Wave = Plan.Primary!.Wave, Allocated = pupils,
                    Outcome = scores, Baseline = new(pupils, mean - 6 + (apart * step / 10), (pupils - 1) * spread * spread),
                });
            }
        }

        return cells.MoveToImmutable();
    }
}
