using MathNet.Numerics;

namespace InnovationScale.Statistics;

// Both tails are computed directly, never one as 1 minus the other, so that a p-value keeps its relative accuracy (1e-12 and better) down to
// 1e-300. Quantiles solve in the smaller tail. Impossible arguments, NaN from an overflow among
// them, are refused with the code out-of-range.

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    private const double Sqrt2 = 1.4142135623730951;
    private const double Sqrt2Pi = 2.5066282746310002;

    /// <summary>P(Z &lt;= z).</summary>
    public static double Cdf(double z) => 0.5 * SpecialFunctions.Erfc(-z / Sqrt2);

    /// <summary>P(Z &gt; z).</summary>
    public static double Survival(double z) => 0.5 * SpecialFunctions.Erfc(z / Sqrt2);

    public static double Density(double z) => Math.Exp(-0.5 * z * z) / Sqrt2Pi;

    /// <summary>The z with P(Z &lt;= z) = p; 1.959963984540054 at 0.975.</summary>
    public static double Quantile(double p)
    {
        Tail.Probability(p);
        if (p == 0.5) return 0;
        if (p > 0.5) return -InLowerTail(1 - p);
        return InLowerTail(p);
    }

    /// <summary>The z with P(|Z| &lt;= z) = level.</summary>
    internal static double TwoSided(double level) => -InLowerTail((1 - level) / 2);

    private static double InLowerTail(double p)
    {
        if (p == 0) return double.NegativeInfinity;
        var z = -Sqrt2 * SpecialFunctions.ErfcInv(2 * p);

        // One Halley step takes the rational approximation to the last bit.
        var u = (Cdf(z) - p) / Density(z);
        return double.IsFinite(u) ? z - u / (1 + z * u / 2) : z;
    }
}

/// <summary>Student's t distribution; degrees of freedom need not be whole.</summary>
public static class StudentT
{
    /// <summary>P(T &lt;= t).</summary>
    public static double Cdf(double t, double degreesOfFreedom) => Survival(-t, degreesOfFreedom);

    /// <summary>P(T &gt; t).</summary>
    public static double Survival(double t, double degreesOfFreedom)
    {
        Tail.AboveZero(degreesOfFreedom, "Degrees of freedom");
        if (double.IsPositiveInfinity(degreesOfFreedom)) return Normal.Survival(t);
        if (double.IsInfinity(t)) return t > 0 ? 0 : 1;

        // So near the normal distribution the fraction below loses digits; Abramowitz and Stegun (1964), 26.7.8, is then right to 1/df².
        if (degreesOfFreedom > 1e7) return Normal.Survival(t * (1 - 1 / (4 * degreesOfFreedom)) / Math.Sqrt(1 + t * t / (2 * degreesOfFreedom)));

        // x = df/(df + t²) and 1 - x, each from its own numerator; hypotenuse forms keep a huge t from overflowing.
        double q = t / Math.Sqrt(degreesOfFreedom), q2 = q * q;
        double x = 1 / (1 + q2), y = double.IsInfinity(q2) ? 1 : q2 / (1 + q2);
        var tail = 0.5 * RegularizedBeta.Lower(x, y, degreesOfFreedom / 2, 0.5);
        return t >= 0 ? tail : 1 - tail;
    }

    public static double Density(double t, double degreesOfFreedom)
    {
        var half = degreesOfFreedom / 2;
        var q = t / Math.Sqrt(degreesOfFreedom);
        return Math.Exp(LogGamma.Of(half + 0.5) - LogGamma.Of(half) - (half + 0.5) * Precise.LogP1(q * q)) / Math.Sqrt(degreesOfFreedom * Math.PI);
    }

    /// <summary>The t with P(T &lt;= t) = p.</summary>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        Tail.Probability(p);
        Tail.AboveZero(degreesOfFreedom, "Degrees of freedom");
        if (p == 0.5) return 0;
        return p < 0.5 ? -InUpperTail(p, degreesOfFreedom) : InUpperTail(1 - p, degreesOfFreedom);
    }

    /// <summary>The t with P(|T| &lt;= t) = level.</summary>
    internal static double TwoSided(double level, double degreesOfFreedom) => InUpperTail((1 - level) / 2, degreesOfFreedom);

    private static double InUpperTail(double p, double df)
    {
        if (p == 0) return double.PositiveInfinity;
        if (double.IsPositiveInfinity(df)) return -Normal.Quantile(p);
        if (df == 1) return 1 / Math.Tan(Math.PI * p);
        return Tail.Solve(t => Survival(t, df), p, Math.Max(-Normal.Quantile(p), 1e-3));
    }
}

/// <summary>The chi-squared distribution.</summary>
public static class ChiSquared
{
    /// <summary>P(X &lt;= x).</summary>
    public static double Cdf(double x, double degreesOfFreedom) => RegularizedGamma.Lower(degreesOfFreedom / 2, x / 2);

    /// <summary>P(X &gt; x).</summary>
    public static double Survival(double x, double degreesOfFreedom) => RegularizedGamma.Upper(degreesOfFreedom / 2, x / 2);

    /// <summary>The x with P(X &lt;= x) = p.</summary>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        Tail.Probability(p);
        Tail.AboveZero(degreesOfFreedom, "Degrees of freedom");
        if (p == 0) return 0;
        if (p == 1) return double.PositiveInfinity;

        // Wilson and Hilferty (1931) is near enough to start from.
        var h = 2 / (9 * degreesOfFreedom);
        var start = degreesOfFreedom * Math.Pow(Math.Max(1 - h + Normal.Quantile(p) * Math.Sqrt(h), 1e-3), 3);
        return p < 0.5
            ? Tail.Solve(x => Cdf(x, degreesOfFreedom), p, start)
            : Tail.Solve(x => Survival(x, degreesOfFreedom), 1 - p, start);
    }
}

/// <summary>The F distribution.</summary>
public static class FisherF
{
    /// <summary>P(F &lt;= f).</summary>
    public static double Cdf(double f, double degreesOfFreedom1, double degreesOfFreedom2)
    {
        if (f <= 0) return 0;
        if (double.IsPositiveInfinity(f)) return 1;
        double a = degreesOfFreedom1 * f, b = degreesOfFreedom2;
        return RegularizedBeta.Lower(a / (a + b), b / (a + b), degreesOfFreedom1 / 2, degreesOfFreedom2 / 2);
    }

    /// <summary>P(F &gt; f).</summary>
    public static double Survival(double f, double degreesOfFreedom1, double degreesOfFreedom2)
    {
        if (f <= 0) return 1;
        if (double.IsPositiveInfinity(f)) return 0;
        double a = degreesOfFreedom1 * f, b = degreesOfFreedom2;
        return RegularizedBeta.Lower(b / (a + b), a / (a + b), degreesOfFreedom2 / 2, degreesOfFreedom1 / 2);
    }
}

/// <summary>The beta distribution.</summary>
public static class BetaDistribution
{
    /// <summary>P(X &lt;= x), the regularised incomplete beta function.</summary>
    public static double Cdf(double x, double a, double b) => x switch
    {
        <= 0 => 0,
        >= 1 => 1,
        _ => RegularizedBeta.Lower(x, 1 - x, a, b),
    };
}

/// <summary>ln Gamma(x), x above 0, to about the last bit beyond the zeros at 1 and 2.</summary>
public static class LogGamma
{
    public static double Of(double x)
    {
        Tail.AboveZero(x, "The parameter x");
        if (x is 1 or 2) return 0;

        double shift = 1;
        while (x < 15)
        {
            shift *= x;
            x++;
        }

        return (x - 0.5) * Math.Log(x) - x + 0.91893853320467274 + StirlingSeries(x) - Math.Log(shift);
    }

    /// <summary>ln x! minus Stirling's formula: what is left of ln Gamma when the large parts cancel on paper (Loader 2000).</summary>
    internal static double StirlingError(double x)
    {
        if (x > 15) return StirlingSeries(x);
        return Of(x + 1) - (x + 0.5) * Math.Log(x) + x - 0.91893853320467274;
    }

    private static double StirlingSeries(double x)
    {
        var u = 1 / (x * x);
        return (1.0 / 12 - u * (1.0 / 360 - u * (1.0 / 1260 - u * (1.0 / 1680 - u * (1.0 / 1188 - u * (691.0 / 360360 - u / 156)))))) / x;
    }
}

/// <summary>
/// The regularised incomplete beta function by its continued fraction (DLMF 8.17.22, modified Lentz). The factor in front is written with
/// Loader's (2000) deviance, so that large parameters cost no digits.
/// </summary>
internal static class RegularizedBeta
{
    private const int IterationsMax = 100_000;

    /// <summary>I_x(a, b), with y = 1 - x given so that neither end loses digits.</summary>
    public static double Lower(double x, double y, double a, double b)
    {
        Tail.AboveZero(a, "The parameter a");
        Tail.AboveZero(b, "The parameter b");
        Tail.ANumber(x);
        if (x <= 0) return 0;
        if (y <= 0) return 1;
        return x < (a + 1) / (a + b + 2)
            ? Power(x, y, a, b) / a * Fraction(x, a, b)
            : 1 - Power(y, x, b, a) / b * Fraction(y, b, a);
    }

    /// <summary>x^a y^b / B(a, b).</summary>
    private static double Power(double x, double y, double a, double b)
    {
        var n = a + b;
        var log = -Deviance(a, n * x) - Deviance(b, n * y)
            + LogGamma.StirlingError(n) - LogGamma.StirlingError(a) - LogGamma.StirlingError(b)
            + 0.5 * Math.Log(a * b / (2 * Math.PI * n));
        return Math.Exp(log);
    }

    private static double Fraction(double x, double a, double b)
    {
        double c = 1, d = 1 / Away(1 - (a + b) * x / (a + 1)), h = d;
        for (var m = 1; m <= IterationsMax; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Away(1 + even * d);
            c = Away(1 + even / c);
            h *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Away(1 + odd * d);
            c = Away(1 + odd / c);
            var step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 4e-16) return h;
        }

        throw new NotComputableException(new NotConverged("The incomplete beta function", IterationsMax));
    }

    private static double Away(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;

    /// <summary>a ln(a/m) + m - a without cancellation where a is near m (Loader 2000).</summary>
    internal static double Deviance(double a, double m)
    {
        if (Math.Abs(a - m) < 0.1 * (a + m))
        {
            double v = (a - m) / (a + m), sum = (a - m) * v, term = 2 * a * v, v2 = v * v;
            for (var j = 1; j < 1000; j++)
            {
                term *= v2;
                var next = sum + term / (2 * j + 1);
                if (next == sum) return next;
                sum = next;
            }
        }

        return a * Math.Log(a / m) + m - a;
    }
}

/// <summary>The regularised incomplete gamma function: its series below the mean, its continued fraction above (DLMF 8.7.1, 8.9.2).</summary>
internal static class RegularizedGamma
{
    private const int IterationsMax = 100_000;

    /// <summary>P(a, x).</summary>
    public static double Lower(double a, double x)
    {
        Tail.AboveZero(a, "The parameter a");
        Tail.ANumber(x);
        if (x <= 0) return 0;
        if (double.IsPositiveInfinity(x)) return 1;
        return x < a + 1 ? Power(a, x) * Series(a, x) : 1 - Power(a, x) * Fraction(a, x);
    }

    /// <summary>Q(a, x) = 1 - P(a, x).</summary>
    public static double Upper(double a, double x)
    {
        Tail.AboveZero(a, "The parameter a");
        Tail.ANumber(x);
        if (x <= 0) return 1;
        if (double.IsPositiveInfinity(x)) return 0;
        return x < a + 1 ? 1 - Power(a, x) * Series(a, x) : Power(a, x) * Fraction(a, x);
    }

    /// <summary>x^a e^-x / Gamma(a + 1).</summary>
    private static double Power(double a, double x) =>
        Math.Exp(-LogGamma.StirlingError(a) - RegularizedBeta.Deviance(a, x)) / Math.Sqrt(2 * Math.PI * a);

    private static double Series(double a, double x)
    {
        double term = 1, sum = 1;
        for (var n = 1; n <= IterationsMax; n++)
        {
            term *= x / (a + n);
            sum += term;
            if (term <= 1e-17 * sum) return sum;
        }

        throw new NotComputableException(new NotConverged("The incomplete gamma function", IterationsMax));
    }

    private static double Fraction(double a, double x)
    {
        // Gamma(a, x) e^x x^-a by its fraction; the factor a turns Gamma(a + 1) in front into Gamma(a).
        double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
        for (var i = 1; i <= IterationsMax; i++)
        {
            var an = -i * (i - a);
            b += 2;
            d = 1 / Away(an * d + b);
            c = Away(b + an / c);
            var step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 4e-16) return a * h;
        }

        throw new NotComputableException(new NotConverged("The incomplete gamma function", IterationsMax));
    }

    private static double Away(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
}

/// <summary>Where a tail that falls or rises all the way on (0, infinity) takes a given probability.</summary>
internal static class Tail
{
    private const int IterationsMax = 500;

    public static void Probability(double p)
    {
        if (!(p is >= 0 and <= 1)) throw OutOfRange($"A probability lies between 0 and 1; it cannot be {p}.");
    }

    public static void AboveZero(double parameter, string what)
    {
        if (!(parameter > 0)) throw OutOfRange($"{what} must be above 0, not {parameter}.");
    }

    public static void ANumber(double x)
    {
        if (double.IsNaN(x)) throw Require.Refused("out-of-range", "A statistic is not a number: what it is computed from is too large or too small.");
    }

    private static NotComputableException OutOfRange(FormattableString message) => Require.Refused("out-of-range", FormattableString.Invariant(message));

    /// <summary>Solves ln tail(x) = ln p in ln x, where both are nearly straight, by a bracketed secant.</summary>
    public static double Solve(Func<double, double> tail, double p, double start)
    {
        var target = Math.Log(p);
        double At(double logX) => Math.Log(tail(Math.Exp(logX))) - target;

        double low = Math.Log(start), high = low, atLow = At(low), atHigh = atLow;
        var rises = At(low + 1) > atLow;
        for (var step = 0.5; atLow > 0 == rises && atLow != 0 && double.IsFinite(step); step *= 2) atLow = At(low -= step);
        for (var step = 0.5; atHigh > 0 != rises && atHigh != 0 && double.IsFinite(step); step *= 2) atHigh = At(high += step);
        return Math.Exp(Root.Between(At, low, atLow, high, atHigh));
    }
}

/// <summary>The root of a continuous function between two points where its signs differ, by Brent's (1973) method, to the last bit.</summary>
internal static class Root
{
    private const int IterationsMax = 300;

    public static double Between(Func<double, double> f, double a, double fa, double b, double fb)
    {
        if (fa == 0) return a;
        if (fb == 0) return b;
        double c = a, fc = fa, d = b - a, e = d;
        for (var i = 0; i < IterationsMax; i++)
        {
            if (Math.Sign(fb) == Math.Sign(fc)) (c, fc, d, e) = (a, fa, b - a, b - a);
            if (Math.Abs(fc) < Math.Abs(fb)) (a, fa, b, fb, c, fc) = (b, fb, c, fc, b, fb);
            var tolerance = 2.2e-16 * Math.Abs(b) + double.Epsilon;
            var half = 0.5 * (c - b);
            if (Math.Abs(half) <= tolerance || fb == 0) return b;

            if (Math.Abs(e) >= tolerance && Math.Abs(fa) > Math.Abs(fb))
            {
                double s = fb / fa, p, q;
                if (a == c) (p, q) = (2 * half * s, 1 - s);
                else
                {
                    double u = fa / fc, r = fb / fc;
                    p = s * (2 * half * u * (u - r) - (b - a) * (r - 1));
                    q = (u - 1) * (r - 1) * (s - 1);
                }

                if (p > 0) q = -q;
                p = Math.Abs(p);
                if (2 * p < Math.Min(3 * half * q - Math.Abs(tolerance * q), Math.Abs(e * q))) (e, d) = (d, p / q);
                else (d, e) = (half, half);
            }
            else (d, e) = (half, half);

            (a, fa) = (b, fb);
            b += Math.Abs(d) > tolerance ? d : tolerance * Math.Sign(half);
            fb = f(b);
        }

        throw new NotComputableException(new NotConverged("A root", IterationsMax));
    }
}
