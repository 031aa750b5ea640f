namespace InnovationScale.Statistics;

/// <summary>
/// The Q-profile confidence interval of the between-study variance (Viechtbauer 2007): the tau² at which the generalised Q statistic meets
/// the chi-squared quantiles. Exact under the model, free of the unit, with no upper bound on tau².
/// </summary>
/// <param name="Tau2">0 at an end that lies below 0.</param>
/// <param name="I2">Percent, from the ends of tau².</param>
/// <param name="TypicalVariance">(k - p)/tr P(0).</param>
/// <param name="IsNullSet">Even tau² = 0 leaves less dispersion than the lower quantile allows: the interval is empty and both ends are set to 0.</param>
public sealed record QProfile(Interval Tau2, Interval I2, Interval H2, double TypicalVariance, bool IsNullSet)
{
    public Interval Tau => new(Math.Sqrt(Tau2.Lower), Math.Sqrt(Tau2.Upper), Tau2.Level);

    /// <summary>The interval for an intercept-only model; needs 2 studies.</summary>
    public static QProfile Of(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double level = 0.95)
    {
        var studies = Studies.AtLeast(2, "A Q-profile interval", y, v);
        return Of(new InterceptOnly(studies.Y, studies.V), level);
    }

    internal static QProfile Of(MarginalModel model, double level)
    {
        Require.Level(level);
        var df = model.Df;
        if (df < 1) throw new NotComputableException(new TooFewStudies("A Q-profile interval", model.K, model.P + 1));
        double high = ChiSquared.Quantile((1 + level) / 2, df), low = ChiSquared.Quantile((1 - level) / 2, df);
        var at = model.At(0);
        var typical = df / at.TraceP;
        double lower = BetweenStudyVariance.WhereRssIs(model, high), upper = BetweenStudyVariance.WhereRssIs(model, low);
        return new(
            new(lower, upper, level),
            new(100 * lower / (lower + typical), 100 * upper / (upper + typical), level),
            new(lower / typical + 1, upper / typical + 1, level),
            typical,
            at.Rss < low);
    }
}
