using System.Collections.Immutable;
using InnovationScale.Enquiry;
using InnovationScale.Innovations;
using InnovationScale.Pilots;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>“Voice-note homework”: liked in its first weeks, then a trial in twelve schools and 42 classes that shows no worthwhile difference. Invented.</summary>
internal static class VoiceNotes
{
    private const string Id = "voice-note-homework-casa", Casa = "casa-del-colibri", Cycle = "voice-note-homework-first-weeks";

    private static readonly ImmutableArray<string> Schools =
        [Casa, "monte-claro", "rio-manso", "el-faro", "la-ceiba", "puente-viejo", "santa-brisa", "los-almendros", "cerro-azul", "tres-caminos", "el-molino", "agua-clara"];

    private static readonly Registration Plan = new()
    {
        Hypothesis = "Pupils who send a voice note of two minutes instead of written homework read aloud more fluently after ten weeks.",
        Design = TrialDesign.MultisiteRandomised,
        UnitOfAssignment = UnitOfAssignment.Class,
        Arms = [new("voice", Comparison: false, "who sent voice notes"), new("usual", Comparison: true, "written homework as before")],
        Allocation = new("Lots drawn among the classes of each school", "5d1f0c9ab3c14d2f9a4a7b8e6f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c"),
        Primary = new("Reading aloud", "points", 0, 100, Direction.HigherIsBetter) { Attainment = true },
        AttritionBoundary = AttritionBoundary.Optimistic,
        MissingDataRule = "Pupils without a score are counted as lost.",
        StoppingRule = "Nothing but a safeguarding concern.",
        PlannedPupils = 1050,
        Analysis = PlannedAnalysis.ClassAdjusted,
    };

    private static readonly LedPilot Pilot = new(Id, "Voice-note homework", Casa, Lantern.VoiceNotes, Preset.Rigorous, "lucia", "mateo")
    {
        Lead = "mateo", Problem = "Pupils hardly read aloud at home.", Learners = "Grades 3 and 4", Count = 1050, Start = new(2024, 11),
        Teaching = new("Reading aloud builds fluency.", "A family telephone and the class reader.", "Read a page, send the note.", "The class teacher, after one hour of training.", "Each pupil alone, at home.",
            "Two minutes, four evenings a week, ten weeks."),
        Enquiry = new("Do pupils who send a note read aloud at home?", "Pupils who read at home this week", WatchKind.Share, "Most pupils read aloud at home on four evenings", 25,
            "Practice at home; a listener; a short text", "Reading aloud, one minute", Waiver: "The first school of the network to try it."),
    };

    private static readonly LedTrial Trial = new("voice-note-homework-trial", "Voice-note homework in twelve schools", Lantern.VoiceNotes, "v1", Id, "lucia", "ndeye", Plan)
    {
        Sites = [.. Schools.Select(school => (school, school == Casa ? Id : null))],
    };

    public static async Task Tell(DemonstrationSteps steps)
    {
        await steps.On(2024, 10, 7).Do("ndeye", Lantern.VoiceNotes, new RegisterInnovation("Voice-note homework", "Pupils read a page aloud at home and send it as a voice note of two minutes.",
            "Reading aloud every day builds fluency, and a telephone is in nearly every home.")
        {
            CoreComponents = ["Two minutes read aloud, four evenings a week", "The teacher answers one note of each pupil a week"],
        });
        await Pilot.Register(steps);
        await Pilot.Enquire(steps);
        await Pilot.Watch(steps, Cycle, new("One class sends voice notes", "Do more pupils read at home?", new(PredictedDirection.Up, Confidence.FairlySure, 8), "Pupils who read at home this week", "of 31"),
            new(2024, 11, 8), 31, [14, 19, 22, 24]);
        await Pilot.Conclude(steps, Cycle, "Families liked it, and most pupils sent their notes.", PredictionResult.AsPredicted, CycleDecision.Adopt, "They read more. Whether they read better needs a comparison.");

        await Trial.Register(steps.On(2025, 1, 13));
        await Trial.Begin(steps.On(2025, 2, 3));
        await Trial.Record(steps.On(2025, 4, 28), new ExactClasses(Plan, G: 0.01, ExactClasses.HalfOfTheInterval, 0.17).In(Schools, classes: 21, pupils: 25));
        await Trial.Close(steps);
        await Trial.Evaluate(steps.On(2025, 5, 12), "Ten weeks of voice notes made no worthwhile difference to reading aloud. Schools can spend the time on something else.");
        await Pilot.End(steps.On(2025, 6, 2), PilotTo.NoEffect, ["Pupils sent voice notes for ten weeks.", "They read aloud as well as the others, no better and no worse.", "We would not ask it of families again."],
            "The trial shows no worthwhile difference.");
    }
}
