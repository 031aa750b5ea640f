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

    /// <summary>The classes as CSV: school, locale, class, arm, n, mean, m2 and two columns of context.</summary>
    public static Stream OpenClasses() => typeof(StarStudy).Assembly.GetManifestResourceStream("star-kindergarten-maths-by-class.csv")
        ?? throw new InvalidOperationException("The project was built without the classes of Project STAR.");
}
