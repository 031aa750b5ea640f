using System.Numerics;

namespace InnovationScale.Statistics;

/// <summary>
/// The marginal model y ~ N(X b, diag(v) + t I) seen as a function of t alone: every sum an estimator of the between-study variance needs,
/// in O(k) time (O(k p²) with moderators) and O(k) memory. No k x k matrix is ever formed.
/// </summary>
/// <remarks>
/// y is kept as its difference from the most precise study. A sum of squares then loses no digits where y has a large common part, nor where
/// one study outweighs all others and its own residual is a tiny number.
/// </remarks>
internal abstract class MarginalModel
{
    /// <param name="centred">False where the design has no intercept to take the centre up again.</param>
    protected MarginalModel(double[] y, double[] v, bool centred = true)
    {
        V = v;
        var precise = 0;
        for (var i = 1; i < v.Length; i++)
            if (v[i] < v[precise]) precise = i;
        Centre = centred ? y[precise] : 0;
        Y = new double[y.Length];
        for (var i = 0; i < y.Length; i++) Y[i] = y[i] - Centre;
        VMin = v[precise];
        VMax = v.Max();
        SumV = v.Sum();
    }

    /// <summary>The same studies as another model's, not copied.</summary>
    protected MarginalModel(MarginalModel other) => (Y, V, Centre, VMin, VMax, SumV) = (other.Y, other.V, other.Centre, other.VMin, other.VMax, other.SumV);

    /// <summary>Effects less <see cref="Centre"/>.</summary>
    public double[] Y { get; }

    public double[] V { get; }

    public double Centre { get; }

    public virtual int K => Y.Length;

    /// <summary>Coefficients.</summary>
    public abstract int P { get; }

    public int Df => K - P;

    public double VMin { get; }

    public double VMax { get; }

    public double SumV { get; }

    /// <summary>The weighted sums at t.</summary>
    public abstract Weighted At(double t);

    /// <summary>ln|X'WX| and sum ln(v + t) at t, for the likelihoods.</summary>
    public abstract (double LogDetInformation, double LogDetVariance) LogDeterminants(double t);

    /// <summary>ln|X'X|.</summary>
    public abstract double LogDetDesign { get; }

    /// <summary>Residual sum of squares of ordinary least squares, tr(P0 V), tr((P0 V)²).</summary>
    public abstract (double Rss, double TraceV, double TraceV2) OrdinaryLeastSquares();

    /// <summary>sum (y - mean y)².</summary>
    public virtual double SumOfSquares()
    {
        double mean = Y.Sum() / K, sum = 0;
        foreach (var y in Y) sum += (y - mean) * (y - mean);
        return sum;
    }

    /// <summary>-2 times the log-likelihood without its constants, restricted or full; the smaller the better.</summary>
    public double MinusTwoLogLikelihood(double t, bool restricted)
    {
        var (information, variance) = LogDeterminants(t);
        return variance + At(t).Rss + (restricted ? information : 0);
    }

    protected double SumLog(double t)
    {
        // The product of mantissas in place of k logarithms; the exponent is counted apart so that nothing over- or underflows.
        double mantissa = 1;
        long exponent = 0;
        for (var i = 0; i < V.Length; i++)
        {
            mantissa *= V[i] + t;
            if (mantissa is > 1e-100 and < 1e100) continue;
            var shift = Math.ILogB(mantissa);
            mantissa = Math.ScaleB(mantissa, -shift);
            exponent += shift;
        }

        return Math.Log(mantissa) + exponent * 0.69314718055994531;
    }
}

/// <summary>
/// The sums at one t, with w = 1/(v + t), r the residuals of the weighted fit and P = W - WX(X'WX)^-1X'W.
/// </summary>
/// <param name="Rss">y'Py = sum w r².</param>
/// <param name="SumW">sum w.</param>
/// <param name="SumW2">sum w².</param>
/// <param name="TraceP">tr P.</param>
/// <param name="TracePP">tr PP.</param>
/// <param name="YPPY">y'PPy = sum w² r².</param>
/// <param name="YPPPY">y'PPPy.</param>
/// <param name="Mean">The weighted mean of the centred effects, with an intercept only; 0 else.</param>
/// <param name="W2R">sum w² r, with an intercept only; 0 else.</param>
internal readonly record struct Weighted(
    double Rss, double SumW, double SumW2, double TraceP, double TracePP, double YPPY, double YPPPY, double Mean = 0, double W2R = 0)
{
    /// <summary>The derivative of twice the log-likelihood in t.</summary>
    public double Score(bool restricted) => YPPY - (restricted ? TraceP : SumW);

    public double ScoreSlope(bool restricted) => -2 * YPPPY + (restricted ? TracePP : SumW2);
}

/// <summary>An intercept only: the loops run over vectors of studies.</summary>
internal sealed class InterceptOnly(double[] y, double[] v) : MarginalModel(y, v)
{
    public override int P => 1;

    public override double LogDetDesign => Math.Log(K);

    public override Weighted At(double t) => Over(Y, V, [], [], t);

    /// <summary>The sums with study i left out.</summary>
    public Weighted AtWithout(int i, double t) => Over(Y.AsSpan(0, i), V.AsSpan(0, i), Y.AsSpan(i + 1), V.AsSpan(i + 1), t);

    private static Weighted Over(ReadOnlySpan<double> y1, ReadOnlySpan<double> v1, ReadOnlySpan<double> y2, ReadOnlySpan<double> v2, double t)
    {
        double s1 = 0, b1 = 0;
        Weights(y1, v1, t, ref s1, ref b1);
        Weights(y2, v2, t, ref s1, ref b1);
        var mean = b1 / s1;
        var sums = default(Powers);
        Residuals(y1, v1, t, mean, ref sums);
        Residuals(y2, v2, t, mean, ref sums);

        var shrink = sums.S2 / s1;
        return new(sums.WR2, s1, sums.S2, Math.Max(s1 - shrink, 0), Math.Max(sums.S2 - 2 * sums.S3 / s1 + shrink * shrink, 0),
            sums.W2R2, Math.Max(sums.W3R2 - sums.W2R * sums.W2R / s1, 0), mean, sums.W2R);
    }

    private static void Weights(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double t, ref double s1, ref double b1)
    {
        Vector<double> at = new(t), sum = default, sumY = default;
        var i = 0;
        for (; i <= v.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var w = Vector<double>.One / (new Vector<double>(v[i..]) + at);
            sum += w;
            sumY += w * new Vector<double>(y[i..]);
        }

        s1 += Vector.Sum(sum);
        b1 += Vector.Sum(sumY);
        for (; i < v.Length; i++)
        {
            var w = 1 / (v[i] + t);
            s1 += w;
            b1 += w * y[i];
        }
    }

    private static void Residuals(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double t, double mean, ref Powers sums)
    {
        Vector<double> at = new(t), m = new(mean), s2 = default, s3 = default, wr2 = default, w2r2 = default, w3r2 = default, w2r = default;
        var i = 0;
        for (; i <= v.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var w = Vector<double>.One / (new Vector<double>(v[i..]) + at);
            var r = new Vector<double>(y[i..]) - m;
            Vector<double> ww = w * w, wr = w * r, wrwr = wr * wr;
            s2 += ww;
            s3 += ww * w;
            wr2 += wr * r;
            w2r2 += wrwr;
            w3r2 += wrwr * w;
            w2r += ww * r;
        }

        sums.S2 += Vector.Sum(s2);
        sums.S3 += Vector.Sum(s3);
        sums.WR2 += Vector.Sum(wr2);
        sums.W2R2 += Vector.Sum(w2r2);
        sums.W3R2 += Vector.Sum(w3r2);
        sums.W2R += Vector.Sum(w2r);
        for (; i < v.Length; i++)
        {
            double w = 1 / (v[i] + t), r = y[i] - mean, ww = w * w, wr = w * r;
            sums.S2 += ww;
            sums.S3 += ww * w;
            sums.WR2 += wr * r;
            sums.W2R2 += wr * wr;
            sums.W3R2 += wr * wr * w;
            sums.W2R += ww * r;
        }
    }

    public override (double LogDetInformation, double LogDetVariance) LogDeterminants(double t)
    {
        double sum = 0;
        foreach (var variance in V) sum += 1 / (variance + t);
        return (Math.Log(sum), SumLog(t));
    }

    public override (double Rss, double TraceV, double TraceV2) OrdinaryLeastSquares()
    {
        // P0 = I - 11'/k.
        double sumV2 = 0;
        foreach (var variance in V) sumV2 += variance * variance;
        return (SumOfSquares(), SumV - SumV / K, sumV2 - 2 * sumV2 / K + SumV / K * (SumV / K));
    }

    private struct Powers
    {
        public double S2, S3, WR2, W2R2, W3R2, W2R;
    }
}

/// <summary>
/// Moderators. The design is first made orthonormal (Gram and Schmidt twice), which changes no variance sum and keeps a column of
/// years beside an intercept from costing digits; coefficients are turned back at the end.
/// </summary>
internal sealed class WithModerators : MarginalModel
{
    private readonly double[] z;
    private readonly double logDetDesign;

    /// <param name="x">k x p, row by row.</param>
    public WithModerators(double[] y, double[] v, double[] x, int p, IReadOnlyList<string> names)
        : base(y, v, StartsWithOnes(x, p))
    {
        P = p;
        X = x;
        HasIntercept = StartsWithOnes(x, p);
        z = (double[])x.Clone();
        var r = Orthonormal.Columns(z, K, p, names);
        for (var a = 0; a < p; a++) logDetDesign += 2 * Math.Log(Math.Abs(r[a * p + a]));
    }

    /// <summary>The design as given, k x p row by row.</summary>
    public double[] X { get; }

    public bool HasIntercept { get; }

    public override int P { get; }

    public override double LogDetDesign => logDetDesign;

    /// <summary>b = (X'WX)^-1 X'Wy and its covariance (X'WX)^-1, p x p, by the QR decomposition of W^½ X.</summary>
    public (double[] B, double[] Covariance) Coefficients(double t, IReadOnlyList<string> names)
    {
        var p = P;
        var q = new double[K * p];
        for (var i = 0; i < K; i++)
            for (var a = 0; a < p; a++) q[i * p + a] = X[i * p + a] / Math.Sqrt(V[i] + t);
        var r = Orthonormal.Columns(q, K, p, names);

        double[] b = new double[p], inverse = new double[p * p], covariance = new double[p * p];
        for (var i = 0; i < K; i++)
            for (var a = 0; a < p; a++) b[a] += q[i * p + a] * Y[i] / Math.Sqrt(V[i] + t);
        for (var a = p - 1; a >= 0; a--)
        {
            for (var c = a + 1; c < p; c++) b[a] -= r[a * p + c] * b[c];
            b[a] /= r[a * p + a];
        }

        for (var column = 0; column < p; column++)
        {
            for (var a = column; a >= 0; a--)
            {
                var sum = a == column ? 1.0 : 0;
                for (var c = a + 1; c <= column; c++) sum -= r[a * p + c] * inverse[c * p + column];
                inverse[a * p + column] = sum / r[a * p + a];
            }
        }

        for (var a = 0; a < p; a++)
            for (var c = 0; c < p; c++)
                for (var j = Math.Max(a, c); j < p; j++) covariance[a * p + c] += inverse[a * p + j] * inverse[c * p + j];
        if (HasIntercept) b[0] += Centre;
        return (b, covariance);
    }

    private static bool StartsWithOnes(double[] x, int p)
    {
        for (var i = 0; i < x.Length; i += p)
            if (x[i] is not 1) return false;
        return true;
    }

    public override Weighted At(double t)
    {
        var p = P;
        Span<double> s1 = new double[p * p], s2 = new double[p * p], s3 = new double[p * p];
        double[] b = new double[p], q = new double[p];
        double sumW = 0, sumW2 = 0;
        for (var i = 0; i < K; i++)
        {
            var w = 1 / (V[i] + t);
            sumW += w;
            sumW2 += w * w;
            var row = z.AsSpan(i * p, p);
            for (var a = 0; a < p; a++)
            {
                b[a] += w * row[a] * Y[i];
                for (var c = 0; c <= a; c++)
                {
                    var zz = w * row[a] * row[c];
                    s1[a * p + c] += zz;
                    s2[a * p + c] += w * zz;
                    s3[a * p + c] += w * w * zz;
                }
            }
        }

        Symmetric(s1, p);
        Symmetric(s2, p);
        Symmetric(s3, p);
        var inverse = Cholesky.Inverse(s1, p, out _);
        var beta = new double[p];
        for (var a = 0; a < p; a++)
            for (var c = 0; c < p; c++) beta[a] += inverse[a * p + c] * b[c];

        double rss = 0, yppy = 0, cubic = 0;
        for (var i = 0; i < K; i++)
        {
            var row = z.AsSpan(i * p, p);
            double w = 1 / (V[i] + t), r = Y[i];
            for (var a = 0; a < p; a++) r -= row[a] * beta[a];
            var wr = w * r;
            rss += wr * r;
            yppy += wr * wr;
            cubic += wr * wr * w;
            for (var a = 0; a < p; a++) q[a] += w * wr * row[a];
        }

        double[] cs2 = Product(inverse, s2, p);
        var traceP = sumW - Trace(cs2, p);
        var tracePP = sumW2 - 2 * TraceOfProduct(inverse, s3, p) + TraceOfProduct(cs2, cs2, p);
        for (var a = 0; a < p; a++)
            for (var c = 0; c < p; c++) cubic -= q[a] * inverse[a * p + c] * q[c];
        return new(rss, sumW, sumW2, Math.Max(traceP, 0), Math.Max(tracePP, 0), yppy, Math.Max(cubic, 0));
    }

    public override (double LogDetInformation, double LogDetVariance) LogDeterminants(double t)
    {
        var s1 = new double[P * P];
        for (var i = 0; i < K; i++)
        {
            var w = 1 / (V[i] + t);
            for (var a = 0; a < P; a++)
                for (var c = 0; c < P; c++) s1[a * P + c] += w * z[i * P + a] * z[i * P + c];
        }

        Cholesky.Inverse(s1, P, out var logDet);
        return (logDet + logDetDesign, SumLog(t));
    }

    public override (double Rss, double TraceV, double TraceV2) OrdinaryLeastSquares()
    {
        var p = P;
        var b = new double[p];
        var zvz = new double[p * p];
        double traceV = 0, traceV2 = 0;
        for (var i = 0; i < K; i++)
        {
            double hat = 0;
            for (var a = 0; a < p; a++)
            {
                b[a] += z[i * p + a] * Y[i];
                hat += z[i * p + a] * z[i * p + a];
                for (var c = 0; c < p; c++) zvz[a * p + c] += V[i] * z[i * p + a] * z[i * p + c];
            }

            traceV += V[i] * (1 - hat);
            traceV2 += V[i] * V[i] * (1 - 2 * hat);
        }

        double rss = 0;
        for (var i = 0; i < K; i++)
        {
            var r = Y[i];
            for (var a = 0; a < p; a++) r -= z[i * p + a] * b[a];
            rss += r * r;
        }

        return (rss, traceV, traceV2 + TraceOfProduct(zvz, zvz, p));
    }

    private static void Symmetric(Span<double> lower, int p)
    {
        for (var a = 0; a < p; a++)
            for (var c = 0; c < a; c++) lower[c * p + a] = lower[a * p + c];
    }

    private static double Trace(double[] m, int p)
    {
        double sum = 0;
        for (var a = 0; a < p; a++) sum += m[a * p + a];
        return sum;
    }

    private static double TraceOfProduct(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int p)
    {
        double sum = 0;
        for (var i = 0; i < p; i++)
            for (var j = 0; j < p; j++) sum += a[i * p + j] * b[j * p + i];
        return sum;
    }

    private static double[] Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int p)
    {
        var product = new double[p * p];
        for (var i = 0; i < p; i++)
            for (var j = 0; j < p; j++)
                for (var l = 0; l < p; l++) product[i * p + j] += a[i * p + l] * b[l * p + j];
        return product;
    }
}

/// <summary>The QR decomposition of a tall matrix, which replaces it by its orthonormal columns.</summary>
internal static class Orthonormal
{
    private const double RankTolerance = 1e-10;

    /// <summary>
    /// Turns the k x p matrix x (row by row) into Q and returns R (p x p, upper). A column of which less than 1e-10 of its length is new is
    /// refused by name.
    /// </summary>
    public static double[] Columns(double[] x, int k, int p, IReadOnlyList<string> names)
    {
        var r = new double[p * p];
        for (var j = 0; j < p; j++)
        {
            var length = Norm(x, k, p, j);

            // Gram and Schmidt twice is as good as Householder (Giraud, Langou and Rozložník 2005) and leaves Q where X stood.
            for (var pass = 0; pass < 2; pass++)
            {
                for (var a = 0; a < j; a++)
                {
                    double dot = 0;
                    for (var i = 0; i < k; i++) dot += x[i * p + a] * x[i * p + j];
                    for (var i = 0; i < k; i++) x[i * p + j] -= dot * x[i * p + a];
                    r[a * p + j] += dot;
                }
            }

            var left = Norm(x, k, p, j);
            if (!(left > RankTolerance * length)) throw new NotComputableException(new RankDeficient(j, names[j]));
            for (var i = 0; i < k; i++) x[i * p + j] /= left;
            r[j * p + j] = left;
        }

        return r;
    }

    private static double Norm(double[] x, int k, int p, int j)
    {
        double largest = 0, sum = 0;
        for (var i = 0; i < k; i++) largest = Math.Max(largest, Math.Abs(x[i * p + j]));
        if (largest == 0) return 0;
        for (var i = 0; i < k; i++)
        {
            var scaled = x[i * p + j] / largest;
            sum += scaled * scaled;
        }

        return largest * Math.Sqrt(sum);
    }
}

/// <summary>Small symmetric positive matrices, p x p.</summary>
internal static class Cholesky
{
    /// <summary>The inverse, after scaling the diagonal to 1.</summary>
    public static double[] Inverse(ReadOnlySpan<double> m, int p, out double logDet)
    {
        double[] scale = new double[p], l = new double[p * p], inverse = new double[p * p];
        logDet = 0;
        for (var a = 0; a < p; a++) scale[a] = 1 / Math.Sqrt(m[a * p + a]);
        for (var a = 0; a < p; a++)
        {
            for (var c = 0; c <= a; c++)
            {
                var sum = m[a * p + c] * scale[a] * scale[c];
                for (var j = 0; j < c; j++) sum -= l[a * p + j] * l[c * p + j];
                if (a != c) l[a * p + c] = sum / l[c * p + c];
                else if (sum > 0) l[a * p + a] = Math.Sqrt(sum);
                else throw new NotComputableException(new NotComputable("singular", "The weighted design is singular to working precision."));
            }

            logDet += 2 * Math.Log(l[a * p + a] / scale[a]);
        }

        for (var column = 0; column < p; column++)
        {
            var x = new double[p];
            for (var a = column; a < p; a++)
            {
                var sum = a == column ? 1.0 : 0;
                for (var j = column; j < a; j++) sum -= l[a * p + j] * x[j];
                x[a] = sum / l[a * p + a];
            }

            for (var a = p - 1; a >= 0; a--)
            {
                var sum = x[a];
                for (var j = a + 1; j < p; j++) sum -= l[j * p + a] * x[j];
                x[a] = sum / l[a * p + a];
            }

            for (var a = 0; a < p; a++) inverse[a * p + column] = x[a] * scale[a] * scale[column];
        }

        return inverse;
    }
}
