namespace InnovationScale.Statistics;

/// <summary>
/// Count, mean and sum of squared deviations of one variable: sufficient for every mean, variance and effect size here. Moments add
/// exactly and name nobody. Updating and merging follow Welford (1962) and Chan, Golub and LeVeque (1983).
/// </summary>
/// <param name="N">How many values.</param>
/// <param name="Mean">Their mean, in the measure's unit; 0 when there are none.</param>
/// <param name="M2">Sum of squared deviations from the mean, in the unit squared.</param>
public readonly record struct Moments(long N, double Mean, double M2)
{
    public static Moments None => default;

    /// <summary>The moments with one more value.</summary>
    public Moments With(double value)
    {
        var n = N + 1;
        var delta = value - Mean;
        var mean = Mean + delta / n;
        return new(n, mean, M2 + delta * (value - mean));
    }

    /// <summary>The moments of both sets of values together.</summary>
    public Moments Merge(Moments other)
    {
        if (N == 0) return other;
        if (other.N == 0) return this;
        var n = N + other.N;
        var delta = other.Mean - Mean;
        return new(n, Mean + delta * other.N / n, M2 + other.M2 + delta * delta * ((double)N * other.N / n));
    }
}

/// <summary>
/// The moments of two variables measured on the same people, such as a baseline (X) and an outcome (Y), with the sum of products of
/// their deviations: sufficient for a covariance, a regression on the baseline and an adjusted effect.
/// </summary>
/// <param name="N">How many pairs.</param>
/// <param name="MeanX">Mean of the first variable.</param>
/// <param name="M2X">Sum of squared deviations of the first variable.</param>
/// <param name="MeanY">Mean of the second variable.</param>
/// <param name="M2Y">Sum of squared deviations of the second variable.</param>
/// <param name="CXY">Sum of products of the deviations.</param>
public readonly record struct JointMoments(long N, double MeanX, double M2X, double MeanY, double M2Y, double CXY)
{
    public static JointMoments None => default;

    public Moments X => new(N, MeanX, M2X);

    public Moments Y => new(N, MeanY, M2Y);

    /// <summary>The moments with one more pair.</summary>
    public JointMoments With(double x, double y)
    {
        var n = N + 1;
        double dx = x - MeanX, dy = y - MeanY;
        double meanX = MeanX + dx / n, meanY = MeanY + dy / n;
        return new(n, meanX, M2X + dx * (x - meanX), meanY, M2Y + dy * (y - meanY), CXY + dx * (y - meanY));
    }

    /// <summary>The moments of both sets of pairs together.</summary>
    public JointMoments Merge(JointMoments other)
    {
        if (N == 0) return other;
        if (other.N == 0) return this;
        var n = N + other.N;
        var share = (double)N * other.N / n;
        double dx = other.MeanX - MeanX, dy = other.MeanY - MeanY;
        return new(n,
            MeanX + dx * other.N / n, M2X + other.M2X + dx * dx * share,
            MeanY + dy * other.N / n, M2Y + other.M2Y + dy * dy * share,
            CXY + other.CXY + dx * dy * share);
    }
}
