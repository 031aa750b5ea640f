using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>A coefficient of a meta-regression, in the unit of the effects per unit of its column.</summary>
/// <param name="DegreesOfFreedom">Null for a normal test.</param>
/// <param name="PValue">Two-sided.</param>
public sealed record RegressionCoefficient(
    string Name, double Estimate, double StandardError, double Statistic, double? DegreesOfFreedom, double PValue, Interval Interval);

/// <summary>The test that all coefficients but the intercept are 0: chi-squared, or F where the coefficients have degrees of freedom.</summary>
/// <param name="DegreesOfFreedom2">Null for chi-squared.</param>
public sealed record OmnibusTest(double Statistic, int DegreesOfFreedom1, int? DegreesOfFreedom2, double PValue);

/// <summary>A mixed-effects meta-regression: y_i ~ N(x_i'b, v_i + tau²) (Viechtbauer 2010; Knapp and Hartung 2003).</summary>
public sealed record MetaRegression
{
    public required int K { get; init; }

    /// <summary>Coefficients, the intercept among them.</summary>
    public required int P { get; init; }

    /// <summary>Rows left out because the effect, its variance or a moderator is missing.</summary>
    public ImmutableArray<int> LeftOut { get; init; } = [];

    public required HeterogeneityEstimator Method { get; init; }

    public required CoefficientTest Test { get; init; }

    public required ImmutableArray<RegressionCoefficient> Coefficients { get; init; }

    /// <summary>Covariance of the coefficients under the test, P x P row by row.</summary>
    public required ImmutableArray<double> Covariance { get; init; }

    /// <summary>Between-study variance that the moderators leave.</summary>
    public required double Tau2 { get; init; }

    public required double? StandardErrorOfTau2 { get; init; }

    public double Tau => Math.Sqrt(Tau2);

    /// <summary>Percent, of the variation that the moderators leave.</summary>
    public required double I2 { get; init; }

    public required double H2 { get; init; }

    /// <summary>Residual heterogeneity Q_E.</summary>
    public required double Q { get; init; }

    public required int QDegreesOfFreedom { get; init; }

    public required double QPValue { get; init; }

    /// <summary>Q_M; null where the intercept stands alone.</summary>
    public required OmnibusTest? Moderators { get; init; }

    /// <summary>Percent of tau² that the moderators explain, max(0, ·); 0 where there is none to explain, null for equal effects.</summary>
    public required double? R2 { get; init; }

    public required LikelihoodFit? Likelihood { get; init; }

    /// <summary>The Knapp-Hartung factor is 0: every effect lies on the regression to working precision.</summary>
    public required bool IsDegenerate { get; init; }

    /// <summary>Fits the model.</summary>
    /// <param name="design">k x p, row by row; the first column 1 for an intercept. A row with a missing value leaves this model only.</param>
    /// <param name="columns">The p column names.</param>
    /// <exception cref="NotComputableException"><see cref="RankDeficient"/> names the column; <see cref="TooFewStudies"/> where k is not above p.</exception>
    public static MetaRegression Fit(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<double> design, IReadOnlyList<string> columns,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, CoefficientTest test = CoefficientTest.KnappHartung, double level = 0.95)
    {
        Require.Level(level);
        var (model, leftOut) = Model(y, v, design, columns);
        var (tau2, standardError) = BetweenStudyVariance.Estimate(model, method);
        return Of(model, columns, method, test, level, tau2, standardError, leftOut);
    }

    /// <summary>The Q-profile interval of the tau² that the moderators leave.</summary>
    public static QProfile Tau2Interval(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<double> design, IReadOnlyList<string> columns, double level = 0.95) =>
        QProfile.Of(Model(y, v, design, columns).Model, level);

    internal static (WithModerators Model, ImmutableArray<int> LeftOut) Model(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<double> design, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var p = columns.Count;
        Require.That(p > 0, "no-columns", "A regression needs a column.");
        Require.That(design.Length == y.Length * p, "design-shape", $"The design has {design.Length} values; {y.Length} rows of {p} columns need {y.Length * p}.");
        var complete = y.ToArray();
        for (var i = 0; i < y.Length; i++)
            foreach (var x in design.Slice(i * p, p))
                if (!double.IsFinite(x)) complete[i] = double.NaN;

        var studies = Studies.From(complete, v);
        var k = studies.Y.Length;
        if (k <= p) throw new NotComputableException(new TooFewStudies($"A regression on {p} columns", k, p + 1));
        var rows = new double[k * p];
        for (var i = 0; i < k; i++) design.Slice(studies.Rows[i] * p, p).CopyTo(rows.AsSpan(i * p));
        return (new WithModerators(studies.Y, studies.V, rows, p, columns), studies.LeftOut);
    }

    internal static MetaRegression Of(
        WithModerators model, IReadOnlyList<string> columns, HeterogeneityEstimator method, CoefficientTest test, double level,
        double tau2, double? standardErrorOfTau2, ImmutableArray<int> leftOut)
    {
        var p = model.P;
        var (b, covariance) = model.Coefficients(tau2, columns);
        var rss = model.At(tau2).Rss;
        var factor = TestedCoefficient.Factor(test, rss, model.Df);
        var heterogeneity = Heterogeneity.Of(model, method, tau2);
        var coefficients = ImmutableArray.CreateBuilder<RegressionCoefficient>(p);
        var degenerate = false;
        for (var j = 0; j < p; j++)
        {
            var c = TestedCoefficient.Of(b[j], Math.Sqrt(covariance[j * p + j]), test, model.Df, rss, level);
            degenerate |= c.IsDegenerate;
            coefficients.Add(new(columns[j], b[j], c.StandardError, c.Statistic, c.DegreesOfFreedom, c.PValue, c.Interval));
        }

        for (var i = 0; i < covariance.Length; i++) covariance[i] *= factor;
        return new MetaRegression
        {
            K = model.K,
            P = p,
            LeftOut = leftOut,
            Method = method,
            Test = test,
            Coefficients = coefficients.MoveToImmutable(),
            Covariance = [.. covariance],
            Tau2 = tau2,
            StandardErrorOfTau2 = standardErrorOfTau2,
            I2 = heterogeneity.I2,
            H2 = heterogeneity.H2,
            Q = heterogeneity.Q,
            QDegreesOfFreedom = heterogeneity.DegreesOfFreedom,
            QPValue = heterogeneity.PValue,
            Moderators = Omnibus(b, covariance, p, model.HasIntercept ? 1 : 0, test is CoefficientTest.Normal ? null : model.Df, factor),
            R2 = Explained(model, method, tau2),
            Likelihood = LikelihoodFit.Of(model, method, tau2),
            IsDegenerate = degenerate,
        };
    }

    private static OmnibusTest? Omnibus(double[] b, double[] covariance, int p, int first, int? df, double factor)
    {
        var m = p - first;
        if (m == 0) return null;
        if (factor == 0) return new(double.PositiveInfinity, m, df, 0);
        var block = new double[m * m];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < m; j++) block[i * m + j] = covariance[(i + first) * p + j + first];
        var inverse = Cholesky.Inverse(block, m, out _);
        double q = 0;
        for (var i = 0; i < m; i++)
            for (var j = 0; j < m; j++) q += b[i + first] * inverse[i * m + j] * b[j + first];
        return df is { } residual
            ? new(q / m, m, df, FisherF.Survival(q / m, m, residual))
            : new(q, m, null, ChiSquared.Survival(q, m));
    }

    private static double? Explained(WithModerators model, HeterogeneityEstimator method, double tau2)
    {
        if (method is HeterogeneityEstimator.EqualEffects) return null;
        var (without, _) = BetweenStudyVariance.Estimate(new InterceptOnly(model.Y, model.V), method);
        return without == 0 ? 0 : Math.Max(0, 100 * (without - tau2) / without);
    }
}
