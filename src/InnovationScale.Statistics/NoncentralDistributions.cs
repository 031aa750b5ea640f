namespace InnovationScale.Statistics;

/// <summary>
/// The noncentral t distribution: (Z + delta)/sqrt(chi²/df), on which the exact interval of a standardised difference and the power of a t test
/// rest. Both tails come from an integral of positive terms, so that they keep their relative accuracy (1e-12 and better) however small; the
/// published series (AS 243, R's pt) subtract and lose them.
/// </summary>
public static class NoncentralT
{
    // exp(-Depth) is where the integrand is left out: below the last bit of the sum.
    private const double Depth = 44;

    /// <summary>P(T &lt;= t).</summary>
    /// <param name="t">Any number.</param>
    /// <param name="degreesOfFreedom">Above 0; need not be whole.</param>
    /// <param name="noncentrality">delta.</param>
    public static double Cdf(double t, double degreesOfFreedom, double noncentrality)
    {
        Require.Positive(degreesOfFreedom, "degrees-of-freedom", "Degrees of freedom");
        Require.Finite(t, "statistic", "The statistic");
        Require.Finite(noncentrality, "noncentrality", "The noncentrality");

        // P(T <= t) = E Phi(t s - delta), s = chi/sqrt(df); with s = exp(u) the integrand has one peak and decays at both ends, where the
        // trapezoid rule converges geometrically.
        var logNorm = Math.Log(2) + degreesOfFreedom / 2 * Math.Log(degreesOfFreedom / 2) - LogGamma.Of(degreesOfFreedom / 2);
        double Log(double u)
        {
            var s = Math.Exp(u);
            return logNorm + degreesOfFreedom * (u - s * s / 2) + LogPhi(t * s - noncentrality);
        }

        var peak = Peak(Log, -3 - 60 / degreesOfFreedom, 4);
        var top = Log(peak);
        if (double.IsNegativeInfinity(top)) return 0;
        var left = Edge(Log, peak, -1, top - Depth);
        var right = Edge(Log, peak, 1, top - Depth);
        return Math.Min(1, Trapezoid(Log, left, right, top));
    }

    /// <summary>P(T &gt; t).</summary>
    public static double Survival(double t, double degreesOfFreedom, double noncentrality) => Cdf(-t, degreesOfFreedom, -noncentrality);

    /// <summary>The t with P(T &lt;= t) = p.</summary>
    public static double Quantile(double p, double degreesOfFreedom, double noncentrality)
    {
        Require.Level(p);
        return Solve(noncentrality,
            p <= 0.5
                ? t => Math.Log(Cdf(t, degreesOfFreedom, noncentrality)) - Math.Log(p)
                : t => Math.Log(1 - p) - Math.Log(Survival(t, degreesOfFreedom, noncentrality)));
    }

    /// <summary>The delta for which P(T &lt;= t) = p: the inverse behind exact intervals and behind power.</summary>
    public static double Noncentrality(double t, double degreesOfFreedom, double p)
    {
        Require.Level(p);
        return Solve(t,
            p <= 0.5
                ? delta => Math.Log(Cdf(t, degreesOfFreedom, delta)) - Math.Log(p)
                : delta => Math.Log(1 - p) - Math.Log(Survival(t, degreesOfFreedom, delta)));
    }

    /// <summary>The root of a function that falls or rises all the way, found by widening from where it is expected.</summary>
    private static double Solve(double near, Func<double, double> function)
    {
        double width = 2, low = near - width, high = near + width, atLow = function(low), atHigh = function(high);
        for (var i = 0; i < 60; i++)
        {
            if (Math.Sign(atLow) != Math.Sign(atHigh)) return Root.Between(function, low, atLow, high, atHigh);
            width *= 2;
            atLow = function(low -= width);
            atHigh = function(high += width);
        }

        throw Require.NotConverged("An inverse of the noncentral t distribution", 60);
    }

    /// <summary>ln Phi(x) without underflow.</summary>
    private static double LogPhi(double x)
    {
        if (x > 5) return Precise.LogP1(-Normal.Survival(x));
        if (x > -30) return Math.Log(Normal.Cdf(x));
        var u = 1 / (x * x);
        return -x * x / 2 - Math.Log(-x) - 0.5 * Math.Log(2 * Math.PI) + Precise.LogP1(u * (-1 + u * (3 - u * (15 - u * 105))));
    }

    private static double Peak(Func<double, double> log, double low, double high)
    {
        const double Golden = 0.6180339887498949;
        while (high - low > 1e-4)
        {
            double a = high - Golden * (high - low), b = low + Golden * (high - low);
            if (log(a) < log(b)) low = a;
            else high = b;
        }

        return (low + high) / 2;
    }

    private static double Edge(Func<double, double> log, double peak, int direction, double floor)
    {
        var near = 0.0;
        var far = 1e-3;
        while (log(peak + direction * far) > floor)
        {
            near = far;
            far *= 2;
        }

        for (var i = 0; i < 12; i++)
        {
            var middle = (near + far) / 2;
            if (log(peak + direction * middle) > floor) near = middle;
            else far = middle;
        }

        return peak + direction * far;
    }

    private static double Trapezoid(Func<double, double> log, double left, double right, double top)
    {
        var step = (right - left) / 32;
        double sum = 0;
        for (var i = 1; i < 32; i++) sum += Math.Exp(log(left + i * step) - top);
        var scale = Math.Exp(top);
        var before = sum * step;
        for (var points = 32; points < 1 << 16; points *= 2)
        {
            for (var i = 0; i < points; i++) sum += Math.Exp(log(left + (i + 0.5) * step) - top);
            step /= 2;
            var now = sum * step;

            // The error squares with every halving, so agreement to 1e-9 means the newer sum is right to the last digits.
            if (Math.Abs(now - before) <= 1e-9 * now) return now * scale;
            before = now;
        }

        throw Require.NotConverged("The noncentral t distribution", 1 << 16);
    }
}

/// <summary>
/// The noncentral chi-squared distribution as its Poisson mixture of central ones, summed outwards from the largest term: every term is
/// positive, so both tails keep their relative accuracy.
/// </summary>
public static class NoncentralChiSquared
{
    /// <summary>P(X &lt;= x).</summary>
    /// <param name="x">0 or more.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    /// <param name="noncentrality">lambda, the sum of squared means; 0 or more.</param>
    public static double Cdf(double x, double degreesOfFreedom, double noncentrality) =>
        Mixture(x, degreesOfFreedom, noncentrality, ChiSquared.Cdf, searchFromBelow: false);

    /// <summary>P(X &gt; x).</summary>
    public static double Survival(double x, double degreesOfFreedom, double noncentrality) =>
        Mixture(x, degreesOfFreedom, noncentrality, ChiSquared.Survival, searchFromBelow: true);

    /// <summary>The x with P(X &lt;= x) = p.</summary>
    public static double Quantile(double p, double degreesOfFreedom, double noncentrality)
    {
        Require.Level(p);
        var high = degreesOfFreedom + noncentrality;
        while (Cdf(high, degreesOfFreedom, noncentrality) < p) high *= 2;
        return Between(0, high, x => Cdf(x, degreesOfFreedom, noncentrality) - p);
    }

    /// <summary>The lambda for which P(X &lt;= x) = p; 0 where even the central distribution lies further out.</summary>
    public static double Noncentrality(double x, double degreesOfFreedom, double p)
    {
        Require.Level(p);
        if (Cdf(x, degreesOfFreedom, 0) <= p) return 0;
        var high = x + 1;
        while (Cdf(x, degreesOfFreedom, high) > p) high *= 2;
        return Between(0, high, lambda => Cdf(x, degreesOfFreedom, lambda) - p);
    }

    private static double Between(double low, double high, Func<double, double> function) =>
        Root.Between(function, low, function(low), high, function(high));

    private static double Mixture(double x, double df, double lambda, Func<double, double, double> central, bool searchFromBelow)
    {
        Require.Positive(df, "degrees-of-freedom", "Degrees of freedom");
        Require.That(x >= 0 && double.IsFinite(x), "statistic", "A chi-squared statistic is 0 or more.");
        Require.That(lambda >= 0 && double.IsFinite(lambda), "noncentrality", "A noncentrality is 0 or more.");
        if (lambda is 0) return central(x, df);

        double Term(long j) => Poisson(j, lambda / 2) * central(x, df + 2.0 * j);
        var start = Largest(Term, (long)(lambda / 2 + 10 * Math.Sqrt(lambda / 2) + 40), searchFromBelow);
        var sum = Term(start);
        for (var j = start + 1; ; j++)
        {
            var term = Term(j);
            sum += term;
            if (term <= 1e-18 * sum) break;
        }

        for (var j = start - 1; j >= 0; j--)
        {
            var term = Term(j);
            sum += term;
            if (term <= 1e-18 * sum) break;
        }

        return Math.Min(1, sum);
    }

    private static double Poisson(long j, double mean) =>
        Math.Exp(j * Math.Log(mean) - mean - LogGamma.Of(j + 1.0));

    /// <summary>Where the terms, which rise once and fall once, are largest; terms too small for a double lie below the peak of an upper tail and above that of a lower one.</summary>
    private static long Largest(Func<long, double> term, long high, bool searchFromBelow)
    {
        long low = 0;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            double here = term(middle), next = term(middle + 1);
            if (here < next || (searchFromBelow && here is 0 && next is 0)) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
