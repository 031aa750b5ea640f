namespace InnovationScale.Statistics;

/// <summary>Rounding as people do it on paper: by the decimal digits of a number, halves up.</summary>
internal static class Rounded
{
    // A decimal made from a double keeps the 15 digits that were meant: 0.285 is 0.285, not 0.28499999999999998.
    public static decimal HalfUp(double value, int places) => decimal.Round((decimal)value, places, MidpointRounding.AwayFromZero);
}
