using Microsoft.AspNetCore.Html;

namespace InnovationScale.Charts;

/// <summary>From … to, on the scale of the plot.</summary>
public readonly record struct Span(double Low, double High);

/// <summary>What part a row plays. Each has its own shape and its own words.</summary>
public enum ForestPart
{
    /// <summary>Counts in the pool: a filled square, its area the weight.</summary>
    Pooled,

    /// <summary>Counts in the pool, but comes from a study outside the programme: an open square.</summary>
    Elsewhere,

    /// <summary>Some of the pupils of a row above, who count there: an open square.</summary>
    Within,

    /// <summary>Shown and not counted: an open circle with a broken line.</summary>
    NotPooled,
}

/// <summary>One trial or site.</summary>
/// <param name="Effect">Null when there is no number to show, only the words of <paramref name="Note"/>.</param>
/// <param name="Weight">Its share of the pool, 0 to 1; null when it has none.</param>
/// <param name="Note">Said beside the label, such as “one group only”.</param>
public sealed record ForestRow(string Label, double? Effect, Span? Interval, double? Weight = null, ForestPart Part = ForestPart.Pooled, string? Note = null);

/// <summary>What several rows show together.</summary>
/// <param name="Prediction">Where the next one may lie; null when there are too few to say.</param>
public sealed record ForestPool(string Label, double Effect, Span Interval, Span? Prediction = null);

/// <summary>Rows that share a level of a registered context, with what they show together.</summary>
/// <param name="Heading">Null for rows without a heading.</param>
public sealed record ForestGroup(string? Heading, IReadOnlyList<ForestRow> Rows, ForestPool? Pool = null);

/// <summary>
/// Effects with their intervals, one row each, and the pool beneath them (Lewis and Clarke 2001, BMJ 322:1479). Labels stand above
/// their rows, so that the plot is readable on a phone; with many rows they move beside and shorten, and the table under the plot has them whole.
/// </summary>
/// <param name="Below">What a value below zero means, in words; said at the start of the axis.</param>
/// <param name="Above">What a value above zero means.</param>
public sealed record ForestPlot(string Title, string Description, string Below, string Above, IReadOnlyList<ForestGroup> Groups, ForestPool? Pool)
{
    private const int ManyRows = 30;

    private const int LabelMax = 12;

    /// <summary>What fits beside nothing else on a screen of 320 pixels.</summary>
    private const int LineMax = 34;

    private const double LineHeight = 18;

    private const int TicksMax = 7;

    private IEnumerable<ForestRow> Rows => Groups.SelectMany(group => group.Rows);

    private IEnumerable<ForestPool> Pools => Groups.Select(group => group.Pool).Append(Pool).OfType<ForestPool>();

    private bool Dense => Rows.Count() > ManyRows;

    /// <param name="id">Unique on its page.</param>
    public HtmlString Draw(string id, Words words)
    {
        var height = Groups.Sum(group => HeightOf(group.Heading) + group.Rows.Sum(row => HeightOf(row, words)) + HeightOf(group.Pool)) + HeightOf(Pool) + 64;
        var svg = new Svg(id, "forest", height, Title, Description);
        var scale = ScaleOfAll();
        var axis = height - 50;
        foreach (var tick in scale.Ticks) svg.Line(scale[tick], 0, scale[tick], axis, tick is 0 ? "zero" : "tick");

        var y = 0.0;
        foreach (var group in Groups)
        {
            if (group.Heading is not null)
            {
                Say(svg, y + 22, group.Heading, "strong");
                y += HeightOf(group.Heading);
            }

            foreach (var row in group.Rows)
            {
                Draw(svg, scale, words, row, y);
                y += HeightOf(row, words);
            }

            y = Draw(svg, scale, words, group.Pool, y, "pooled part");
        }

        if (Pool is not null) svg.Line(0, y, 100, y, "axis");
        Draw(svg, scale, words, Pool, y, "pooled");

        svg.Line(scale[scale.From], axis, scale[scale.To], axis, "axis");
        foreach (var tick in Labelled(scale)) svg.Say(scale[tick], axis + 18, words.Number(tick, scale.Decimals), AnchorAt(scale[tick]), "small");
        svg.Say(0, axis + 40, $"← {Below}", @class: "small toward");
        svg.Say(100, axis + 40, $"{Above} →", "end", "small toward");
        return svg.Done();
    }

    private void Draw(Svg svg, Scale scale, Words words, ForestRow row, double top)
    {
        if (Dense)
        {
            svg.Say(0, top + 14, row.Label.Length > LabelMax ? $"{row.Label[..(LabelMax - 1)]}…" : row.Label, @class: "small");
        }
        else
        {
            Say(svg, top + 16, LabelOf(row, words));
            if (row is { Effect: { } shown, Interval: { } around }) svg.Say(100, top + 16, NumbersOf(words, shown, around, row.Weight), "end", "wide");
        }

        if (row is not { Effect: { } effect, Interval: { } interval }) return;

        var y = Dense ? top + 10 : top + HeightOf(row, words) - 14;
        Whisker(svg, scale, interval, y, row.Part is ForestPart.NotPooled ? "whisker ahead" : "whisker");
        var side = Dense ? 7 : 6 + (10 * Math.Sqrt(Math.Clamp(row.Weight ?? 0, 0, 1)));
        var x = scale[Math.Clamp(effect, scale.From, scale.To)];
        if (row.Part is ForestPart.NotPooled) svg.Dot(x, y, 4.5, "apart");
        else svg.Square(x, y, side, row.Part switch { ForestPart.Elsewhere => "elsewhere", ForestPart.Within => "apart", _ => "study" });
    }

    private static double Draw(Svg svg, Scale scale, Words words, ForestPool? pool, double top, string @class)
    {
        if (pool is null) return top;

        svg.Say(0, top + 20, pool.Label, @class: "strong");
        svg.Say(100, top + 20, NumbersOf(words, pool.Effect, pool.Interval, null), "end", "wide strong");
        svg.Diamond(scale[pool.Interval.Low], scale[pool.Effect], scale[pool.Interval.High], top + 36, 8, @class);
        if (pool.Prediction is not { } prediction) return top + HeightOf(pool);

        svg.Say(0, top + 66, words["chart.prediction"]);
        svg.Say(100, top + 66, words["chart.range", ("low", words.Number(prediction.Low, 2)), ("high", words.Number(prediction.High, 2))], "end", "wide");
        Whisker(svg, scale, prediction, top + 80, "predicted");
        return top + HeightOf(pool);
    }

    /// <summary>Every tick, or where they are many every other one, so that the numbers keep apart on a phone; zero is among them.</summary>
    private static IEnumerable<double> Labelled(Scale scale) =>
        scale.Ticks.Count() <= TicksMax ? scale.Ticks : scale.Ticks.Where(tick => Math.Round(tick / scale.Step) % 2 == 0);

    /// <summary>A line with end marks; an arrowhead instead of a mark where the interval leaves the picture.</summary>
    private static void Whisker(Svg svg, Scale scale, Span interval, double y, string @class)
    {
        var (low, high) = (Math.Max(interval.Low, scale.From), Math.Min(interval.High, scale.To));
        svg.Line(scale[low], y, scale[high], y, @class);
        var edge = 1e-6 * scale.Step;
        if (low > interval.Low + edge) svg.Say(scale[low], y + 5, "◀", "middle");
        else svg.Line(scale[low], y - 4, scale[low], y + 4, "axis");
        if (high < interval.High - edge) svg.Say(scale[high], y + 5, "▶", "middle");
        else svg.Line(scale[high], y - 4, scale[high], y + 4, "axis");
    }

    /// <summary>
    /// Shows every effect, pool and prediction whole. A single row's interval may be cut, so that one small trial does not press all
    /// others into the middle: beyond three times the usual reach, or where it is not pooled, it ends in an arrowhead.
    /// </summary>
    private Scale ScaleOfAll()
    {
        var reaches = Rows.Where(row => row.Interval is not null).Select(row => row.Interval!.Value.High - row.Interval.Value.Low).Order().ToArray();
        var usual = reaches is [] ? 0 : reaches[reaches.Length / 2];
        var rows = Rows.Where(row => row is { Effect: not null, Interval: not null })
            .SelectMany(row => row.Part is ForestPart.NotPooled ? (double[])[row.Effect!.Value] : [Math.Max(row.Interval!.Value.Low, row.Effect!.Value - (1.5 * usual)), Math.Min(row.Interval.Value.High, row.Effect.Value + (1.5 * usual))]);
        var pools = Pools.SelectMany(pool => (double[])[pool.Interval.Low, pool.Interval.High, .. pool.Prediction is { } prediction ? [prediction.Low, prediction.High] : (double[])[]]);
        var all = rows.Concat(pools).Append(0).ToArray();
        return new Scale(all.Min(), all.Max(), Dense ? 30 : 2, 98, 6);
    }

    private static void Say(Svg svg, double y, string said, string? @class = null)
    {
        foreach (var line in Lines(said))
        {
            svg.Say(0, y, line, @class: @class);
            y += LineHeight;
        }
    }

    /// <summary>Broken between words: a picture's text does not wrap by itself.</summary>
    private static List<string> Lines(string said)
    {
        var lines = new List<string> { "" };
        foreach (var word in said.Split(' '))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + word.Length >= LineMax) lines.Add(word);
            else lines[^1] = lines[^1].Length > 0 ? $"{lines[^1]} {word}" : word;
        }

        return lines;
    }

    private static string LabelOf(ForestRow row, Words words) => (row.Part, row.Note) switch
    {
        (ForestPart.Elsewhere, null) => $"{row.Label}, {words["chart.from-elsewhere"]}",
        (ForestPart.Elsewhere, { } note) => $"{row.Label}, {words["chart.from-elsewhere"]}, {note}",
        (_, { } note) => $"{row.Label}, {note}",
        _ => row.Label,
    };

    private static string NumbersOf(Words words, double effect, Span interval, double? weight)
    {
        var range = words["chart.range", ("low", words.Number(interval.Low, 2)), ("high", words.Number(interval.High, 2))];
        // The sign of a number would else decide that a line of numbers runs from left to right.
        var mark = words.Dir is "rtl" ? "\u200F" : "";
        return weight is { } share ? $"{mark}{words.Number(effect, 2)} ({range}), {words.Number(share * 100, 0)}%" : $"{mark}{words.Number(effect, 2)} ({range})";
    }

    private static string AnchorAt(double x) => x < 4 ? "start" : x > 96 ? "end" : "middle";

    private static double HeightOf(string? heading) => heading is null ? 0 : 34 + (LineHeight * (Lines(heading).Count - 1));

    private double HeightOf(ForestRow row, Words words) => Dense ? 20 : (row.Effect is null ? 28 : 44) + (LineHeight * (Lines(LabelOf(row, words)).Count - 1));

    private static double HeightOf(ForestPool? pool) => pool is null ? 0 : pool.Prediction is null ? 56 : 98;
}
