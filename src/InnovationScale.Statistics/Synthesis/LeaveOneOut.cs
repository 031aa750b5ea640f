using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>The pool without one study.</summary>
/// <param name="Row">The study that was left out: its row, from 0, in the order given.</param>
public sealed record LeaveOneOut(
    int Row, double Estimate, double StandardError, double PValue, Interval Interval, double Tau2, double I2, double H2, double Q, double QPValue)
{
    /// <summary>Refits without each study in turn; needs 2 studies.</summary>
    public static ImmutableArray<LeaveOneOut> Of(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, CoefficientTest test = CoefficientTest.KnappHartung, double level = 0.95)
    {
        Require.Level(level);
        var studies = Studies.AtLeast(2, "Leaving one study out", y, v);
        var refits = new Refits(new InterceptOnly(studies.Y, studies.V), method);
        var k = studies.Y.Length - 1;
        var use = k > 1 ? test : CoefficientTest.Normal;
        var half = use is CoefficientTest.Normal ? Normal.TwoSided(level) : StudentT.TwoSided(level, k - 1);
        var results = ImmutableArray.CreateBuilder<LeaveOneOut>(studies.Y.Length);
        for (var i = 0; i < studies.Y.Length; i++)
        {
            var refit = refits.Without(i);
            var c = TestedCoefficient.Of(refit.Estimate, refit.WaldStandardError, use, k - 1, refit.At.Rss, level, half);
            var h = refit.Heterogeneity;
            results.Add(new(studies.Rows[i], refit.Estimate, c.StandardError, c.PValue, c.Interval, refit.Tau2, h.I2, h.H2, h.Q, h.PValue));
        }

        return results.MoveToImmutable();
    }
}

/// <summary>The pool of the first studies, one more at a time, in the order given.</summary>
/// <param name="Row">The last study added.</param>
public sealed record CumulativePool(int Row, int K, double Estimate, double StandardError, double PValue, Interval Interval, double Tau2, double Q)
{
    public static ImmutableArray<CumulativePool> Of(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, CoefficientTest test = CoefficientTest.KnappHartung, double level = 0.95)
    {
        Require.Level(level);
        var studies = Studies.From(y, v);
        var results = ImmutableArray.CreateBuilder<CumulativePool>(studies.Y.Length);
        for (var k = 1; k <= studies.Y.Length; k++)
        {
            var model = new InterceptOnly(studies.Y[..k], studies.V[..k]);
            var (tau2, _) = BetweenStudyVariance.Estimate(model, method);
            var at = model.At(tau2);
            var c = TestedCoefficient.Of(model.Centre + at.Mean, Math.Sqrt(1 / at.SumW), k > 1 ? test : CoefficientTest.Normal, k - 1, at.Rss, level);
            results.Add(new(studies.Rows[k - 1], k, model.Centre + at.Mean, c.StandardError, c.PValue, c.Interval, tau2, k > 1 ? model.At(0).Rss : 0));
        }

        return results.MoveToImmutable();
    }
}

/// <summary>What one study does to the pool (Viechtbauer and Cheung 2010).</summary>
/// <param name="RStudent">Externally studentised residual: the study against the pool of the others.</param>
/// <param name="DfFits">Change of its own fitted value, in standard errors.</param>
/// <param name="CookDistance">Distance the estimate moves, in its own variance.</param>
/// <param name="CovRatio">Variance of the estimate without it over that with it.</param>
/// <param name="Tau2Deleted">tau² without it.</param>
/// <param name="QDeleted">Q without it.</param>
/// <param name="Hat">Its leverage; times 100 its weight in percent.</param>
/// <param name="DfBetas">Change of the estimate, in standard errors.</param>
/// <param name="IsInfluential">By the usual cut-offs on DFFITS, Cook's distance, leverage or DFBETAS.</param>
public sealed record Influence(
    int Row, double RStudent, double DfFits, double CookDistance, double CovRatio, double Tau2Deleted, double QDeleted, double Hat, double DfBetas, bool IsInfluential)
{
    public double WeightPercent => 100 * Hat;

    /// <summary>Needs 3 studies.</summary>
    public static ImmutableArray<Influence> Of(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        HeterogeneityEstimator method = HeterogeneityEstimator.Reml, CoefficientTest test = CoefficientTest.KnappHartung)
    {
        var studies = Studies.AtLeast(3, "Influence", y, v);
        var model = new InterceptOnly(studies.Y, studies.V);
        var (tau2, _) = BetweenStudyVariance.Estimate(model, method);
        var refits = new Refits(model, method);
        var full = model.At(tau2);
        var k = model.K;
        var variance = TestedCoefficient.Factor(test, full.Rss, k - 1) / full.SumW;

        var results = ImmutableArray.CreateBuilder<Influence>(k);
        for (var i = 0; i < k; i++)
        {
            var refit = refits.Without(i);
            var factor = TestedCoefficient.Factor(test, refit.At.Rss, k - 2);
            double deleted = factor / refit.At.SumW, own = studies.V[i] + refit.Tau2;

            // Differences are taken between centred means, where nothing cancels.
            var change = full.Mean - refit.At.Mean;
            var hat = 1 / (studies.V[i] + tau2) / full.SumW;
            var dffits = change / Math.Sqrt(factor * hat * own);
            var dfbetas = change / Math.Sqrt(factor / model.At(refit.Tau2).SumW);
            var cook = change * change / variance;
            results.Add(new(studies.Rows[i],
                (model.Y[i] - refit.At.Mean) / Math.Sqrt(factor * own + deleted), dffits, cook, deleted / variance, refit.Tau2, refit.Heterogeneity.Q, hat, dfbetas,
                Math.Abs(dffits) > 3 * Math.Sqrt(1.0 / (k - 1)) || ChiSquared.Cdf(cook, 1) > 0.5 || hat > 3.0 / k || Math.Abs(dfbetas) > 1));
        }

        return results.MoveToImmutable();
    }
}

/// <summary>The best linear unbiased prediction of a study's own true effect: its estimate drawn towards the mean.</summary>
/// <param name="Weight">tau²/(tau² + v): how much of its own estimate it keeps.</param>
public sealed record StudyPrediction(int Row, double Estimate, double StandardError, Interval Interval, double Weight)
{
    public static ImmutableArray<StudyPrediction> Of(
        ReadOnlySpan<double> y, ReadOnlySpan<double> v, HeterogeneityEstimator method = HeterogeneityEstimator.Reml, double level = 0.95)
    {
        Require.Level(level);
        var studies = Studies.From(y, v);
        var model = new InterceptOnly(studies.Y, studies.V);
        var (tau2, _) = BetweenStudyVariance.Estimate(model, method);
        var at = model.At(tau2);
        var half = Normal.TwoSided(level);
        var results = ImmutableArray.CreateBuilder<StudyPrediction>(model.K);
        for (var i = 0; i < model.K; i++)
        {
            var own = tau2 / (tau2 + studies.V[i]);
            var estimate = model.Centre + own * model.Y[i] + (1 - own) * at.Mean;
            var se = Math.Sqrt(own * studies.V[i] + (1 - own) * (1 - own) / at.SumW);
            results.Add(new(studies.Rows[i], estimate, se, new(estimate - half * se, estimate + half * se, level), own));
        }

        return results.MoveToImmutable();
    }
}

/// <summary>The fits without each study. REML and ML share one grid: its sums are made once and a study's share is taken out of them.</summary>
internal sealed class Refits
{
    // Above this share of a sum, taking a study out would leave too few digits: its grid is then computed anew.
    private const double Dominant = 0.99;

    private readonly InterceptOnly model;
    private readonly HeterogeneityEstimator method;
    private readonly AllButOne others;
    private readonly double[] grid = [];
    private readonly Weighted[] sums = [];
    private readonly double[] scores = [];

    public Refits(InterceptOnly model, HeterogeneityEstimator method)
    {
        (this.model, this.method) = (model, method);
        others = new(model);
        if (!IsLikelihood || model.K < 3) return;

        // The sum of squares of a part is never above that of the whole, and its smallest variance never below.
        grid = LikelihoodMaximum.Grid(model.VMin, model.VMax, model.SumOfSquares() / (model.K - 2));
        sums = Array.ConvertAll(grid, model.At);
        scores = new double[grid.Length];
    }

    private bool IsLikelihood => method is HeterogeneityEstimator.Reml or HeterogeneityEstimator.MaximumLikelihood;

    public Refit Without(int i)
    {
        others.Without = i;
        var tau2 = IsLikelihood && model.K > 2 ? Peak(i) : BetweenStudyVariance.Estimate(others, method).Tau2;
        var at = others.At(tau2);
        return new(tau2, model.Centre + at.Mean, at, Heterogeneity.Of(others, method, tau2));
    }

    private double Peak(int i)
    {
        var restricted = method is HeterogeneityEstimator.Reml;
        for (var g = 0; g < grid.Length; g++)
        {
            var s = sums[g];
            double w = 1 / (model.V[i] + grid[g]), r = model.Y[i] - s.Mean, wr = w * r;
            if (w > Dominant * s.SumW || w * w > Dominant * s.SumW2)
            {
                scores[g] = others.At(grid[g]).Score(restricted);
                continue;
            }

            double s1 = s.SumW - w, s2 = s.SumW2 - w * w, shift = -wr / s1;
            var yppy = s.YPPY - wr * wr - 2 * shift * (s.W2R - w * wr) + shift * shift * s2;
            scores[g] = yppy - (restricted ? s1 - s2 / s1 : s1);
        }

        return LikelihoodMaximum.Best(grid, scores, others.At, t => others.MinusTwoLogLikelihood(t, restricted), restricted);
    }
}

internal readonly record struct Refit(double Tau2, double Estimate, Weighted At, Heterogeneity Heterogeneity)
{
    public double WaldStandardError => Math.Sqrt(1 / At.SumW);
}

/// <summary>An intercept-only model with one of its studies left out, without copying the others.</summary>
internal sealed class AllButOne(InterceptOnly all) : MarginalModel(all)
{
    public int Without { get; set; }

    public override int K => all.K - 1;

    public override int P => 1;

    public override double LogDetDesign => Math.Log(K);

    public override Weighted At(double t) => all.AtWithout(Without, t);

    public override double SumOfSquares()
    {
        double sum = 0, squares = 0;
        for (var i = 0; i < Y.Length; i++)
            if (i != Without) sum += Y[i];
        var mean = sum / K;
        for (var i = 0; i < Y.Length; i++)
            if (i != Without) squares += (Y[i] - mean) * (Y[i] - mean);
        return squares;
    }

    public override (double LogDetInformation, double LogDetVariance) LogDeterminants(double t)
    {
        double sum = 0;
        for (var i = 0; i < V.Length; i++)
            if (i != Without) sum += 1 / (V[i] + t);
        return (Math.Log(sum), SumLog(t) - Math.Log(V[Without] + t));
    }

    public override (double Rss, double TraceV, double TraceV2) OrdinaryLeastSquares()
    {
        double sumV = 0, sumV2 = 0;
        for (var i = 0; i < V.Length; i++)
        {
            if (i == Without) continue;
            sumV += V[i];
            sumV2 += V[i] * V[i];
        }

        return (SumOfSquares(), sumV - sumV / K, sumV2 - 2 * sumV2 / K + sumV / K * (sumV / K));
    }
}
