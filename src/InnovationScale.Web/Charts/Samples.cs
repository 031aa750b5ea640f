namespace InnovationScale.Charts;

/// <summary>The charts of the design page, also kept as files by the tests. Invented numbers.</summary>
public static class Samples
{
    public static ForestPlot TalkFirst { get; } = new(
        "Talk first: how big the difference is, by trial",
        "Eight trials. With home language 0.29, likely between 0.14 and 0.44; with another language -0.07, likely between -0.40 and 0.26. All together 0.16, likely between -0.03 and 0.34.",
        "did worse", "did better",
        [
            new("Taught in the home language",
            [
                Trial("Heron Bay, Kenya (the first)", .38, .13, .14), Trial("Lake Road, Kenya", .30, .13, .14), Trial("Casa del Colibrí, Colombia", .14, .12, .15),
                Trial("Monte Claro, Colombia", .44, .14, .13), Trial("Olive Hill, Jordan", .22, .13, .14),
            ], new("Home language, 5 trials", .29, new(.14, .44))),
            new("School language is not the home language",
            [
                Trial("Sand Street, Senegal", -.02, .12, .15), Trial("River Bend, Senegal", -.21, .12, .15, ForestPart.Elsewhere),
                Trial("Long Shade, Kenya, displaced pupils", .05, .14, .13), Trial("Old Mill, Kenya", .9, .6, null, ForestPart.NotPooled, "no comparison"),
                new("Cedar Court, Jordan", null, null, Part: ForestPart.NotPooled, Note: "abandoned, no results"),
            ], new("Another language, 3 trials", -.07, new(-.40, .26))),
        ],
        new("All 8 trials", .16, new(-.03, .34), new(-.30, .62)));

    public static RunChart ExitCards { get; } = new(
        "Pupils who can explain the answer, percent by week",
        "Sixteen weeks. The middle value of the first eight is 61; seven of the last eight lie above it, one week was not measured.",
        [
            new("5 September 2025", 60), new("12 September", 64), new("19 September", 58), new("26 September", 62), new("3 October", 61), new("10 October", 59), new("17 October", 63),
            new("24 October", 61), new("31 October", 66, "exit cards begin"), new("7 November", 68), new("14 November", null), new("21 November", 70), new("28 November", 74), new("5 December", 73),
            new("12 December", 77), new("19 December 2025", 78),
        ],
        61, 8, [new(8, 15)]);

    /// <summary>Forty schools around a small difference: the dense form.</summary>
    public static ForestPlot Many { get; } = new(
        "Forty schools", "Forty schools around 0.20.", "did worse", "did better",
        [new(null, [.. Enumerable.Range(1, 40).Select(at => Trial($"School {100 + at}", .2 + (.45 * Math.Sin(at * 2.4)), .12 + (.08 * (at % 4)), .025))])],
        new("All 40 schools", .20, new(.12, .28), new(-.31, .71)));

    private static ForestRow Trial(string label, double effect, double error, double? weight, ForestPart part = ForestPart.Pooled, string? note = null) =>
        new(label, effect, new(effect - (1.96 * error), effect + (1.96 * error)), weight, part, note);
}
