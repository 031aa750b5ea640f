using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>
/// Do several studies of one effect replicate each other (Hedges and Schauer 2019)? Q is set against heterogeneity that is called negligible:
/// lambda0 = l (k - 1), with l = 0 for exact replication and 1/4, 1/3, 2/3 for conventions of physics, personnel psychology and medicine.
/// </summary>
public sealed record Homogeneity(double Q, int DegreesOfFreedom, ImmutableArray<HomogeneityTest> Tests)
{
    public static readonly ImmutableArray<double> Negligible = [0, 1.0 / 4, 1.0 / 3, 2.0 / 3];

    /// <summary>Needs 2 studies.</summary>
    public static Homogeneity Of(ReadOnlySpan<double> y, ReadOnlySpan<double> v)
    {
        var studies = Studies.AtLeast(2, "A test of homogeneity", y, v);
        double q = new InterceptOnly(studies.Y, studies.V).At(0).Rss;
        var df = studies.Y.Length - 1;
        return new(q, df, [.. Negligible.Select(share => HomogeneityTest.Of(q, df, share))]);
    }
}

/// <summary>Q against one amount of negligible heterogeneity.</summary>
/// <param name="Share">l: heterogeneity as a share of the sampling variance.</param>
/// <param name="Noncentrality">lambda0 = l (k - 1).</param>
/// <param name="PNonReplication">P(chi²(lambda0) &gt; Q): small when the studies differ by more than is negligible.</param>
/// <param name="PEquivalence">P(chi²(lambda0) &lt;= Q): small when heterogeneity is shown to lie below.</param>
/// <param name="Critical05">Q above which non-replication is significant at 5 %.</param>
/// <param name="EquivalenceCritical05">Q below which equivalence is significant at 5 %.</param>
public sealed record HomogeneityTest(
    double Share, double Noncentrality, double PNonReplication, double PEquivalence, double Critical05, double EquivalenceCritical05)
{
    internal static HomogeneityTest Of(double q, int df, double share)
    {
        var lambda = share * df;
        return new(share, lambda, NoncentralChiSquared.Survival(q, df, lambda), NoncentralChiSquared.Cdf(q, df, lambda),
            NoncentralChiSquared.Quantile(0.95, df, lambda), NoncentralChiSquared.Quantile(0.05, df, lambda));
    }
}
