namespace InnovationScale.Statistics;

/// <summary>One proportion: x of n, in the metrics in which proportions are pooled.</summary>
public sealed record Proportion
{
    public Proportion(long x, long n)
    {
        Require.That(n >= 1, "group-too-small", "A proportion needs at least one case.");
        Require.That(x >= 0 && x <= n, "counts", "A count lies between 0 and the number of cases.");
        X = x;
        N = n;
    }

    public long X { get; }

    public long N { get; }

    /// <summary>p and p(1-p)/n; the variance is 0 at the ends, where no raw proportion can be pooled.</summary>
    public EffectEstimate Raw => new((double)X / N, (double)X / N * (N - X) / N / N);

    /// <summary>ln(x/(n-x)); 1/2 is added to both where either is 0.</summary>
    public EffectEstimate Logit
    {
        get
        {
            var add = X == 0 || X == N ? 0.5 : 0;
            double x = X + add, y = N - X + add;
            return new(Math.Log(x / y), 1 / x + 1 / y);
        }
    }

    /// <summary>asin sqrt p.</summary>
    public EffectEstimate Arcsine => new(Math.Asin(Math.Sqrt((double)X / N)), 1 / (4.0 * N));

    /// <summary>Freeman and Tukey's double arcsine.</summary>
    public EffectEstimate DoubleArcsine =>
        new((Math.Asin(Math.Sqrt(X / (N + 1.0))) + Math.Asin(Math.Sqrt((X + 1.0) / (N + 1.0)))) / 2, 1 / (4.0 * N + 2));

    public Interval Wilson(double level = 0.95) => Wilson(X, N, level);

    /// <summary>Wilson's (1927) score interval, which stays within [0, 1] and is right at 0 and n.</summary>
    public static Interval Wilson(long x, long n, double level = 0.95)
    {
        var proportion = new Proportion(x, n);
        double z = Normal.TwoSided(Require.Level(level)), z2 = z * z, p = (double)proportion.X / n;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n), half = z * Math.Sqrt(p * (1 - p) / n + z2 / (4.0 * n * n)) / (1 + z2 / n);
        return new(x == 0 ? 0 : centre - half, x == n ? 1 : centre + half, level);
    }
}
