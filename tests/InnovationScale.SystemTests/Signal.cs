namespace InnovationScale;

/// <summary>Waits for something to be seen instead of for time to pass.</summary>
internal static class Signal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <param name="what">As a sentence, for the failure.</param>
    public static async Task Until(string what, Func<Task<bool>> seen)
    {
        using var enough = new CancellationTokenSource(Patience);
        while (!await seen())
        {
            Assert.False(enough.IsCancellationRequested, $"Not seen within {Patience}: {what}.");
            await Task.Delay(BetweenLooks);
        }
    }
}
