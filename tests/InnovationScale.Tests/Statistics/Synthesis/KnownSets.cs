namespace InnovationScale.Statistics.Synthesis;

/// <summary>Effects and sampling variances of published and made-up sets, carried into the project so that a fresh clone is tested.</summary>
internal static class KnownSets
{
    /// <summary>Teacher expectancy and pupil IQ, 19 studies: Raudenbush (1984, 1985), as metadat::dat.raudenbush1985.</summary>
    public static readonly (double[] Y, double[] V) Raudenbush1985 = (
        [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.8, 0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.3, 0.07, -0.07],
        [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.063, 0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279,
        0.0193, 0.0088, 0.0303]);

    /// <summary>BCG vaccine against tuberculosis, log risk ratios of 13 trials: Colditz et al. (1994), as metadat::dat.bcg.</summary>
    public static readonly (double[] Y, double[] V) BcgRiskRatio = (
        [-0.8893113339202054, -1.5853886572014306, -1.3480731482996933, -1.4415511900213054, -0.21754732221129558, -0.786115585818864,
        -1.6208982235983918, 0.011952333523840508, -0.4694176487381494, -1.3713448034727844, -0.3393588283383906, 0.44591340057137874,
        -0.017313948216879815],
        [0.32558476500396133, 0.19458112139814385, 0.4153679653679654, 0.020010031902247573, 0.05121017216963086, 0.0069056184559087574,
        0.22301724757231517, 0.0039615792978177295, 0.056434210463248966, 0.07302479361302891, 0.01241221397155972, 0.5325058452001528,
        0.0714046596839863]);

    /// <summary>Modified school calendars, 56 schools in 11 districts: Konstantopoulos (2011), as metadat::dat.konstantopoulos2011.</summary>
    public static readonly (double[] Y, double[] V) Konstantopoulos2011 = (
        [-0.18, -0.22, 0.23, -0.3, 0.13, -0.26, 0.19, 0.32, 0.45, 0.38, 0.29, 0.16, 0.65, 0.36, 0.6, 0.08, 0.04, 0.19, -0.06, -0.18, 0, 0,
        -0.28, -0.04, -0.3, 0.07, 0, 0.05, -0.08, -0.09, 0.3, 0.98, 1.19, -0.07, -0.05, -0.01, 0.02, -0.03, 0, 0.01, -0.1, 0.5, 0.66, 0.2,
        0, 0.05, 0.07, -0.52, 0.7, -0.03, 0.27, -0.34, 0.12, 0.61, 0.04, -0.05],
        [0.118, 0.118, 0.144, 0.144, 0.014, 0.014, 0.015, 0.024, 0.023, 0.043, 0.012, 0.02, 0.004, 0.004, 0.007, 0.019, 0.007, 0.005,
        0.004, 0.02, 0.018, 0.019, 0.022, 0.02, 0.021, 0.006, 0.007, 0.007, 0.007, 0.007, 0.015, 0.011, 0.01, 0.001, 0.001, 0.001, 0.001,
        0.001, 0.001, 0.001, 0.001, 0.01, 0.011, 0.01, 0.009, 0.013, 0.013, 0.031, 0.031, 0.03, 0.03, 0.03, 0.087, 0.082, 0.067, 0.067]);

    /// <summary>Made up: the restricted likelihood has two maxima, and Fisher scoring from the usual start ends at the lower one.</summary>
    public static readonly (double[] Y, double[] V) TwoPeaks = (
        [0.07, -0.34, -0.14, -0.24, 0.09],
        [0.00028, 0.017, 0.011, 0.39, 0.00045]);

    /// <summary>Made up: one study.</summary>
    public static readonly (double[] Y, double[] V) OneStudy = (
        [0.25],
        [0.04]);

    /// <summary>Made up: two studies.</summary>
    public static readonly (double[] Y, double[] V) TwoStudies = (
        [0.1, 0.62],
        [0.02, 0.03]);

    /// <summary>Made up: less dispersion than chance gives, so tau² is 0.</summary>
    public static readonly (double[] Y, double[] V) NoHeterogeneity = (
        [0.2, 0.22, 0.18, 0.21, 0.19, 0.23],
        [0.04, 0.05, 0.03, 0.06, 0.045, 0.02]);

    /// <summary>Made up: five equal effects.</summary>
    public static readonly (double[] Y, double[] V) Identical = (
        [0.3, 0.3, 0.3, 0.3, 0.3],
        [0.01, 0.02, 0.03, 0.04, 0.05]);

    /// <summary>The district of each school in <see cref="Konstantopoulos2011"/>.</summary>
    public static readonly int[] Districts =
        [11, 11, 11, 11, 12, 12, 12, 12, 18, 18, 18, 27, 27, 27, 27, 56, 56, 56, 56, 58, 58, 58, 58, 58, 58, 58, 58, 58, 58, 58, 71, 71,
        71, 86, 86, 86, 86, 86, 86, 86, 86, 91, 91, 91, 91, 91, 91, 108, 108, 108, 108, 108, 644, 644, 644, 644];

    /// <summary>Absolute latitude of each trial in <see cref="BcgRiskRatio"/>.</summary>
    public static readonly double[] Latitudes =
        [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33];
}

/// <summary>Formulas written down plainly, as a second opinion on the engine's own sums.</summary>
internal static class Plainly
{
    /// <summary>-2 times the restricted log-likelihood at tau² = t, without its constants.</summary>
    public static double RestrictedDeviance((double[] Y, double[] V) set, double t)
    {
        var w = set.V.Select(v => 1 / (v + t)).ToArray();
        var first = set.Y[Array.IndexOf(set.V, set.V.Min())];
        var y = set.Y.Select(e => e - first).ToArray();
        var mean = w.Zip(y, (a, b) => a * b).Sum() / w.Sum();
        return set.V.Sum(v => Math.Log(v + t)) + Math.Log(w.Sum()) + w.Zip(y, (a, b) => a * (b - mean) * (b - mean)).Sum();
    }
}
