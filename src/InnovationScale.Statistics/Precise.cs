namespace InnovationScale.Statistics;

/// <summary>
/// Elementary functions that keep their digits near 0. The base library's <c>double.LogP1</c> and <c>double.ExpM1</c> add or subtract 1
/// first and lose them; these follow Kahan's correction.
/// </summary>
internal static class Precise
{
    /// <summary>ln(1 + x).</summary>
    public static double LogP1(double x)
    {
        var u = 1 + x;
        if (u is 1) return x;
        return double.IsFinite(u) ? Math.Log(u) * (x / (u - 1)) : Math.Log(u);
    }

    /// <summary>exp(x) - 1.</summary>
    public static double ExpM1(double x)
    {
        var u = Math.Exp(x);
        if (u is 1) return x;
        var less = u - 1;
        return less is -1 || !double.IsFinite(u) ? less : less * (x / Math.Log(u));
    }

    /// <summary>Sum with Neumaier's compensation, so that the order of many terms costs no digits.</summary>
    public static double Sum(IEnumerable<double> terms)
    {
        double sum = 0, lost = 0;
        foreach (var term in terms)
        {
            var next = sum + term;
            lost += Math.Abs(sum) >= Math.Abs(term) ? sum - next + term : term - next + sum;
            sum = next;
        }

        return sum + lost;
    }
}
