using InnovationScale.Evidence;
using InnovationScale.Trials;

namespace InnovationScale.Demonstration;

/// <summary>Project STAR's kindergarten classes, the external study that the demonstration loads. Source and reading: the README beside the file.</summary>
public static class StarStudy
{
    /// <summary>What an upload of the study is held against; the measure's bounds leave room around its scaled scores (288 to 626 in the study).</summary>
    public static UploadPlan Plan { get; } = new()
    {
        Arms = [new("small", "small class"), new("regular", "regular class")],
        Measure = new("SAT mathematics", Min: 200, Max: 700),
    };

    /// <summary>The study as it is put on record. Its smallest classes have one pupil in the file and are kept as they are, since the study is public.</summary>
    public static StudyDescription Description(string innovation, string version) => new()
    {
        Title = "Project STAR, kindergarten mathematics",
        Innovation = innovation,
        Version = version,
        Source = "A real study: Tennessee's Student/Teacher Achievement Ratio project, 1985-89; class summaries of csv/mlmRev/star.csv in vincentarelbundock/Rdatasets (R package mlmRev).",
        Licence = "GPL 2 or later for the packaged data; the study's own data are public.",
        Design = TrialDesign.MultisiteRandomised,
        Arms = [new("small", Comparison: false, "in small classes"), new("regular", Comparison: true, "in regular classes")],
        Outcomes = [new(Plan.Measure.Name, "points", 200, 700, Direction.HigherIsBetter) { Attainment = true }],
        MinimumCellSize = 1,
        AlreadyPublic = true,
    };

    /// <summary>The classes as CSV: school, locale, class, arm, n, mean, m2 and two columns of context.</summary>
    public static Stream OpenClasses() => typeof(StarStudy).Assembly.GetManifestResourceStream("star-kindergarten-maths-by-class.csv")
        ?? throw new InvalidOperationException("The project was built without the classes of Project STAR.");
}
