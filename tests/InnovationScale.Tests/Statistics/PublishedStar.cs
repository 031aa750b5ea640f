using System.Globalization;

namespace InnovationScale.Statistics;

/// <summary>What R 4.2 makes of Project STAR's kindergarten mathematics (metafor 3.8-1, lme4 1.1-31): facts carried into the project, and every school where the reference packs are at hand.</summary>
public static class PublishedStar
{
    public const int Pupils = 3794, Classes = 234, SchoolsCompared = 78;

    /// <summary>lmer(y ~ small + factor(school) + (1 | class), REML = TRUE): the difference in points.</summary>
    public const double Difference = 8.07236187385245, StandardErrorOfDifference = 2.78215146957864;

    /// <summary>How alike pupils of a class are, by analysis of variance within arms.</summary>
    public const double IntraclassCorrelationWithinArms = 0.288037674710721;

    /// <summary>Cochran's Q of the schools.</summary>
    public const double Q = 252.333768189874;

    /// <summary>
    /// rma(yi, vi, method, test) on the 78 schools: method, mu, se, tau2, I2 and prediction interval. Paule and Mandel's is bisected to the last bit
    /// instead: metafor's root finder stops at an absolute 1.2e-4, where the generalised Q is 77.006 and not 77.
    /// </summary>
    public static TheoryData<string, double, double, double, double, double?, double?> Pools => new()
    {
        { "EE_z", 0.188267629123904, 0.0339978428187115, 0, 69.4848610424349, null, null },
        { "DL_z", 0.186480823882153, 0.0623189585677526, 0.2056219142642, 69.4848610424349, -0.710629541570929, 1.08359118933524 },
        { "PM_z", 0.18648548448635, 0.0665547197779352, 0.247812673924727, 73.2926198292181, -0.797881338401311, 1.17085230737401 },
        { "REML_z", 0.186481748605023, 0.0644455805793917, 0.226445211254519, 71.4909622860205, -0.754706026053955, 1.127669523264 },
        { "REML_knha", 0.186481748605023, 0.0664150864000473, 0.226445211254519, 71.4909622860205, -0.770266102024377, 1.14322959923442 },
    };

    /// <summary>escalc(measure = "SMD"): Hedges' g and its variance, of every school where the packs are, else of the first three.</summary>
    public static IReadOnlyList<(string School, double G, double Variance)> Schools { get; } = Reference.IsPresent
        ? [.. Rows("star-kindergarten-maths-by-school.csv")]
        : [("1", 2.27586708877384, 0.161436660839214), ("2", -0.0740043376086044, 0.122305201646236), ("3", 0.060860027216756, 0.0799736172410471)];

    /// <summary>The study's pupils; only where the packs are.</summary>
    public static Stream OpenPupils() => File.OpenRead(InPack("star-kindergarten-maths.csv"));

    private static IEnumerable<(string, double, double)> Rows(string name)
    {
        var lines = File.ReadAllLines(InPack(name));
        var header = lines[0].Split(',');
        return lines.Skip(1).Select(line => line.Split(',')).Select(cells => (cells[0], Number(cells, "yi"), Number(cells, "vi")));

        double Number(string[] cells, string column) => double.Parse(cells[Array.IndexOf(header, column)], CultureInfo.InvariantCulture);
    }

    private static string InPack(string name) => Path.Combine(Reference.Folder!, "trials", name);
}
