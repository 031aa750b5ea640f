namespace InnovationScale.Statistics;

/// <summary>Which small-sample correction a standardised mean difference carries.</summary>
public enum CorrectionForm
{
    /// <summary>J(m), by gamma functions (Hedges 1981).</summary>
    Exact,

    /// <summary>1 - 3/(4m - 1), as the What Works Clearinghouse prints it.</summary>
    Approximate,
}

/// <summary>
/// Hedges' small-sample correction J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), which makes a standardised mean difference with m degrees
/// of freedom unbiased (Hedges 1981). Neither the gamma function, which overflows at m = 344, nor a difference of two log-gammas, which loses
/// digits as m grows, is used: the asymptotic series of ln Gamma(x + 1/2)/Gamma(x), reached by a recurrence for small m, keeps about 1e-15.
/// </summary>
public static class HedgesCorrection
{
    // From here on the five terms below leave less than 1e-16.
    private const double SeriesFrom = 30;

    /// <summary>J(m) in the form asked for.</summary>
    /// <param name="degreesOfFreedom">m, above 1; need not be whole (the degrees of freedom of a clustered design are not).</param>
    public static double Of(double degreesOfFreedom, CorrectionForm form = CorrectionForm.Exact) => form switch
    {
        CorrectionForm.Exact => Exact(degreesOfFreedom),
        _ => Approximate(degreesOfFreedom),
    };

    /// <summary>J(m), exact.</summary>
    public static double Exact(double degreesOfFreedom) => Math.Exp(LogExact(degreesOfFreedom));

    /// <summary>1 - 3/(4m - 1).</summary>
    public static double Approximate(double degreesOfFreedom)
    {
        Require.Above(degreesOfFreedom, 1, "degrees-of-freedom", "Degrees of freedom of the correction");
        return 1 - 3 / (4 * degreesOfFreedom - 1);
    }

    /// <summary>ln J(m), accurate in itself, so that 1 - J and the unbiased variance keep their digits for large m.</summary>
    internal static double LogExact(double degreesOfFreedom)
    {
        Require.Above(degreesOfFreedom, 1, "degrees-of-freedom", "Degrees of freedom of the correction");
        var x = (degreesOfFreedom - 1) / 2;
        if (x >= SeriesFrom) return 0.5 * Precise.LogP1(-1 / degreesOfFreedom) + Series(x);

        // Gamma(x + 1/2)/Gamma(x) = Gamma(x + 3/2)/Gamma(x + 1) * x/(x + 1/2)
        var product = 1.0;
        var y = x;
        for (; y < SeriesFrom; y++) product *= y / (y + 0.5);
        return Math.Log(product * Math.Sqrt(y / (x + 0.5))) + Series(y);
    }

    /// <summary>ln(Gamma(x + 1/2)/Gamma(x)) - ln(x)/2.</summary>
    private static double Series(double x)
    {
        var u = 1 / (x * x);
        return (-1.0 / 8 + u * (1.0 / 192 + u * (-1.0 / 640 + u * (17.0 / 14336 - u * 31.0 / 18432)))) / x;
    }
}
