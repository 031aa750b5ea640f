namespace InnovationScale.Statistics;

/// <summary>How the between-study variance tau² is estimated. REML is the engine's default.</summary>
public enum HeterogeneityEstimator
{
    /// <summary>Restricted maximum likelihood (Viechtbauer 2005): the global maximum on [0, infinity).</summary>
    Reml,

    /// <summary>Equal (fixed, common) effect: tau² is 0.</summary>
    EqualEffects,

    /// <summary>Hunter and Schmidt.</summary>
    HunterSchmidt,

    /// <summary>Hedges (1983), the variance component of ordinary least squares.</summary>
    Hedges,

    /// <summary>DerSimonian and Laird (1986).</summary>
    DerSimonianLaird,

    /// <summary>Sidik and Jonkman (2005); above 0 unless all effects are equal.</summary>
    SidikJonkman,

    /// <summary>Paule and Mandel (1982).</summary>
    PauleMandel,

    /// <summary>Maximum likelihood: the global maximum on [0, infinity).</summary>
    MaximumLikelihood,

    /// <summary>Empirical Bayes (Morris 1983): the same equation as Paule and Mandel.</summary>
    EmpiricalBayes,
}

/// <summary>The estimators of tau² and their standard errors (Viechtbauer 2005, 2007), each in O(k) time and memory.</summary>
internal static class BetweenStudyVariance
{
    private const int IterationsMax = 200;

    /// <summary>The estimate and its standard error; none for an equal-effects model or where k = p.</summary>
    public static (double Tau2, double? StandardError) Estimate(MarginalModel model, HeterogeneityEstimator method)
    {
        if (method is HeterogeneityEstimator.EqualEffects || model.Df == 0) return (0, null);
        double df = model.Df;
        switch (method)
        {
            case HeterogeneityEstimator.HunterSchmidt:
                var hs = model.At(0);
                var t = Math.Max(0, (hs.Rss - model.K) / hs.SumW);
                return (t, Math.Sqrt(2 * df + 4 * t * hs.TraceP + 2 * t * t * hs.TracePP) / hs.SumW);

            case HeterogeneityEstimator.DerSimonianLaird:
                var dl = model.At(0);
                t = Math.Max(0, (dl.Rss - df) / dl.TraceP);
                return (t, Math.Sqrt(2 * df + 4 * t * dl.TraceP + 2 * t * t * dl.TracePP) / dl.TraceP);

            case HeterogeneityEstimator.Hedges:
                var (rss, traceV, traceV2) = model.OrdinaryLeastSquares();
                t = Math.Max(0, (rss - traceV) / df);
                return (t, Math.Sqrt(2 * traceV2 + 4 * t * traceV + 2 * t * t * df) / df);

            case HeterogeneityEstimator.SidikJonkman:
                var start = model.SumOfSquares() / model.K;
                if (start == 0) return (0, 0);
                var sj = model.At(start);
                t = start * sj.Rss / df;

                // PV = P W^-1 - t0 P, so the traces of the products follow from tr P and tr PP.
                var pvpv = df - 2 * start * sj.TraceP + start * start * sj.TracePP;
                var pvp = sj.TraceP - start * sj.TracePP;
                return (t, start / df * Math.Sqrt(2 * pvpv + 4 * t * pvp + 2 * t * t * sj.TracePP));

            case HeterogeneityEstimator.PauleMandel or HeterogeneityEstimator.EmpiricalBayes:
                t = WhereRssIs(model, df);
                return (t, Math.Sqrt(2.0 * model.K * model.K / df) / model.At(t).SumW);

            case HeterogeneityEstimator.MaximumLikelihood:
                t = LikelihoodMaximum.Of(model, restricted: false);
                return (t, Math.Sqrt(2 / model.At(t).SumW2));

            case HeterogeneityEstimator.Reml:
                t = LikelihoodMaximum.Of(model, restricted: true);
                return (t, Math.Sqrt(2 / model.At(t).TracePP));

            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "Not an estimator of the between-study variance.");
        }
    }

    /// <summary>
    /// The t at which RSS(t), which falls all the way, equals a target; 0 where RSS(0) is below it. Newton's method on 1/RSS, which is
    /// increasing and concave in t, climbs from 0 to the root without ever passing it.
    /// </summary>
    public static double WhereRssIs(MarginalModel model, double target)
    {
        double t = 0;
        for (var i = 0; i < IterationsMax; i++)
        {
            var at = model.At(t);
            if (!(at.Rss > target)) return t;
            var next = t + at.Rss * (at.Rss - target) / (target * at.YPPY);
            if (!(next > t) || next - t <= 2e-16 * next) return next;
            t = next;
        }

        throw Require.NotConverged("The between-study variance", IterationsMax);
    }
}

/// <summary>
/// The global maximum of the (restricted) likelihood in t = tau² on [0, infinity). Fisher scoring may cycle where one study dwarfs the others and may
/// stop at the lower of two peaks; here every sign change of the score is bracketed on a grid that moves with the unit, polished, and the
/// likelihoods are compared.
/// </summary>
internal static class LikelihoodMaximum
{
    private const int IterationsMax = 200;
    private const double GridStep = 1.5;

    public static double Of(MarginalModel model, bool restricted)
    {
        var grid = Grid(model.VMin, model.VMax, model.OrdinaryLeastSquares().Rss / model.Df);
        var scores = new double[grid.Length];
        for (var i = 0; i < grid.Length; i++) scores[i] = model.At(grid[i]).Score(restricted);
        return Best(grid, scores, t => model.At(t), t => model.MinusTwoLogLikelihood(t, restricted), restricted);
    }

    /// <summary>
    /// 0 and a geometric grid over every t at which the score can vanish. A root has y'PPy = tr P (or sum w), but y'PPy is at most
    /// S/(v_min + t)² with S the residual sum of squares, and the right side at least (k-p)/(v_max + t): the largest root lies below the
    /// solution of (v_min + t)² = S/(k-p) (v_max + t). Below a hundredth of v_min the score is a straight line.
    /// </summary>
    /// <param name="meanSquare">S/(k-p).</param>
    public static double[] Grid(double vMin, double vMax, double meanSquare)
    {
        var u = (meanSquare + Math.Sqrt(meanSquare * meanSquare + 4 * meanSquare * (vMax - vMin))) / 2;
        var highest = (u - vMin) * (1 + 1e-9) + vMin * 1e-6;
        if (!(highest > 0)) return [0];

        var grid = new List<double> { 0 };
        for (var t = vMin / 100; t < highest; t *= GridStep) grid.Add(t);
        grid.Add(highest);
        return [.. grid];
    }

    /// <summary>The best of 0 and the roots of the score where it turns from positive to negative.</summary>
    public static double Best(double[] grid, double[] scores, Func<double, Weighted> at, Func<double, double> minusTwoLogLikelihood, bool restricted)
    {
        var peaks = new List<double>(2);
        if (!(scores[0] > 0)) peaks.Add(0);
        for (var i = 1; i < grid.Length; i++)
        {
            if (scores[i - 1] > 0 && !(scores[i] > 0)) peaks.Add(Polish(grid[i - 1], grid[i], at, restricted));
            else if (i > 1 && IsShallow(grid, scores, i)) AddHidden(grid, i, at, restricted, peaks);
        }

        // Beyond the grid the score is negative; rounding at its end must not lose a peak.
        if (scores[^1] > 0) peaks.Add(grid[^1]);
        if (peaks.Count == 1) return peaks[0];
        return peaks.MinBy(minusTwoLogLikelihood);
    }

    /// <summary>Newton's method within a bracket [positive score, negative score], to machine precision.</summary>
    private static double Polish(double low, double high, Func<double, Weighted> at, bool restricted)
    {
        var t = low + (high - low) / 2;
        var before = double.PositiveInfinity;
        for (var i = 0; i < IterationsMax; i++)
        {
            var here = at(t);
            double score = here.Score(restricted), slope = here.ScoreSlope(restricted);
            if (score == 0) return t;
            if (score > 0) low = t;
            else high = t;

            var next = t - score / slope;
            if (!(slope < 0) || !(next > low && next < high)) next = low + (high - low) / 2;
            var step = Math.Abs(next - t);
            if (step <= 2e-16 * next || high - low <= 4e-16 * high || (step <= 1e-13 * next && step >= before)) return next;
            (t, before) = (next, step);
        }

        throw Require.NotConverged("The likelihood's maximum", IterationsMax);
    }

    /// <summary>Three scores of one sign, the middle nearest to 0: two roots may hide beside it.</summary>
    private static bool IsShallow(double[] grid, double[] scores, int i)
    {
        double a = scores[i - 2], b = scores[i - 1], c = scores[i];
        if (a == 0 || c == 0 || Math.Sign(a) != Math.Sign(b) || Math.Sign(b) != Math.Sign(c)) return false;

        // The score falls with t of itself, so it is compared in units of its size at a pure 1/(v + t).
        double sa = Math.Abs(a) * (grid[i - 2] + grid[1]), sb = Math.Abs(b) * (grid[i - 1] + grid[1]), sc = Math.Abs(c) * (grid[i] + grid[1]);
        return sb < sa && sb < sc && sb < 0.25 * Math.Max(sa, sc);
    }

    private static void AddHidden(double[] grid, int i, Func<double, Weighted> at, bool restricted, List<double> peaks)
    {
        const int Parts = 16;
        double low = grid[i - 2], high = grid[i], previous = low, score = at(low).Score(restricted);
        for (var part = 1; part <= Parts; part++)
        {
            var t = low + (high - low) * part / Parts;
            var next = at(t).Score(restricted);
            if (score > 0 && !(next > 0)) peaks.Add(Polish(previous, t, at, restricted));
            (previous, score) = (t, next);
        }
    }
}
