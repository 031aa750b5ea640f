using System.Collections.Immutable;

namespace InnovationScale.Enquiry;

/// <summary>
/// How well a team knows what will happen: what it predicted before it saw anything, against what came. “Partly as predicted” counts half; where nobody could
/// tell, nothing is counted.
/// </summary>
/// <param name="Predictions">Those that could be told.</param>
/// <param name="Expected">Mean chance in a hundred that the team gave its predictions.</param>
/// <param name="Came">How many in a hundred came as predicted.</param>
/// <param name="Score">Mean squared distance of chance and outcome, 0 to 1 (Brier 1950): 0 knew everything, 0.25 is a coin.</param>
public sealed record Calibration(int Predictions, double Expected, double Came, double Score)
{
    /// <summary>Fewer say nothing about a team.</summary>
    public const int FewestTold = 3;

    /// <summary>Null while no prediction could be told.</summary>
    public static Calibration? Of(IEnumerable<Cycle> cycles)
    {
        ImmutableArray<(double Chance, double Came)> told =
        [
            .. from cycle in cycles
               where cycle.Stage is CycleStage.Acting or CycleStage.Closed
               let came = cycle.Result switch { PredictionResult.AsPredicted => 1.0, PredictionResult.PartlyAsPredicted => 0.5, PredictionResult.NotAsPredicted => 0.0, _ => (double?)null }
               where cycle.Plan.Prediction is not null && came is not null
               select (cycle.Plan.Prediction!.Percent / 100.0, came.Value),
        ];
        return told.IsEmpty ? null : new(told.Length, 100 * told.Average(one => one.Chance), 100 * told.Average(one => one.Came), told.Average(one => (one.Chance - one.Came) * (one.Chance - one.Came)));
    }
}
