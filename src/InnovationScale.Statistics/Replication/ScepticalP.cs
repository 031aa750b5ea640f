namespace InnovationScale.Statistics;

/// <summary>
/// The sceptical p-value: how strongly the replication argues against somebody so sceptical that the original just failed to convince (Held 2020), in its
/// three calibrations. One-sided ones are in the direction of the original.
/// </summary>
public sealed record ScepticalP
{
    private static readonly double GoldenRatio = (1 + Math.Sqrt(5)) / 2;

    /// <param name="originalZ">z of the original.</param>
    /// <param name="replicationZ">z of the replication.</param>
    /// <param name="varianceRatio">c, the original's variance over the replication's.</param>
    public ScepticalP(double originalZ, double replicationZ, double varianceRatio)
    {
        Require.Finite(originalZ, "statistic", "The original's z");
        Require.Finite(replicationZ, "statistic", "The replication's z");
        C = Require.Positive(varianceRatio, "variance-ratio", "The ratio of variances");
        SameDirection = Math.Sign(originalZ) == Math.Sign(replicationZ);
        double zo2 = originalZ * originalZ, zr2 = replicationZ * replicationZ;
        if (zo2 == 0 || zr2 == 0) return;

        // The published form divides by c - 1 and loses six digits near c = 1; this is the same number without that.
        double harmonic = 2 / (1 / zo2 + 1 / zr2), arithmetic = (zo2 + zr2) / 2;
        Z2 = arithmetic * harmonic / (Math.Sqrt(arithmetic * (arithmetic + (C - 1) * harmonic)) + arithmetic);
    }

    public double C { get; }

    public bool SameDirection { get; }

    /// <summary>The sceptical z, 0 or more.</summary>
    public double Z => Math.Sqrt(Z2);

    /// <summary>2 Phi(-z).</summary>
    public double NominalTwoSided => 2 * Normal.Survival(Z);

    /// <summary>2 Phi(-z sqrt phi): a replication of the original's size that just reaches its effect succeeds at the level (Held, Micheloud and Pawel 2022).</summary>
    public double GoldenTwoSided => 2 * Normal.Survival(Math.Sqrt(GoldenRatio * Z2));

    /// <summary>Controls the overall type-I error at the level squared whatever the sizes (Micheloud, Balabdaoui and Held 2023).</summary>
    public double ControlledTwoSided => Math.Sqrt(NullProbability());

    public double Nominal => OneSided(NominalTwoSided);

    public double Golden => OneSided(GoldenTwoSided);

    public double Controlled => OneSided(ControlledTwoSided);

    /// <summary>Replication success at a one-sided level.</summary>
    public bool Succeeds(double level = 0.025) => Golden <= Require.Level(level);

    private double Z2 { get; }

    private double OneSided(double twoSided) => SameDirection ? twoSided / 2 : 1 - twoSided / 2;

    /// <summary>
    /// P(sceptical z at least so large) if neither study has an effect: (1/pi) times the integral over 0..pi/2 of 2 exp(-z² (sqrt(1 + (c-1)s) + 1)/s), s =
    /// sin² u. With cot u = sinh v the integrand is analytic and decays at both ends, where the trapezoid rule converges geometrically; the factor that
    /// makes small p-values small stands in front, so that their relative accuracy does not depend on their size.
    /// </summary>
    private double NullProbability()
    {
        if (Z2 == 0) return 1;
        var rootC = Math.Sqrt(C);
        double Integrand(double v)
        {
            double sinh = Math.Sinh(v), cosh = Math.Cosh(v), s2 = sinh * sinh;

            // cosh sqrt(c + sinh²) - sqrt c, without cancellation at v = 0.
            double root = cosh * Math.Sqrt(C + s2), excess = s2 * (1 + C + s2) / (root + rootC);
            return Math.Exp(-Z2 * (excess + s2)) / cosh;
        }

        // Beyond this the integrand is below 1e-18 of its value at 0.
        var end = 42.0;
        while (end > 1e-6 && Integrand(end / 2) < 1e-18) end /= 2;

        var step = end / 16;
        var sum = 0.5 * Integrand(0);
        for (var i = 1; i <= 16; i++) sum += Integrand(i * step);
        var before = sum * step;
        for (var points = 16; points < 1 << 20; points *= 2)
        {
            for (var i = 0; i < points; i++) sum += Integrand((i + 0.5) * step);
            step /= 2;
            var now = sum * step;
            if (Math.Abs(now - before) <= 1e-13 * now) return Math.Min(1, 2 / Math.PI * Math.Exp(-Z2 * (rootC + 1)) * now);
            before = now;
        }

        throw Require.NotConverged("The controlled sceptical p-value", 1 << 20);
    }
}
