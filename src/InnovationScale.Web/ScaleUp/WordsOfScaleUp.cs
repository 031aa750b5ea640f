namespace InnovationScale;

/// <summary>The English of committees and their reviews.</summary>
public sealed partial class Words
{
    private static Dictionary<string, string> EnglishOfScaleUp => new(StringComparer.Ordinal)
    {
        ["review-state.declared"] = "Ties declared",
        ["review-state.tabled"] = "On the agenda",
        ["review-state.returned"] = "Sent back",
        ["review-state.conditions-open"] = "Decided, conditions open",
    };
}
