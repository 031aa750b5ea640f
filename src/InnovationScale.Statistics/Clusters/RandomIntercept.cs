using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>Which likelihood a mixed model maximises.</summary>
public enum Likelihood
{
    /// <summary>Restricted: variance components corrected for the fixed effects; the default.</summary>
    Restricted,

    /// <summary>Full: for comparing models with different fixed effects.</summary>
    Full,
}

/// <summary>One cluster of a mixed model: its outcome's moments, and what is fixed for everybody in it.</summary>
/// <param name="Outcome">Moments of the outcome in the cluster.</param>
/// <param name="Covariates">The design row without an intercept, such as 1 for treated; the same length in every cluster.</param>
/// <param name="Stratum">The block (school, site) whose own intercept the cluster shares; the same for all where there is one intercept.</param>
public readonly record struct ClusterCell(Moments Outcome, ImmutableArray<double> Covariates, string Stratum = "");

/// <summary>A fixed effect of a mixed model, in the outcome's unit.</summary>
public readonly record struct Coefficient(string Name, double Estimate, double StandardError)
{
    public double Z => Estimate / StandardError;

    /// <summary>Two-sided, by the normal distribution (as lme4's t value is usually read).</summary>
    public double PValue => 2 * Normal.Survival(Math.Abs(Z));

    public Interval Interval(double level = 0.95) => Statistics.Interval.Normal(Estimate, StandardError, level);
}

/// <summary>
/// The random-intercept model y = stratum + x'b + u(cluster) + e from the clusters' moments alone: exactly what lme4's
/// <c>lmer(y ~ x + factor(stratum) + (1 | cluster))</c> fits to the people, without the people. Given lambda = var(u)/var(e) a cluster of n is one
/// observation of weight n/(1 + n lambda), so an evaluation costs O(clusters p²), strata being swept out instead of entering the design. The
/// likelihood is profiled to lambda alone and its global maximum on [0, inf) is found by bracketing every sign change of the score.
/// </summary>
public sealed record RandomIntercept
{
    private RandomIntercept()
    {
    }

    public required Likelihood Likelihood { get; init; }

    /// <summary>The fixed effects, in the order of the covariates.</summary>
    public required ImmutableArray<Coefficient> Coefficients { get; init; }

    /// <summary>Their covariance matrix by rows.</summary>
    public required ImmutableArray<ImmutableArray<double>> Covariance { get; init; }

    /// <summary>The intercept; null where every stratum has its own.</summary>
    public required Coefficient? Intercept { get; init; }

    /// <summary>Variance between clusters, in the outcome's unit squared; 0 where the maximum is at the boundary.</summary>
    public required double VarianceBetween { get; init; }

    /// <summary>Variance within clusters.</summary>
    public required double VarianceWithin { get; init; }

    /// <summary>The maximised log-likelihood (restricted or full), with every constant, as lme4 reports it.</summary>
    public required double LogLikelihood { get; init; }

    public required int Clusters { get; init; }

    public required long N { get; init; }

    public required int Strata { get; init; }

    /// <summary>Variance between over the sum of both.</summary>
    public double IntraclassCorrelation => VarianceBetween / (VarianceBetween + VarianceWithin);

    /// <summary>Clusters less fixed effects: the degrees of freedom of an effect that differs between clusters.</summary>
    public int DegreesOfFreedomBetween => Clusters - Strata - Coefficients.Length;

    /// <summary>Fits the model.</summary>
    /// <param name="cells">The clusters; those without anyone are passed over.</param>
    /// <param name="names">A name for each covariate.</param>
    public static RandomIntercept Fit(IEnumerable<ClusterCell> cells, IReadOnlyList<string> names, Likelihood likelihood = Likelihood.Restricted)
    {
        var problem = new Problem(cells, names, likelihood);
        return problem.At(problem.BestLambda());
    }

    /// <summary>Treated against comparison: one covariate, 1 for treated.</summary>
    public static RandomIntercept Fit(
        IEnumerable<Moments> treated, IEnumerable<Moments> comparison, Likelihood likelihood = Likelihood.Restricted) =>
        Fit([.. treated.Select(m => new ClusterCell(m, [1])), .. comparison.Select(m => new ClusterCell(m, [0]))], ["treated"], likelihood);

    /// <summary>The data laid out once, and the profiled likelihood at any lambda.</summary>
    private sealed class Problem
    {
        private readonly double[] n, mean;
        private readonly double[][] x;
        private readonly int[] stratum;
        private readonly int strata, p;
        private readonly double within;
        private readonly long total;
        private readonly IReadOnlyList<string> names;
        private readonly Likelihood likelihood;
        private readonly double centre;
        private readonly double[] xCentre;

        public Problem(IEnumerable<ClusterCell> cells, IReadOnlyList<string> names, Likelihood likelihood)
        {
            var used = cells.Where(c => c.Outcome.N > 0).ToArray();
            this.names = names;
            this.likelihood = likelihood;
            p = names.Count;
            Require.That(Array.TrueForAll(used, c => c.Covariates.Length == p), "design-shape", $"Every cluster needs {p} covariates.");
            foreach (var cell in used)
            {
                Require.Finite(cell.Outcome.Mean, "mean", "A cluster's mean");
                Require.NotNegative(cell.Outcome.M2, "sum-of-squares", "A cluster's sum of squared deviations");
                foreach (var value in cell.Covariates) Require.Finite(value, "covariate", "A covariate");
            }

            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            stratum = new int[used.Length];
            for (var j = 0; j < used.Length; j++)
            {
                if (!numbers.TryGetValue(used[j].Stratum, out stratum[j])) numbers[used[j].Stratum] = stratum[j] = numbers.Count;
            }

            strata = numbers.Count;
            n = Array.ConvertAll(used, c => (double)c.Outcome.N);
            total = used.Sum(c => c.Outcome.N);
            within = used.Sum(c => c.Outcome.M2);
            Require.That(used.Length > strata + p, "too-few-clusters", $"{used.Length} clusters cannot tell {strata + p} fixed effects and a variance between clusters.");
            Require.That(total > used.Length, "clusters-of-one", "A variance within clusters needs a cluster with at least 2 people.");
            Require.Positive(within, "no-variation", "The variation within clusters");

            // Centring costs the answer nothing and saves the digits that a large mean would eat.
            centre = used.Sum(c => c.Outcome.N * c.Outcome.Mean) / total;
            mean = Array.ConvertAll(used, c => c.Outcome.Mean - centre);
            xCentre = new double[p];
            for (var k = 0; k < p; k++) xCentre[k] = used.Sum(c => c.Covariates[k]) / used.Length;
            x = Array.ConvertAll(used, c => c.Covariates.Select((value, k) => value - xCentre[k]).ToArray());
        }

        private int Clusters => n.Length;

        /// <summary>What the likelihood divides the residual sum of squares by.</summary>
        private double Divisor => likelihood is Likelihood.Restricted ? total - strata - p : total;

        /// <summary>Everything known at one lambda.</summary>
        private sealed record State(
            double[] Beta, double[,] Inverse, double LogDeterminant, double ResidualSquares, double Deviance, double Score,
            double[] StratumMean, double[][] StratumX, double[] StratumWeight);

        private State Evaluate(double lambda)
        {
            var w = new double[Clusters];
            var sumW = new double[strata];
            var sumW2 = new double[strata];
            var barY = new double[strata];
            var barX = new double[strata][];
            for (var s = 0; s < strata; s++) barX[s] = new double[p];
            double logOnePlus = 0, traceW = 0;
            for (var j = 0; j < Clusters; j++)
            {
                w[j] = n[j] / (1 + n[j] * lambda);
                logOnePlus += Precise.LogP1(n[j] * lambda);
                traceW += w[j];
                var s = stratum[j];
                sumW[s] += w[j];
                sumW2[s] += w[j] * w[j];
                barY[s] += w[j] * mean[j];
                for (var k = 0; k < p; k++) barX[s][k] += w[j] * x[j][k];
            }

            for (var s = 0; s < strata; s++)
            {
                barY[s] /= sumW[s];
                for (var k = 0; k < p; k++) barX[s][k] /= sumW[s];
            }

            // Weighted cross-products of what strata do not explain; S2 with squared weights, for the derivative of the determinant.
            var cross = new double[p, p];
            var cross2 = new double[p, p];
            var right = new double[p];
            var row = new double[p];
            for (var j = 0; j < Clusters; j++)
            {
                var s = stratum[j];
                for (var k = 0; k < p; k++) row[k] = x[j][k] - barX[s][k];
                for (var k = 0; k < p; k++)
                {
                    right[k] += w[j] * row[k] * (mean[j] - barY[s]);
                    for (var l = 0; l <= k; l++)
                    {
                        cross[k, l] += w[j] * row[k] * row[l];
                        cross2[k, l] += w[j] * w[j] * row[k] * row[l];
                    }
                }
            }

            var (inverse, logDeterminant) = Invert(cross);
            var beta = new double[p];
            for (var k = 0; k < p; k++)
            {
                for (var l = 0; l < p; l++) beta[k] += inverse[k, l] * right[l];
            }

            double residual = within, pull = 0;
            for (var j = 0; j < Clusters; j++)
            {
                var s = stratum[j];
                var r = mean[j] - barY[s];
                for (var k = 0; k < p; k++) r -= beta[k] * (x[j][k] - barX[s][k]);
                residual += w[j] * r * r;
                pull += w[j] * w[j] * r * r;
            }

            // -2 log-likelihood without constants, and its derivative in lambda.
            var deviance = Divisor * Math.Log(residual / Divisor) + logOnePlus;
            var score = traceW - Divisor * pull / residual;
            if (likelihood is Likelihood.Restricted)
            {
                deviance += logDeterminant;
                for (var s = 0; s < strata; s++)
                {
                    deviance += Math.Log(sumW[s]);
                    score -= sumW2[s] / sumW[s];
                }

                for (var k = 0; k < p; k++)
                {
                    for (var l = 0; l < p; l++) score -= inverse[k, l] * cross2[Math.Max(k, l), Math.Min(k, l)];
                }
            }

            return new(beta, inverse, logDeterminant, residual, deviance, score, barY, barX, sumW);
        }

        /// <summary>The global maximum: lambda = 0 and every place where the score changes sign on a grid of ratios.</summary>
        public double BestLambda()
        {
            const double PerDecade = 4;
            var scale = Clusters / (double)total;   // 1 over the mean cluster size: the lambda at which both variances matter alike
            var best = 0.0;
            var zero = Evaluate(0);
            var bestDeviance = zero.Deviance;
            double before = 0, scoreBefore = zero.Score;
            for (var i = -8 * (int)PerDecade; i <= 12 * (int)PerDecade; i++)
            {
                var here = scale * Math.Pow(10, i / PerDecade);
                var score = Evaluate(here).Score;
                if (scoreBefore < 0 && score >= 0)
                {
                    var root = Root.Between(l => Evaluate(l).Score, before, scoreBefore, here, score);
                    var deviance = Evaluate(root).Deviance;
                    if (deviance < bestDeviance) (best, bestDeviance) = (root, deviance);
                }

                (before, scoreBefore) = (here, score);
            }

            Require.That(scoreBefore >= 0, "no-maximum", "The likelihood rises without end in the variance between clusters.");
            return best;
        }

        public RandomIntercept At(double lambda)
        {
            var state = Evaluate(lambda);
            var sigma2 = state.ResidualSquares / Divisor;
            var logConstant = Divisor * (1 + Math.Log(2 * Math.PI));
            return new()
            {
                Likelihood = likelihood,
                Coefficients = [.. state.Beta.Select((b, k) => new Coefficient(names[k], b, Math.Sqrt(sigma2 * state.Inverse[k, k])))],
                Covariance = [.. Enumerable.Range(0, p).Select(k => Enumerable.Range(0, p).Select(l => sigma2 * state.Inverse[k, l]).ToImmutableArray())],
                Intercept = strata == 1 ? InterceptOf(state, sigma2) : null,
                VarianceBetween = lambda * sigma2,
                VarianceWithin = sigma2,
                LogLikelihood = -0.5 * (state.Deviance + logConstant),
                Clusters = Clusters,
                N = total,
                Strata = strata,
            };
        }

        private Coefficient InterceptOf(State state, double sigma2)
        {
            var estimate = centre + state.StratumMean[0];
            var variance = 1 / state.StratumWeight[0];
            var away = new double[p];
            for (var k = 0; k < p; k++)
            {
                away[k] = state.StratumX[0][k] + xCentre[k];
                estimate -= state.Beta[k] * away[k];
            }

            for (var k = 0; k < p; k++)
            {
                for (var l = 0; l < p; l++) variance += away[k] * state.Inverse[k, l] * away[l];
            }

            return new("intercept", estimate, Math.Sqrt(sigma2 * variance));
        }

        /// <summary>Inverse and log-determinant of a symmetric matrix given by its lower triangle, by Cholesky on columns scaled to length 1.</summary>
        private (double[,] Inverse, double LogDeterminant) Invert(double[,] lower)
        {
            var scale = new double[p];
            for (var k = 0; k < p; k++)
            {
                if (!(lower[k, k] > 0)) throw Require.Refused("no-variation", $"“{names[k]}” does not differ between the clusters of any stratum.");
                scale[k] = Math.Sqrt(lower[k, k]);
            }

            var l = new double[p, p];
            double logDeterminant = 0;
            for (var k = 0; k < p; k++)
            {
                for (var j = 0; j <= k; j++)
                {
                    var sum = lower[k, j] / (scale[k] * scale[j]);
                    for (var i = 0; i < j; i++) sum -= l[k, i] * l[j, i];
                    if (j < k)
                    {
                        l[k, j] = sum / l[j, j];
                        continue;
                    }

                    // The squared share of the column's length that the columns before it leave; rounding alone leaves about 1e-16 a column.
                    if (!(sum > 1e-13)) throw Require.Refused("collinear", $"“{names[k]}” is told by the covariates before it and the strata.");
                    l[k, k] = Math.Sqrt(sum);
                    logDeterminant += 2 * Math.Log(l[k, k] * scale[k]);
                }
            }

            var root = new double[p, p];
            for (var c = 0; c < p; c++)
            {
                for (var k = c; k < p; k++)
                {
                    var sum = k == c ? 1.0 : 0;
                    for (var i = c; i < k; i++) sum -= l[k, i] * root[i, c];
                    root[k, c] = sum / l[k, k];
                }
            }

            var inverse = new double[p, p];
            for (var k = 0; k < p; k++)
            {
                for (var j = 0; j <= k; j++)
                {
                    double sum = 0;
                    for (var i = k; i < p; i++) sum += root[i, k] * root[i, j];
                    inverse[k, j] = inverse[j, k] = sum / (scale[k] * scale[j]);
                }
            }

            return (inverse, logDeterminant);
        }
    }
}
