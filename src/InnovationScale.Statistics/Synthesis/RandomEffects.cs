using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>The reference distribution and standard error of a coefficient.</summary>
public enum CoefficientTest
{
    /// <summary>Hartung and Knapp (2001), Sidik and Jonkman: the standard error scaled by the observed dispersion, t with k - p degrees of freedom.</summary>
    KnappHartung,

    /// <summary>The usual standard error, normal quantiles (Wald).</summary>
    Normal,

    /// <summary>The usual standard error, t with k - p degrees of freedom.</summary>
    StudentT,

    /// <summary>As <see cref="KnappHartung"/>, never with a standard error below the usual one.</summary>
    AdHoc,
}

/// <summary>
/// A random-effects meta-analysis of k independent effects y with sampling variances v: y_i ~ N(mu, v_i + tau²). With
/// <see cref="HeterogeneityEstimator.EqualEffects"/> it is the fixed (common) effect model, tau² = 0.
/// </summary>
/// <remarks>Effects are in the unit of y, variances in its square; I² and R² are in percent. Follows Viechtbauer (2010), J. Stat. Softw. 36(3).</remarks>
public sealed record RandomEffects
{
    /// <summary>Studies used.</summary>
    public required int K { get; init; }

    /// <summary>Rows without a finite effect or variance, from 0 in the order given: they were left out.</summary>
    public ImmutableArray<int> LeftOut { get; init; } = [];

    public required HeterogeneityEstimator Method { get; init; }

    /// <summary>The test in use: with one study every test is the normal one.</summary>
    public required CoefficientTest Test { get; init; }

    /// <summary>mu, the mean of the effects' distribution.</summary>
    public required double Estimate { get; init; }

    /// <summary>The standard error of mu under <see cref="Test"/>.</summary>
    public required double StandardError { get; init; }

    /// <summary>The standard error of mu without any scaling: sqrt(1 / sum w).</summary>
    public required double WaldStandardError { get; init; }

    /// <summary>Estimate over standard error; infinite where the standard error is 0 (see <see cref="IsDegenerate"/>).</summary>
    public required double Statistic { get; init; }

    /// <summary>Null for a normal test.</summary>
    public required double? DegreesOfFreedom { get; init; }

    /// <summary>Two-sided.</summary>
    public required double PValue { get; init; }

    /// <summary>Confidence interval of mu. It says where the mean is, not what a new context will see: see <see cref="Prediction"/>.</summary>
    public required Interval Interval { get; init; }

    /// <summary>The normal (Wald) interval, to be reported too when k is below 5.</summary>
    public required Interval NormalInterval { get; init; }

    /// <summary>The Knapp-Hartung interval whose factor is never below 1, to be reported too when <see cref="KnappHartungFactor"/> is; null with one study.</summary>
    public required Interval? AdHocInterval { get; init; }

    /// <summary>s² = RSS(tau²)/(k - 1), by which Knapp and Hartung scale the variance of mu; null with one study.</summary>
    public required double? KnappHartungFactor { get; init; }

    /// <summary>Between-study variance tau².</summary>
    public required double Tau2 { get; init; }

    /// <summary>Standard error of tau²; null for equal effects and for one study.</summary>
    public required double? StandardErrorOfTau2 { get; init; }

    public double Tau => Math.Sqrt(Tau2);

    /// <summary>Percent of the variation that is between studies; from the tau² in use, 100 tau²/(tau² + typical v).</summary>
    public required double I2 { get; init; }

    /// <summary>tau²/(typical v) + 1.</summary>
    public required double H2 { get; init; }

    /// <summary>The typical sampling variance (k - 1)/tr P(0) (Higgins and Thompson 2002); null with one study.</summary>
    public required double? TypicalVariance { get; init; }

    /// <summary>Cochran's Q.</summary>
    public required double Q { get; init; }

    public required int QDegreesOfFreedom { get; init; }

    /// <summary>Upper chi-squared tail of Q.</summary>
    public required double QPValue { get; init; }

    /// <summary>For ML and REML.</summary>
    public required LikelihoodFit? Likelihood { get; init; }

    /// <summary>What a new context may see; null for equal effects.</summary>
    public required Prediction? Prediction { get; init; }

    /// <summary>Every effect is at the estimate to working precision: a Knapp-Hartung standard error is 0 and says nothing.</summary>
    public required bool IsDegenerate { get; init; }

    /// <summary>What a careful reader should know, in sentences.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Fits the model.</summary>
    /// <param name="y">Effects, one a study. Rows without a finite effect and variance are left out and named.</param>
    /// <param name="v">Sampling variances, above 0, in the order of <paramref name="y"/>.</param>
    /// <param name="level">Of every interval.</param>
    /// <exception cref="NotComputableException"><see cref="NoUsableStudies"/>, <see cref="NonPositiveVariance"/>, <see cref="NotConverged"/>.</exception>
    public static RandomEffects Fit(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, CoefficientTest test = CoefficientTest.KnappHartung, double level = 0.95)
    {
        Require.Level(level);
        var studies = Studies.From(y, v);
        var model = new InterceptOnly(studies.Y, studies.V);
        var (tau2, standardError) = BetweenStudyVariance.Estimate(model, method);
        return Of(model, method, test, level, tau2, standardError, studies.LeftOut);
    }

    internal static RandomEffects Of(
        MarginalModel model, HeterogeneityEstimator method, CoefficientTest test, double level, double tau2, double? standardErrorOfTau2, ImmutableArray<int> leftOut)
    {
        var k = model.K;
        var at = model.At(tau2);
        var mean = model.Centre + at.Mean;
        var wald = Math.Sqrt(1 / at.SumW);
        var coefficient = TestedCoefficient.Of(mean, wald, k > 1 ? test : CoefficientTest.Normal, k - 1, at.Rss, level);
        var heterogeneity = Heterogeneity.Of(model, method, tau2);
        var factor = k > 1 ? at.Rss / (k - 1) : (double?)null;

        return new RandomEffects
        {
            K = k,
            LeftOut = leftOut,
            Method = method,
            Test = k > 1 ? test : CoefficientTest.Normal,
            Estimate = mean,
            StandardError = coefficient.StandardError,
            WaldStandardError = wald,
            Statistic = coefficient.Statistic,
            DegreesOfFreedom = coefficient.DegreesOfFreedom,
            PValue = coefficient.PValue,
            Interval = coefficient.Interval,
            NormalInterval = Interval.Normal(mean, wald, level),
            AdHocInterval = k > 1 ? TestedCoefficient.Of(mean, wald, CoefficientTest.AdHoc, k - 1, at.Rss, level).Interval : null,
            KnappHartungFactor = factor,
            Tau2 = tau2,
            StandardErrorOfTau2 = standardErrorOfTau2,
            I2 = heterogeneity.I2,
            H2 = heterogeneity.H2,
            TypicalVariance = heterogeneity.TypicalVariance,
            Q = heterogeneity.Q,
            QDegreesOfFreedom = heterogeneity.DegreesOfFreedom,
            QPValue = heterogeneity.PValue,
            Likelihood = LikelihoodFit.Of(model, method, tau2),
            Prediction = method is HeterogeneityEstimator.EqualEffects ? null : Prediction.Of(mean, coefficient.StandardError, tau2, k, coefficient.DegreesOfFreedom, level),
            IsDegenerate = coefficient.IsDegenerate,
            Warnings = Warn(model, k, test, factor),
        };
    }

    private static ImmutableArray<string> Warn(MarginalModel model, int k, CoefficientTest test, double? factor)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (k == 1) warnings.Add("There is one study: the result is that study's own, with a normal interval, and says nothing of other contexts.");
        if (model.VMax / model.VMin > 1e7) warnings.Add("The largest sampling variance is more than 10,000,000 times the smallest: check the units of the variances.");
        if (k is > 1 and < 5 && test is not CoefficientTest.Normal) warnings.Add("There are fewer than 5 studies: read the normal interval beside this one.");
        if (test is CoefficientTest.KnappHartung && factor < 1) warnings.Add("The Knapp-Hartung factor is below 1: read the ad hoc interval beside this one.");
        return warnings.ToImmutable();
    }
}

/// <summary>The rows that can be used: finite effects, finite positive variances.</summary>
internal readonly record struct Studies(double[] Y, double[] V, int[] Rows, ImmutableArray<int> LeftOut)
{
    // Eighth powers of what lies within stay finite.
    private const double Huge = 1e30;

    public static Studies From(ReadOnlySpan<double> y, ReadOnlySpan<double> v)
    {
        Require.That(y.Length == v.Length, "lengths-differ", $"There are {y.Length} effects and {v.Length} variances; each study needs both.");
        var used = 0;
        for (var i = 0; i < y.Length; i++)
        {
            if (!double.IsFinite(y[i]) || !double.IsFinite(v[i])) continue;
            if (v[i] <= 0) throw new NotComputableException(new NonPositiveVariance(i, v[i]));
            if (Math.Abs(y[i]) > Huge || v[i] is > Huge or < 1 / Huge) throw new NotComputableException(new ExtremeStudy(i, y[i], v[i]));
            used++;
        }

        if (used == 0) throw new NotComputableException(new NoUsableStudies(y.Length));
        double[] ys = new double[used], vs = new double[used];
        var rows = new int[used];
        var leftOut = ImmutableArray.CreateBuilder<int>(y.Length - used);
        for (int i = 0, at = 0; i < y.Length; i++)
        {
            if (!double.IsFinite(y[i]) || !double.IsFinite(v[i]))
            {
                leftOut.Add(i);
                continue;
            }

            (ys[at], vs[at], rows[at]) = (y[i], v[i], i);
            at++;
        }

        return new(ys, vs, rows, leftOut.MoveToImmutable());
    }

    /// <summary>As <see cref="From"/>, for quantities that need so many studies.</summary>
    public static Studies AtLeast(int needed, string quantity, ReadOnlySpan<double> y, ReadOnlySpan<double> v)
    {
        var studies = From(y, v);
        if (studies.Y.Length < needed) throw new NotComputableException(new TooFewStudies(quantity, studies.Y.Length, needed));
        return studies;
    }
}

/// <summary>A coefficient under one of the tests.</summary>
internal readonly record struct TestedCoefficient(
    double StandardError, double Statistic, double? DegreesOfFreedom, double PValue, Interval Interval, bool IsDegenerate)
{
    // A weighted residual sum of squares has no unit; below the last bit of 1 it is rounding.
    private const double NoDispersion = 2.2e-16;

    /// <summary>The factor s² by which a test scales the variance of a coefficient.</summary>
    public static double Factor(CoefficientTest test, double rss, int df) => test switch
    {
        CoefficientTest.KnappHartung => rss <= NoDispersion ? 0 : rss / df,
        CoefficientTest.AdHoc => Math.Max(1, rss / df),
        _ => 1,
    };

    /// <param name="quantile">The two-sided quantile, where the caller has many coefficients with the same one.</param>
    public static TestedCoefficient Of(
        double estimate, double wald, CoefficientTest test, int df, double rss, double level, double? quantile = null)
    {
        var standardError = wald * Math.Sqrt(Factor(test, rss, df));
        var degenerate = test is CoefficientTest.KnappHartung && standardError == 0;
        var statistic = degenerate
            ? estimate switch { > 0 => double.PositiveInfinity, < 0 => double.NegativeInfinity, _ => 0 }
            : estimate / standardError;
        var normal = test is CoefficientTest.Normal;
        var half = standardError * (quantile ?? (normal ? Statistics.Normal.TwoSided(level) : Statistics.StudentT.TwoSided(level, df)));
        var tail = normal ? Statistics.Normal.Survival(Math.Abs(statistic)) : Statistics.StudentT.Survival(Math.Abs(statistic), df);
        return new(standardError, statistic, normal ? null : df, 2 * tail, new(estimate - half, estimate + half, level), degenerate);
    }
}

/// <summary>Q, I² and H² of a model.</summary>
internal readonly record struct Heterogeneity(double Q, int DegreesOfFreedom, double PValue, double I2, double H2, double? TypicalVariance)
{
    public static Heterogeneity Of(MarginalModel model, HeterogeneityEstimator method, double tau2)
    {
        var df = model.Df;
        if (df == 0) return new(0, 0, 1, 0, 1, null);
        var at = model.At(0);
        var typical = df / at.TraceP;
        var p = ChiSquared.Survival(at.Rss, df);
        return method is HeterogeneityEstimator.EqualEffects
            ? new(at.Rss, df, p, at.Rss > 0 ? Math.Max(0, 100 * (at.Rss - df) / at.Rss) : 0, at.Rss / df, typical)
            : new(at.Rss, df, p, 100 * tau2 / (tau2 + typical), tau2 / typical + 1, typical);
    }
}

/// <summary>The likelihood of an ML or REML fit and the criteria drawn from it.</summary>
/// <param name="Bic">Null where its sample size is 0 (REML with k = p).</param>
public sealed record LikelihoodFit(double LogLikelihood, double Deviance, double Aic, double? Bic, double Aicc)
{
    private const double Log2Pi = 1.8378770664093453;

    internal static LikelihoodFit? Of(MarginalModel model, HeterogeneityEstimator method, double tau2)
    {
        if (method is not (HeterogeneityEstimator.Reml or HeterogeneityEstimator.MaximumLikelihood)) return null;
        var restricted = method is HeterogeneityEstimator.Reml;
        int n = restricted ? model.Df : model.K, q = model.P + 1;
        var (information, variance) = model.LogDeterminants(tau2);
        var rss = model.At(tau2).Rss;
        var logLikelihood = restricted
            ? n == 0 ? 0 : -0.5 * (n * Log2Pi - model.LogDetDesign + variance + information + rss)
            : -0.5 * (n * Log2Pi + variance + rss);

        double deviance;
        if (restricted) deviance = -2 * logLikelihood;
        else
        {
            // Against the saturated model, whose log-likelihood is that of residuals of 0.
            var (_, saturated) = model.LogDeterminants(0);
            deviance = variance + rss - saturated;
        }

        double size = Math.Max(n, q + 2);
        return new(logLikelihood, deviance, -2 * logLikelihood + 2 * q, n == 0 ? null : -2 * logLikelihood + q * Math.Log(n),
            -2 * logLikelihood + 2 * q * size / (size - q - 1));
    }
}

/// <summary>
/// The effect a new context may see: mu with the standard deviation sqrt(se² + tau²), where se is that of the test in use. Packages differ
/// in the reference distribution, so the three forms stand side by side and carry their names.
/// </summary>
/// <param name="StandardDeviation">sqrt(se² + tau²).</param>
/// <param name="Normal">Normal quantiles: the default elsewhere after a normal test.</param>
/// <param name="TKMinus1">t with k - 1 degrees of freedom: this engine's default, with the Knapp-Hartung standard error. Null with one study.</param>
/// <param name="TKMinus2">t with k - 2 degrees of freedom (Higgins, Thompson and Spiegelhalter 2009; Riley 2011). Null below three studies.</param>
public sealed record Prediction(double StandardDeviation, PredictionInterval Normal, PredictionInterval? TKMinus1, PredictionInterval? TKMinus2)
{
    /// <summary>The form that goes with the test: t with k - 1 degrees of freedom after a t test, normal after a normal one; null with one study.</summary>
    public PredictionInterval? Default { get; init; }

    internal static Prediction Of(double mean, double standardError, double tau2, int k, double? df, double level)
    {
        var sd = Math.Sqrt(standardError * standardError + tau2);
        PredictionInterval? Form(int degrees) => degrees > 0 ? PredictionInterval.Of(mean, sd, degrees, level) : null;
        var normal = PredictionInterval.Of(mean, sd, null, level);
        var t1 = Form(k - 1);
        return new(sd, normal, t1, Form(k - 2)) { Default = k < 2 ? null : df is null ? normal : t1 };
    }
}

/// <summary>A prediction interval with its reference distribution.</summary>
/// <param name="Mean">mu.</param>
/// <param name="StandardDeviation">sqrt(se² + tau²).</param>
/// <param name="DegreesOfFreedom">Null for the normal form.</param>
public sealed record PredictionInterval(double Mean, double StandardDeviation, double? DegreesOfFreedom, Interval Interval)
{
    /// <summary>P(theta_new &gt; c): the chance that a new context benefits by more than c.</summary>
    /// <param name="c">In the unit of the effects.</param>
    public double ChanceAbove(double c)
    {
        if (StandardDeviation == 0) return Mean > c ? 1 : Mean < c ? 0 : 0.5;
        var z = (c - Mean) / StandardDeviation;
        return DegreesOfFreedom is { } df ? StudentT.Survival(z, df) : Normal.Survival(z);
    }

    internal static PredictionInterval Of(double mean, double sd, double? df, double level) =>
        new(mean, sd, df, df is { } t ? Interval.StudentT(mean, sd, t, level) : Interval.Normal(mean, sd, level));
}
