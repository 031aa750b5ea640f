using InnovationScale.Evidence;
using InnovationScale.Innovations;
using InnovationScale.Pilots;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>
/// The invented Lantern Schools Network: its people and schools in four countries, six ideas about teaching and the 29 pilots that tried them, and Project
/// STAR, which is real, as a study from elsewhere. It goes into an empty store once and stays.
/// </summary>
public static class Lantern
{
    public const string TalkFirst = "talk-first", ExitCards = "friday-exit-cards", VoiceNotes = "voice-note-homework", SeatsByScore = "seats-by-last-score", OlderReaders = "older-readers", GardenMaths = "garden-maths",
        SmallClasses = "small-classes", Star = "project-star-kindergarten-maths", TalkFirstReview = "talk-first-to-more-schools";

    /// <summary>The last record that is loaded: where it stands, all does.</summary>
    private const string Last = "garden-maths-olive-hill";

    /// <summary>A file of results for the trial in the field, with three faults to find and mend.</summary>
    public static (string Trial, string Results) FaultyUpload => (Demonstration.OlderReaders.TrialId, Demonstration.OlderReaders.FaultyResults());

    /// <summary>Loads what is not there yet. Answers how many steps that follow by themselves were told instead.</summary>
    public static async Task<int> Load(IGrains grains, EventLog log, SqlLogStore store, Access access)
    {
        if ((await grains.Look<Pilot>(Last)).Exists) return 0;

        var steps = new DemonstrationSteps(grains, store, access, "lantern").On(2023, 9, 4);
        await Task.WhenAll(
        [
            .. LanternSchools.All.Select(school => LanternSchools.Register(steps.Line($"school-{school.Id}"), school)),
            .. LanternPeople.All.Select(person => LanternPeople.Register(steps.Line($"person-{person.Id}"), person)),
        ]);
        await Demonstration.ExitCards.Register(steps);
        await Task.WhenAll(
            Demonstration.TalkFirst.Tell(steps.Line(TalkFirst)),
            Demonstration.ExitCards.AdoptedInHeronBay(steps.Line("exit-cards-heron-bay")),
            Demonstration.ExitCards.AdoptedInAmberDoor(steps.Line("exit-cards-amber-door")),
            Demonstration.ExitCards.TakenUpSince(steps.Line("exit-cards-since")),
            Demonstration.ExitCards.Withdrawn(steps.Line("exit-cards-la-quebrada")),
            Demonstration.VoiceNotes.Tell(steps.Line(VoiceNotes)),
            Demonstration.SeatsByScore.Tell(steps.Line(SeatsByScore)),
            Demonstration.OlderReaders.Tell(steps.Line(OlderReaders)),
            StudyFromElsewhere(steps.Line(SmallClasses).On(2025, 10, 6)));
        await CatalyticMoney.Tell(steps.Line("money"));
        await AskedTogether.Tell(steps.Line("community"));
        await HalfADraft(steps.On(2026, 11, 16));
        return await Settle(log);
    }

    /// <summary>What would follow by itself has been told, on its own days; what lies ahead stays ahead, so that the story is the same whenever it is loaded.</summary>
    private static async Task<int> Settle(EventLog log)
    {
        const int page = 100;
        var settled = 0;
        while (await log.DueNotes(DateTimeOffset.MaxValue, page) is { Count: > 0 } notes)
        {
            await Task.WhenAll(notes.Select(note => log.Settle(note.Id, againAt: null, fault: null)));
            settled += notes.Count;
        }

        return settled;
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
        var upload = await uploads.Take(LanternPeople.Called("ndeye"), steps.Next(), Star, classes, new UploadAsked(classes.Length), CancellationToken.None);
        if (upload.Receipt is null) throw new InvalidOperationException($"Project STAR could not be loaded: {upload.Refused?.Sentence} {upload.Reduction?.Errors.FirstOrDefault()?.Sentence}");
    }

    private static async Task HalfADraft(DemonstrationSteps steps)
    {
        await steps.Do("rasha", GardenMaths, new RegisterInnovation("Garden maths", "Pupils measure beds, seeds and water in the school garden."));
        await steps.Do("rasha", Last, new StartPilot("Garden maths", "olive-hill", GardenMaths, "v1"));
        await steps.Do("rasha", Last, new DescribePilot(Problem: "Pupils can measure on paper and not on the ground."));
    }
}
