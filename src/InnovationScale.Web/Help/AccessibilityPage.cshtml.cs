namespace InnovationScale.Help;

/// <summary>What was done so that everybody can use the pages, and what nobody has tried yet.</summary>
public sealed class AccessibilityPage : AppPage
{
    public IReadOnlyList<string> Tested { get; } =
    [
        Words.Key("Every page is checked by the program axe at every change, on a wide screen and on one of 320 pixels: no mistake that it can find is left."),
        Words.Key("Everything works without JavaScript: there is none."),
        Words.Key("No page scrolls sideways on a screen of 320 pixels."),
        Words.Key("Pages in Arabic run from right to left."),
        Words.Key("Colour never says anything alone, and every chart has a sentence; most have a table with their numbers."),
    ];

    public IReadOnlyList<string> NotTested { get; } =
    [
        Words.Key("No person who uses a screen reader has tried these pages yet."),
        Words.Key("Nobody has gone through every page with the keyboard alone. All controls are the browser’s own."),
        Words.Key("Nobody has tried them with speech input, with a switch, or with a screen magnifier."),
        Words.Key("The French and Arabic sentences have not been read by teachers yet."),
    ];
}
