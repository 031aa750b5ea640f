using System.Collections.Immutable;
using InnovationScale.Enquiry;
using InnovationScale.Innovations;
using InnovationScale.Pilots;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>
/// “Seats by last score”: a trial of 18 classes that was stopped by its own rule, since the pupils who had the lowest scores before, a group named
/// beforehand, did worse. Invented.
/// </summary>
internal static class SeatsByScore
{
    private const string Id = "seats-by-last-score-tall-grass", School = "tall-grass", Cycle = "seats-by-last-score-first-weeks", LowestThird = "last-score:lowest-third";

    private static readonly ImmutableArray<string> Schools = [School, "copper-hill", "baobab-corner", "long-bridge", "fig-tree", "ndovu-plains"];

    private static readonly Registration Plan = new()
    {
        Hypothesis = "Pupils who sit by their last score, the lowest in front, get more of the teacher's attention and do better in mathematics.",
        Design = TrialDesign.MultisiteRandomised,
        UnitOfAssignment = UnitOfAssignment.Class,
        Arms = [new("seated", Comparison: false, "who sat by their last score"), new("usual", Comparison: true, "seats as before")],
        Allocation = new("Lots drawn among the classes of each school", "9b0e4c51d7aa4f63b1f2c8d90e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a"),
        Primary = new("Mathematics test", "points", 0, 100, Direction.HigherIsBetter) { Attainment = true },
        Subgroups = [LowestThird],
        AttritionBoundary = AttritionBoundary.Cautious,
        MissingDataRule = "Pupils without a score are counted as lost.",
        StoppingRule = "Stop when the results at half-time show the lowest third of pupils clearly worse off than theirs in the other classes.",
        PlannedPupils = 600,
        Analysis = PlannedAnalysis.ClassAdjusted,
    };

    private static readonly LedPilot Pilot = new(Id, "Seats by last score", School, Lantern.SeatsByScore, Preset.Rigorous, "kiprop", "chebet")
    {
        Lead = "chebet", Problem = "Pupils at the back are not seen.", Learners = "Grade 5", Count = 600, Start = new(2025, 1),
        Teaching = new("Who sits in front is asked more.", "A list of last scores.", "Seat pupils by score, lowest in front, anew each month.", "The class teacher.", "The whole class, in its room.", "All lessons, two terms."),
        Enquiry = new("Are pupils in front asked more often?", "Questions to pupils in the lowest third", WatchKind.Share, "Half of all questions go to the lowest third", 20, "Seats; attention; practice", "Mathematics test of the network",
            Waiver: "No group works on seating."),
    };

    private static readonly LedTrial Trial = new("seats-by-last-score-trial", "Seats by last score in six schools", Lantern.SeatsByScore, "v1", Id, "kiprop", "ndeye", Plan)
    {
        Sites = [.. Schools.Select(school => (school, school == School ? Id : null))],
    };

    public static async Task Tell(DemonstrationSteps steps)
    {
        await steps.On(2025, 1, 6).Do("kiprop", Lantern.SeatsByScore, new RegisterInnovation("Seats by last score", "Every month pupils are seated by their last score, the lowest in front.",
            "Pupils in front are seen and asked more often.")
        {
            CoreComponents = ["Seats follow the last score", "The lowest scores sit in front", "Seats change every month"],
        });
        await Pilot.Register(steps);
        await Pilot.Enquire(steps);
        await Pilot.Watch(steps, Cycle, new("Seat one class by score", "Are pupils in front asked more?", new(PredictedDirection.Up, Confidence.Hunch, 5), "Questions to pupils in the lowest third", "of 40"),
            new(2025, 1, 17), 40, [11, 14, 15, 17]);
        await Pilot.Conclude(steps, Cycle, "They were asked more often. Two of them stopped putting up their hands.", PredictionResult.PartlyAsPredicted, CycleDecision.Adapt, "We want to know what it does to what they learn.");

        await Trial.Register(steps.On(2025, 3, 3));
        await Trial.Begin(steps.On(2025, 5, 5));
        var everybody = new ExactClasses(Plan with { Subgroups = [] }, G: -0.15, ExactClasses.HalfOfTheInterval, 0.25).In(Schools, classes: 9, pupils: 33);
        var lowest = new ExactClasses(Plan, G: -0.36, ExactClasses.HalfOfTheInterval, 0.30).LowestThird(everybody, LowestThird);
        await Trial.Record(steps.On(2025, 8, 4), [.. everybody, .. lowest]);
        await steps.On(2025, 8, 11).Do("ndeye", Trial.Id, new StopTrial(), "The registered stopping rule is met: at half-time the lowest third does clearly worse in the classes seated by score.");
        await Trial.Close(steps.On(2025, 8, 18));
        await Trial.Evaluate(steps.On(2025, 9, 8), "Stopped by its own rule at half-time. Pupils with the lowest scores did worse where seats followed the score. Do not seat pupils by their scores.");
        await Pilot.End(steps.On(2025, 9, 22), PilotTo.Harm, ["Pupils sat by their last score for one term.", "The lowest third did worse, and everybody knew who they were.", "We would not do it again, and ask others not to."],
            "The lowest third of pupils did clearly worse.");
    }
}
