namespace InnovationScale.Statistics;

/// <summary>
/// Two groups on one yes-or-no outcome: a events among n1 treated, c among n2 compared. Ratios are on the natural-log scale; positive means more events
/// among the treated.
/// </summary>
public sealed record TwoByTwo
{
    /// <summary>Standard deviation of the standard logistic distribution over 1, pi/sqrt 3.</summary>
    internal static readonly double Logistic = Math.PI / Math.Sqrt(3);

    /// <summary>Cox's (1970) divisor from a log odds ratio to standard deviations.</summary>
    internal const double CoxDivisor = 1.65;

    public TwoByTwo(long eventsTreated, long treated, long eventsComparison, long comparison)
    {
        Require.That(treated >= 1 && comparison >= 1, "group-too-small", "A group needs at least one person.");
        Require.That(eventsTreated >= 0 && eventsTreated <= treated && eventsComparison >= 0 && eventsComparison <= comparison,
            "counts", "Events lie between 0 and the size of their group.");
        A = eventsTreated;
        B = treated - eventsTreated;
        C = eventsComparison;
        D = comparison - eventsComparison;
    }

    /// <summary>Events among the treated.</summary>
    public long A { get; }

    /// <summary>Treated without the event.</summary>
    public long B { get; }

    /// <summary>Events in the comparison group.</summary>
    public long C { get; }

    /// <summary>Compared without the event.</summary>
    public long D { get; }

    public long N => A + B + C + D;

    public bool HasZeroCell => A == 0 || B == 0 || C == 0 || D == 0;

    /// <summary>No event in either group, or nothing but events: such a table informs the risk difference alone.</summary>
    public bool TellsNoRatio => A + C == 0 || B + D == 0;

    /// <summary>ln OR; 1/2 is added to all four cells of a table with a zero cell, and only there.</summary>
    public EffectEstimate LogOddsRatio
    {
        get
        {
            var (a, b, c, d) = Filled;
            return new(Math.Log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d);
        }
    }

    /// <summary>ln RR; 1/2 added as for the odds ratio.</summary>
    public EffectEstimate LogRiskRatio
    {
        get
        {
            var (a, b, c, d) = Filled;
            return new(Math.Log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d));
        }
    }

    /// <summary>p1 - p2, nothing added: the engine's default.</summary>
    public EffectEstimate RiskDifference => Difference((A, B, C, D));

    /// <summary>p1 - p2 with 1/2 added to a table with a zero cell, as some packages do.</summary>
    public EffectEstimate RiskDifferenceAdded => Difference(Filled);

    /// <summary>The unbiased variance of the risk difference (divisors n - 1), 1/2 added to a table with a zero cell.</summary>
    public double RiskDifferenceVarianceUnbiased
    {
        get
        {
            var (a, b, c, d) = Filled;
            double n1 = a + b, n2 = c + d;
            Require.That(n1 > 1 && n2 > 1, "group-too-small", "An unbiased variance needs at least 2 people in a group.");
            return a / n1 * (b / n1) / (n1 - 1) + c / n2 * (d / n2) / (n2 - 1);
        }
    }

    /// <summary>Peto's one-step log odds ratio; nothing is ever added.</summary>
    public EffectEstimate Peto => PetoOf((A, B, C, D));

    /// <summary>Peto's with 1/2 added to a table with a zero cell, as metafor does; classical Peto does not.</summary>
    public EffectEstimate PetoAdded => PetoOf(Filled);

    /// <summary>asin sqrt p1 - asin sqrt p2; nothing is added.</summary>
    public EffectEstimate Arcsine =>
        new(Math.Asin(Math.Sqrt((double)A / (A + B))) - Math.Asin(Math.Sqrt((double)C / (C + D))), 1 / (4.0 * (A + B)) + 1 / (4.0 * (C + D)));

    /// <summary>Probit difference: standard deviations between two normal distributions cut at the same point; 1/2 added as for the odds ratio.</summary>
    public EffectEstimate Probit
    {
        get
        {
            var (a, b, c, d) = Filled;
            double n1 = a + b, n2 = c + d, p1 = a / n1, p2 = c / n2, z1 = Normal.Quantile(p1), z2 = Normal.Quantile(p2);
            return new(z1 - z2, 2 * Math.PI * (p1 * (b / n1) * Math.Exp(z1 * z1) / n1 + p2 * (d / n2) * Math.Exp(z2 * z2) / n2));
        }
    }

    /// <summary>The log odds ratio in standard deviations of a logistic variable (Sánchez-Meca et al. 2003).</summary>
    public EffectEstimate LogisticD => LogOddsRatio * (1 / Logistic);

    /// <summary>The log odds ratio over 1.65 (Cox), 1/2 added to a table with a zero cell.</summary>
    public EffectEstimate CoxD => LogOddsRatio * (1 / CoxDivisor);

    /// <summary>The Cox index as the What Works Clearinghouse reports it: no cell is filled, so none may be 0.</summary>
    public EffectEstimate CoxIndex
    {
        get
        {
            Require.That(!HasZeroCell, "zero-cell", "The Cox index is not defined for a table with a zero cell.");
            return CoxD;
        }
    }

    /// <summary>The Cox index times 1 - 3/(4N - 9).</summary>
    public double CoxIndexCorrected => CoxIndex.Value * HedgesCorrection.Approximate(N - 2);

    /// <summary>The correlation of two binary variables; variance for cross-sectional sampling (Yule 1912).</summary>
    public EffectEstimate Phi
    {
        get
        {
            double n1 = A + B, n2 = C + D, m1 = A + C, m2 = B + D, n = N;
            Require.That(m1 > 0 && m2 > 0, "no-variation", "The outcome does not vary, so nothing correlates with it.");
            double product = Math.Sqrt(n1) * Math.Sqrt(n2) * Math.Sqrt(m1) * Math.Sqrt(m2), phi = ((double)A * D - (double)B * C) / product;
            double row = (n1 - n2) / n, column = (m1 - m2) / n, rows = n1 * n2 / (n * n), columns = m1 * m2 / (n * n);
            return new(phi, (1 - phi * phi + phi * (1 + phi * phi / 2) * row * column / Math.Sqrt(rows * columns)
                - 0.75 * phi * phi * (row * row / rows + column * column / columns)) / n);
        }
    }

    /// <summary>1 / risk difference: how many treated for one event more (negative: for one fewer).</summary>
    public double NumberNeededToTreat
    {
        get
        {
            var difference = RiskDifference.Value;
            Require.That(difference != 0, "no-difference", "With no difference in risk no number treated makes one.");
            return 1 / difference;
        }
    }

    private (double A, double B, double C, double D) Filled =>
        HasZeroCell ? (A + 0.5, B + 0.5, C + 0.5, D + 0.5) : (A, B, C, D);

    private static EffectEstimate Difference((double A, double B, double C, double D) cells)
    {
        double n1 = cells.A + cells.B, n2 = cells.C + cells.D;
        return new(cells.A / n1 - cells.C / n2, cells.A / n1 * (cells.B / n1) / n1 + cells.C / n2 * (cells.D / n2) / n2);
    }

    private static EffectEstimate PetoOf((double A, double B, double C, double D) cells)
    {
        double n1 = cells.A + cells.B, n2 = cells.C + cells.D, x = cells.A + cells.C, y = cells.B + cells.D, n = n1 + n2;
        Require.That(x > 0 && y > 0, "no-variation", "The outcome does not vary, so there is no odds ratio.");
        var variance = x * y * (n1 / n) * (n2 / n) / (n - 1);
        return new((cells.A - x * n1 / n) / variance, 1 / variance);
    }
}
