namespace InnovationScale.Enquiry;

public class WhatATeamExpected
{
    private static Cycle Told(Confidence sure, PredictionResult came) => new() { Stage = CycleStage.Closed, Plan = new("cards", Prediction: new(PredictedDirection.Up, sure)), Result = came };

    [Fact]
    public void Is_scored_against_what_came()
    {
        var known = Calibration.Of(
            [Told(Confidence.VerySure, PredictionResult.AsPredicted), Told(Confidence.FairlySure, PredictionResult.NotAsPredicted), Told(Confidence.Hunch, PredictionResult.PartlyAsPredicted), Told(Confidence.VerySure, PredictionResult.CannotTell)])!;

        Assert.Equal(3, known.Predictions);
        Assert.Equal((90 + 70 + 55) / 3.0, known.Expected, 1e-12);
        Assert.Equal(50, known.Came, 1e-12);
        Assert.Equal((0.1 * 0.1 + 0.7 * 0.7 + 0.05 * 0.05) / 3, known.Score, 1e-12);
    }

    [Fact]
    public void Is_not_scored_before_anything_came() => Assert.Null(Calibration.Of([new() { Stage = CycleStage.Doing, Plan = new("cards", Prediction: new(PredictedDirection.Up, Confidence.Hunch)) }, Told(Confidence.Hunch, PredictionResult.CannotTell)]));
}
