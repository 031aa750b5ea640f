namespace InnovationScale.Statistics;

/// <summary>One correlation r of n pairs, in the metrics in which correlations are pooled.</summary>
public sealed record Correlation
{
    public Correlation(double r, long n)
    {
        Require.That(Math.Abs(r) < 1, "correlation", "A correlation must lie strictly between -1 and 1.");
        Require.That(n > 3, "group-too-small", "A correlation needs more than 3 pairs.");
        R = r;
        N = n;
    }

    /// <summary>From moments and cross-products.</summary>
    public static Correlation Of(JointMoments moments)
    {
        Require.Positive(moments.M2X, "no-variation", "The variation of the first variable");
        Require.Positive(moments.M2Y, "no-variation", "The variation of the second variable");
        return new(moments.CXY / Math.Sqrt(moments.M2X) / Math.Sqrt(moments.M2Y), moments.N);
    }

    public double R { get; }

    public long N { get; }

    /// <summary>Fisher's z = atanh r, variance 1/(n - 3).</summary>
    public EffectEstimate FisherZ => new(Math.Atanh(R), 1.0 / (N - 3));

    /// <summary>r with its large-sample variance.</summary>
    public EffectEstimate Raw => new(R, (1 - R * R) * (1 - R * R) / (N - 1));

    /// <summary>The unbiased estimate of Olkin and Pratt (1958) with its large-sample variance; n above 4.</summary>
    public EffectEstimate OlkinPratt
    {
        get
        {
            var u = Unbiased;
            return new(u, (1 - u * u) * (1 - u * u) / (N - 1));
        }
    }

    /// <summary>The unbiased variance of the Olkin-Pratt estimate.</summary>
    public double OlkinPrattVarianceUnbiased
    {
        get
        {
            var u = Unbiased;
            return u * u - (1 - (N - 3.0) / (N - 2) * (1 - R * R) * Hypergeometric.Of(1, 1, N / 2.0, R * R));
        }
    }

    /// <summary>By Fisher's z and back.</summary>
    public Interval Interval(double level = 0.95)
    {
        var z = FisherZ.Interval(level);
        return new(Math.Tanh(z.Lower), Math.Tanh(z.Upper), level);
    }

    /// <summary>t = r sqrt((n-2)/(1-r²)) on n - 2 degrees of freedom.</summary>
    public SignificanceTest Test => SignificanceTest.T(R * Math.Sqrt((N - 2) / ((1 - R) * (1 + R))), N - 2);

    /// <summary>2r/sqrt(1 - r²): the difference of two equal groups that this correlation with membership would be.</summary>
    public double DForEqualGroups => 2 * R / Math.Sqrt((1 - R) * (1 + R));

    private double Unbiased
    {
        get
        {
            Require.That(N > 4, "group-too-small", "The unbiased correlation needs more than 4 pairs.");
            return R * Hypergeometric.Of(0.5, 0.5, (N - 2) / 2.0, R * R);
        }
    }
}

/// <summary>
/// Gauss' hypergeometric function 2F1(a, b; c; x) for 0 &lt;= x &lt;= 1 and c above a + b. Its series crawls near x = 1 when c is small, where
/// Euler's integral over the beta density (DLMF 15.6.1) is taken instead, by the double-exponential rule.
/// </summary>
internal static class Hypergeometric
{
    private const int TermsMax = 100_000;

    /// <param name="rest">1 - x, given so that it keeps its digits.</param>
    public static double Of(double a, double b, double c, double rest) => rest > 0.2 || c > 60 ? Series(a, b, c, 1 - rest) : Integral(a, b, c, rest);

    private static double Series(double a, double b, double c, double x)
    {
        double term = 1, sum = 1;
        for (var k = 0; k < TermsMax; k++)
        {
            var ratio = (a + k) * (b + k) / ((c + k) * (k + 1)) * x;
            term *= ratio;
            sum += term;
            if (term <= 1e-18 * sum && ratio < 0.999) return sum;
        }

        throw Require.NotConverged("The hypergeometric function", TermsMax);
    }

    /// <summary>E (1 - x t)^-a over t with a beta(b, c - b) density; both integrals by one rule, so that no gamma function enters.</summary>
    private static double Integral(double a, double b, double c, double rest)
    {
        var before = double.NaN;
        for (var step = 0.25; step > 1e-3; step /= 2)
        {
            double above = 0, below = 0;
            for (var v = -5.0; v <= 5; v += step)
            {
                var w = Math.PI / 2 * Math.Sinh(v);
                double t = 1 / (1 + Math.Exp(-2 * w)), u = 1 / (1 + Math.Exp(2 * w));
                var weight = Math.Pow(t, b) * Math.Pow(u, c - b) * Math.Cosh(v);
                if (weight == 0) continue;
                below += weight;
                above += weight * Math.Pow(u + t * rest, -a);
            }

            var now = above / below;
            if (Math.Abs(now - before) <= 1e-14 * Math.Abs(now)) return now;
            before = now;
        }

        throw Require.NotConverged("The hypergeometric function", 10);
    }
}
