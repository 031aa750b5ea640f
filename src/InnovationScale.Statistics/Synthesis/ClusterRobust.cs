using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace InnovationScale.Statistics;

/// <summary>
/// The mean effect with standard errors that stay right when effects of one cluster (a district, a paper) hang together in ways the model does
/// not say: CR0, CR1 and CR2 with Satterthwaite degrees of freedom (Bell and McCaffrey 2002; Tipton and Pustejovsky 2015).
/// </summary>
/// <remarks>
/// The working covariance is the model's own. Clusters meet only in sums, so that no matrix is larger than one cluster's block; CR2 takes time
/// cubic in the largest cluster.
/// </remarks>
/// <param name="Cr0">The plain sandwich: too small with few clusters.</param>
/// <param name="Cr1">CR0 times J/(J - 1) in the variance.</param>
/// <param name="Cr2">Bias-reduced: the one to report.</param>
public sealed record ClusterRobust(double Estimate, int Clusters, ImmutableArray<int> LeftOut, RobustTest Cr0, RobustTest Cr1, RobustTest Cr2)
{
    /// <summary>Around a random-effects mean; weights 1/(v + tau²).</summary>
    /// <param name="cluster">The cluster of each row.</param>
    /// <exception cref="NotComputableException"><see cref="OneCluster"/>.</exception>
    public static ClusterRobust Of<TCluster>(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<TCluster> cluster,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, double level = 0.95)
        where TCluster : notnull
    {
        Require.Level(level);
        Require.That(cluster.Length == y.Length, "lengths-differ", "Every effect needs its cluster.");
        var studies = Studies.From(y, v);
        var model = new InterceptOnly(studies.Y, studies.V);
        var members = Members(studies, cluster);
        var (tau2, _) = BetweenStudyVariance.Estimate(model, method);
        return Of(model, studies.LeftOut, [.. members.Values.Select(rows => new Diagonal(rows, [.. rows.Select(i => model.V[i] + tau2)]))], level);
    }

    /// <summary>Around the mean of a three-level model, whose outer units are the clusters; weights are its full inverse covariance.</summary>
    /// <param name="fit">The model as fitted to the same rows.</param>
    public static ClusterRobust Of<TOuter, TInner>(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<TOuter> outer, ReadOnlySpan<TInner> inner, ThreeLevel fit, double level = 0.95)
        where TOuter : notnull
        where TInner : notnull
    {
        ArgumentNullException.ThrowIfNull(fit);
        Require.Level(level);
        Require.That(outer.Length == y.Length && inner.Length == y.Length, "lengths-differ", "Every effect needs its outer and its inner unit.");
        var studies = Studies.From(y, v);
        var model = new InterceptOnly(studies.Y, studies.V);
        var clusters = new List<Block>();
        foreach (var rows in Members(studies, outer).Values)
        {
            var phi = Matrix<double>.Build.Dense(rows.Count, rows.Count, fit.Sigma2Outer);
            for (var a = 0; a < rows.Count; a++)
            {
                phi[a, a] += model.V[rows[a]];
                for (var b = 0; b < rows.Count; b++)
                    if (EqualityComparer<TInner>.Default.Equals(inner[studies.Rows[rows[a]]], inner[studies.Rows[rows[b]]])) phi[a, b] += fit.Sigma2Inner;
            }

            clusters.Add(new Dense(rows, phi));
        }

        return Of(model, studies.LeftOut, clusters, level);
    }

    private static Dictionary<TCluster, List<int>> Members<TCluster>(Studies studies, ReadOnlySpan<TCluster> cluster)
        where TCluster : notnull
    {
        var members = new Dictionary<TCluster, List<int>>();
        for (var i = 0; i < studies.Y.Length; i++)
        {
            if (!members.TryGetValue(cluster[studies.Rows[i]], out var rows)) members.Add(cluster[studies.Rows[i]], rows = []);
            rows.Add(i);
        }

        return members.Count > 1 ? members : throw new NotComputableException(new OneCluster());
    }

    private static ClusterRobust Of(MarginalModel model, ImmutableArray<int> leftOut, IReadOnlyList<Block> clusters, double level)
    {
        double information = 0, sum = 0;
        foreach (var cluster in clusters)
        {
            for (var a = 0; a < cluster.Rows.Count; a++)
            {
                information += cluster.InverseTimesOne[a];
                sum += cluster.InverseTimesOne[a] * model.Y[cluster.Rows[a]];
            }
        }

        double mean = sum / information, variance = 1 / information;
        Sandwich plain = default, adjusted = default;
        foreach (var cluster in clusters)
        {
            plain.Add(cluster, cluster.InverseTimesOne, model.Y, mean, variance);
            adjusted.Add(cluster, cluster.Adjusted(variance), model.Y, mean, variance);
        }

        double estimate = model.Centre + mean, j = clusters.Count;
        return new(estimate, clusters.Count, leftOut,
            RobustTest.Of(estimate, plain.StandardError, plain.DegreesOfFreedom(variance), level),
            RobustTest.Of(estimate, plain.StandardError * Math.Sqrt(j / (j - 1)), plain.DegreesOfFreedom(variance), level),
            RobustTest.Of(estimate, adjusted.StandardError, adjusted.DegreesOfFreedom(variance), level));
    }

    /// <summary>
    /// The variance sum (q_j'e_j)² and, under the model, its degrees of freedom. With W the inverse of the covariance Phi, the Gram matrix of
    /// the clusters is G_ij = [i = j] q_j'Phi_j q_j - M s_i s_j, where s_j = 1'q_j and M = 1/sum w: its traces need no J x J matrix.
    /// </summary>
    private struct Sandwich
    {
        private double squares, trace, own, s2, s4;

        public readonly double StandardError => Math.Sqrt(squares);

        public void Add(Block cluster, double[] weights, double[] y, double mean, double variance)
        {
            double s = 0, error = 0;
            var q = new double[weights.Length];
            for (var a = 0; a < weights.Length; a++)
            {
                q[a] = variance * weights[a];
                s += q[a];
                error += q[a] * (y[cluster.Rows[a]] - mean);
            }

            var diagonal = cluster.Quadratic(q) - variance * s * s;
            squares += error * error;
            trace += diagonal;
            own += diagonal * diagonal;
            s2 += s * s;
            s4 += s * s * s * s;
        }

        /// <summary>(tr G)²/tr(GG).</summary>
        public readonly double DegreesOfFreedom(double variance) => trace * trace / (own + variance * variance * (s2 * s2 - s4));
    }

    /// <summary>One cluster: its rows and their covariance Phi_j.</summary>
    private abstract class Block(IReadOnlyList<int> rows)
    {
        // What is left of a cluster that carries all the weight is rounding: its part of the inverse root is taken as 0 (Moore and Penrose), as clubSandwich does.
        protected const double Negligible = 1e-12;

        public IReadOnlyList<int> Rows { get; } = rows;

        /// <summary>W_j 1 = Phi_j^-1 1.</summary>
        public abstract double[] InverseTimesOne { get; }

        /// <summary>q'Phi_j q.</summary>
        public abstract double Quadratic(double[] q);

        /// <summary>A_j W_j 1 with A_j = D'B^(-1/2)D, B = D(Phi_j - M 11')D', Phi_j = D'D; any root D gives the same A_j.</summary>
        public abstract double[] Adjusted(double variance);

        protected static Vector<double> InverseRootTimes(Matrix<double> b, Vector<double> x)
        {
            var eigen = b.Evd(Symmetricity.Symmetric);
            var along = eigen.EigenVectors.TransposeThisAndMultiply(x);
            double largest = 0;
            for (var a = 0; a < along.Count; a++) largest = Math.Max(largest, eigen.EigenValues[a].Real);
            for (var a = 0; a < along.Count; a++)
            {
                var value = eigen.EigenValues[a].Real;
                along[a] = value > Negligible * largest ? along[a] / Math.Sqrt(value) : 0;
            }

            return eigen.EigenVectors * along;
        }
    }

    /// <summary>Independent effects.</summary>
    private sealed class Diagonal(IReadOnlyList<int> rows, double[] phi) : Block(rows)
    {
        public override double[] InverseTimesOne { get; } = Array.ConvertAll(phi, p => 1 / p);

        public override double Quadratic(double[] q)
        {
            double sum = 0;
            for (var a = 0; a < q.Length; a++) sum += q[a] * q[a] * phi[a];
            return sum;
        }

        public override double[] Adjusted(double variance)
        {
            if (phi.Length == 1) return [phi[0] - variance > Negligible * phi[0] ? Math.Sqrt(phi[0] / (phi[0] - variance)) / phi[0] : 0];
            var root = Array.ConvertAll(phi, Math.Sqrt);
            var b = Matrix<double>.Build.Dense(phi.Length, phi.Length, (i, j) => (i == j ? phi[i] * phi[i] : 0) - variance * root[i] * root[j]);
            var x = InverseRootTimes(b, Vector<double>.Build.Dense(phi.Length, i => 1 / root[i]));
            return [.. x.Select((value, i) => root[i] * value)];
        }
    }

    private sealed class Dense : Block
    {
        private readonly Matrix<double> phi;
        private readonly Matrix<double> root;

        public Dense(IReadOnlyList<int> rows, Matrix<double> phi)
            : base(rows)
        {
            this.phi = phi;
            var cholesky = Factored(phi);
            root = cholesky.Factor;
            InverseTimesOne = cholesky.Solve(Vector<double>.Build.Dense(rows.Count, 1)).ToArray();
        }

        public override double[] InverseTimesOne { get; }

        private static MathNet.Numerics.LinearAlgebra.Factorization.Cholesky<double> Factored(Matrix<double> phi)
        {
            try
            {
                return phi.Cholesky();
            }
            catch (ArgumentException)   // all that the library says of a matrix that is not positive definite
            {
                throw Require.Refused("ill-conditioned", "The effects of a cluster hang together so closely that its covariance is singular in double precision.");
            }
        }

        public override double Quadratic(double[] q)
        {
            var x = Vector<double>.Build.Dense(q);
            return x * (phi * x);
        }

        public override double[] Adjusted(double variance)
        {
            var inner = root.TransposeThisAndMultiply(root);
            var u = root.TransposeThisAndMultiply(Vector<double>.Build.Dense(Rows.Count, 1));
            var b = inner * inner - variance * u.OuterProduct(u);
            return (root * InverseRootTimes(b, root.TransposeThisAndMultiply(Vector<double>.Build.Dense(InverseTimesOne)))).ToArray();
        }
    }
}

/// <summary>A mean under one of the robust variances.</summary>
/// <param name="DegreesOfFreedom">Satterthwaite's; below 4 the test is not to be trusted (<see cref="IsDoubtful"/>).</param>
public sealed record RobustTest(double StandardError, double Statistic, double DegreesOfFreedom, double PValue, Interval Interval)
{
    private const double DoubtfulBelow = 4;

    public bool IsDoubtful => DegreesOfFreedom < DoubtfulBelow;

    internal static RobustTest Of(double estimate, double standardError, double df, double level)
    {
        Require.That(standardError > 0, "no-variation", "Every effect lies at the mean: a robust variance has no residual to stand on.");
        var t = estimate / standardError;
        return new(standardError, t, df, 2 * StudentT.Survival(Math.Abs(t), df), Interval.StudentT(estimate, standardError, df, level));
    }
}
