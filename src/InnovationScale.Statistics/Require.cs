namespace InnovationScale.Statistics;

/// <summary>What every calculation asks of its inputs before it starts; each refusal says which input and why.</summary>
internal static class Require
{
    public static void That(bool holds, string code, string message)
    {
        if (!holds) throw Refused(code, message);
    }

    public static double Finite(double value, string code, string what) =>
        double.IsFinite(value) ? value : throw Refused(code, $"{what} is not a finite number.");

    public static double Positive(double value, string code, string what) => Above(value, 0, code, what);

    public static double Above(double value, double bound, string code, string what) =>
        double.IsFinite(value) && value > bound ? value : throw Refused(code, FormattableString.Invariant($"{what} must be above {bound}, not {value}."));

    public static double NotNegative(double value, string code, string what) =>
        double.IsFinite(value) && value >= 0 ? value : throw Refused(code, FormattableString.Invariant($"{what} must be 0 or more, not {value}."));

    /// <summary>A share in [0, 1].</summary>
    public static double Share(double value, string code, string what) =>
        value is >= 0 and <= 1 ? value : throw Refused(code, FormattableString.Invariant($"{what} must lie between 0 and 1, not {value}."));

    /// <summary>A level, power or probability strictly between 0 and 1.</summary>
    public static double Level(double value, string what = "A level") =>
        value is > 0 and < 1 ? value : throw Refused("level", FormattableString.Invariant($"{what} must lie strictly between 0 and 1, not {value}."));

    public static double IntraclassCorrelation(double value) =>
        value is >= 0 and < 1
            ? value
            : throw Refused("intraclass-correlation", FormattableString.Invariant($"An intraclass correlation must be 0 or more and below 1, not {value}."));

    public static NotComputableException Refused(string code, string message) => new(new InvalidInput(code, message));

    public static NotComputableException NotConverged(string quantity, int iterations) => new(new NotConverged(quantity, iterations));
}
