namespace InnovationScale.Statistics;

/// <summary>
/// The intraclass correlation by one-way analysis of variance, pooled within arms: how much of the variance of an outcome lies between
/// clusters (classes, schools). Needs moments alone. Pooled cells that hold several clusters do not belong in it.
/// </summary>
/// <param name="Estimate">(MSB - MSW) / (MSB + (n0 - 1) MSW); can be below 0 by chance.</param>
/// <param name="MeanSquareBetween">Between clusters of the same arm, in the outcome's unit squared.</param>
/// <param name="MeanSquareWithin">Within clusters.</param>
/// <param name="N0">The cluster size that stands for unequal ones: (N - sum over arms of (sum n_j²)/N_arm) / (clusters - arms).</param>
/// <param name="Clusters">Clusters in all arms.</param>
/// <param name="N">People in all clusters.</param>
/// <param name="Arms">Arms, each with its own mean.</param>
public sealed record IntraclassCorrelation(
    double Estimate, double MeanSquareBetween, double MeanSquareWithin, double N0, int Clusters, long N, int Arms)
{
    /// <summary>The estimate, or 0 where it is negative: what a design effect uses.</summary>
    public double Value => Math.Max(0, Estimate);

    public int DegreesOfFreedomBetween => Clusters - Arms;

    public long DegreesOfFreedomWithin => N - Clusters;

    /// <summary>F test of no variance between clusters.</summary>
    public double PValue => FisherF.Survival(MeanSquareBetween / MeanSquareWithin, DegreesOfFreedomBetween, DegreesOfFreedomWithin);

    /// <summary>From the clusters of each arm; clusters without anyone are passed over.</summary>
    public static IntraclassCorrelation Within(params IEnumerable<IEnumerable<Moments>> arms)
    {
        double between = 0, within = 0, sizes = 0;
        long n = 0;
        int clusters = 0, armCount = 0;
        foreach (var arm in arms)
        {
            var all = Moments.None;
            double squares = 0, armWithin = 0;
            foreach (var cluster in arm)
            {
                if (cluster.N == 0) continue;
                all = all.Merge(cluster with { M2 = 0 });   // so that M2 of all is what lies between clusters
                squares += (double)cluster.N * cluster.N;
                armWithin += cluster.M2;
                clusters++;
            }

            if (all.N == 0) continue;
            armCount++;
            n += all.N;
            within += armWithin;
            between += all.M2;
            sizes += squares / all.N;
        }

        Require.That(clusters > armCount, "too-few-clusters", "An intraclass correlation needs an arm with at least 2 clusters.");
        Require.That(n > clusters, "clusters-of-one", "An intraclass correlation needs a cluster with at least 2 people.");
        double msb = between / (clusters - armCount), msw = within / (n - clusters), n0 = (n - sizes) / (clusters - armCount);
        Require.That(msb + (n0 - 1) * msw > 0, "no-variation", "The outcome does not vary at all.");
        return new((msb - msw) / (msb + (n0 - 1) * msw), msb, msw, n0, clusters, n, armCount);
    }
}

/// <summary>How much clustering costs: the factor on a variance, and the number of independent people worth as much.</summary>
public static class DesignEffect
{
    /// <summary>1 + (n - 1) rho, for clusters of one size.</summary>
    public static double Of(double clusterSize, double intraclassCorrelation) => Of(clusterSize, intraclassCorrelation, 0);

    /// <summary>1 + ((cv² + 1) n - 1) rho, n the mean cluster size and cv its coefficient of variation (Eldridge, Ashby and Kerry 2006).</summary>
    public static double Of(double meanClusterSize, double intraclassCorrelation, double coefficientOfVariation)
    {
        Require.That(meanClusterSize >= 1, "cluster-size", "A cluster has at least 1 person.");
        Require.IntraclassCorrelation(intraclassCorrelation);
        Require.NotNegative(coefficientOfVariation, "coefficient-of-variation", "A coefficient of variation");
        return 1 + ((coefficientOfVariation * coefficientOfVariation + 1) * meanClusterSize - 1) * intraclassCorrelation;
    }
}
