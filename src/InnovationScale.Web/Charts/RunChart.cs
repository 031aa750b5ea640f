using Microsoft.AspNetCore.Html;

namespace InnovationScale.Charts;

/// <summary>One turn of measuring. A missing value is a gap, never a zero.</summary>
/// <param name="Label">When, in words: “12 March”.</param>
/// <param name="Value">Null when nothing was measured.</param>
/// <param name="Note">What changed then, such as “pairs talk first”.</param>
public sealed record RunPoint(string Label, double? Value, string? Note = null);

/// <summary>Points from … to …, counted from 0 and both included, that are more than chance wobble.</summary>
public readonly record struct RunShift(int From, int To);

/// <summary>
/// Values in the order of time against their median, with what is more than chance wobble marked (Anhøj and Olesen 2014, PLoS ONE
/// 9:e113825). Where a baseline is fixed, its median goes on as a broken line.
/// </summary>
/// <param name="BaselineCount">How many points at the start set the median; 0 when all do.</param>
/// <param name="Shifts">Runs that the caller's rules found: the picture rings their points, the words around it say what they mean.</param>
public sealed record RunChart(string Title, string Description, IReadOnlyList<RunPoint> Points, double Median, int BaselineCount, IReadOnlyList<RunShift> Shifts)
{
    /// <summary>Between which values each point may wander by chance alone; empty where there are no such limits.</summary>
    public IReadOnlyList<(double Lower, double Upper)?> Limits { get; init; } = [];

    /// <summary>What the line in the middle is, where it is no median.</summary>
    public string? CentreSays { get; init; }

    private const double Height = 280, Top = 34, Bottom = 236, Start = 7, End = 97;

    /// <param name="id">Unique on its page.</param>
    /// <param name="decimals">Of the numbers in the picture.</param>
    public HtmlString Draw(string id, Words words, int decimals = 0)
    {
        var svg = new Svg(id, "run", Height, Title, Description);
        var values = Points.Select(point => point.Value).Concat(Limits.SelectMany(limit => (double?[])[limit?.Lower, limit?.Upper])).OfType<double>().Append(Median).ToArray();
        var scale = new Scale(values.Min(), values.Max(), Bottom, Top, 4);

        if (BaselineCount > 0)
        {
            svg.Band(0, Top - 14, X(BaselineCount - 1) + HalfStep, Bottom - Top + 14, "band");
            svg.Say(1, Top - 18, words["chart.baseline"], @class: "small");
        }

        foreach (var tick in scale.Ticks)
        {
            svg.Line(0, scale[tick], 100, scale[tick], "tick");
            svg.Say(0, scale[tick] - 4, words.Number(tick, Math.Max(decimals, scale.Decimals)), @class: "small");
        }

        var fixedTo = BaselineCount is 0 || BaselineCount == Points.Count ? 100 : X(BaselineCount - 1) + HalfStep;
        svg.Line(0, scale[Median], fixedTo, scale[Median], "median");
        if (fixedTo < 100) svg.Line(fixedTo, scale[Median], 100, scale[Median], "median ahead");

        foreach (var (at, limit) in Limits.Index())
        {
            if (limit is not var (lower, upper)) continue;
            foreach (var edge in (double[])[lower, upper]) svg.Line(Math.Max(0, X(at) - HalfStep), scale[edge], Math.Min(100, X(at) + HalfStep), scale[edge], "median ahead");
        }

        for (var at = 1; at < Points.Count; at++)
        {
            if (Points[at - 1].Value is { } before && Points[at].Value is { } now) svg.Line(X(at - 1), scale[before], X(at), scale[now], "series");
        }

        for (var at = 0; at < Points.Count; at++) Draw(svg, scale, words, at);

        // Last, on a pale edge of its own: the series may run where the words stand.
        svg.Say(100, scale[Median] - 6, CentreSays ?? words["chart.median", ("value", words.Number(Median, decimals))], "end", "small strong");

        svg.Line(0, Bottom, 100, Bottom, "axis");
        svg.Say(0, Bottom + 38, Points[0].Label, @class: "small");
        if (Points.Count > 1) svg.Say(100, Bottom + 38, Points[^1].Label, "end", "small");
        return svg.Done();
    }

    private double HalfStep => Points.Count < 2 ? 1 : (End - Start) / (Points.Count - 1) / 2;

    private void Draw(Svg svg, Scale scale, Words words, int at)
    {
        var point = Points[at];
        if (point.Note is { } note)
        {
            svg.Line(X(at), Top - 6, X(at), Bottom, "zero ahead");
            svg.Say(X(at) + 0.8, Top - 4, note, X(at) > 60 ? "end" : "start", "small");
        }

        if (point.Value is not { } value)
        {
            svg.Say(X(at), Bottom + 16, "×", "middle", "small");
            if (at is 0 || Points[at - 1].Value is not null) svg.Say(X(at), Bottom - 6, words["chart.missing"], "middle", "small wide");
            return;
        }

        svg.Line(X(at), Bottom, X(at), Bottom + 5, "axis");
        svg.Dot(X(at), scale[value], 4, "point");
        if (Shifts.Any(shift => at >= shift.From && at <= shift.To)) svg.Dot(X(at), scale[value], 8, "signal");
    }

    private double X(int at) => Points.Count < 2 ? 50 : Start + (at * (End - Start) / (Points.Count - 1));
}

/// <summary>A line of values small enough for a table's cell, with its last value marked. The numbers stand in words beside it.</summary>
public sealed record Sparkline(string Title, IReadOnlyList<double?> Values)
{
    private const double Width = 120, Height = 28, Edge = 4;

    public HtmlString Draw()
    {
        var shown = Values.OfType<double>().ToArray();
        var text = new System.Text.StringBuilder($"""<svg class="spark" viewBox="0 0 {Svg.N(Width)} {Svg.N(Height)}" role="img" aria-label="{Svg.E(Title)}">""");
        if (shown is not [])
        {
            var (low, high) = (shown.Min(), shown.Max());
            double X(int at) => Values.Count < 2 ? Width / 2 : Edge + (at * (Width - (2 * Edge)) / (Values.Count - 1));
            double Y(double value) => high - low < 1e-12 ? Height / 2 : Height - Edge - ((value - low) / (high - low) * (Height - (2 * Edge)));
            var path = new System.Text.StringBuilder();
            var last = 0;
            for (var at = 0; at < Values.Count; at++)
            {
                if (Values[at] is not { } value) continue;

                path.Append(at > 0 && Values[at - 1] is not null ? 'L' : 'M').Append(Svg.N(X(at))).Append(' ').Append(Svg.N(Y(value)));
                last = at;
            }

            text.Append($"""<path class="series" d="{path}"/><circle class="point" cx="{Svg.N(X(last))}" cy="{Svg.N(Y(Values[last]!.Value))}" r="3"/>""");
        }

        return new(text.Append("</svg>").ToString());
    }
}
