using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Html;

namespace InnovationScale.Charts;

/// <summary>
/// A picture under construction: elements with numbers to a tenth of a pixel and text escaped, so that the same numbers always give
/// the same bytes. Colours come from the style sheet by class; shapes and words say everything that colour says.
/// </summary>
internal sealed class Svg
{
    private readonly StringBuilder text = new();

    /// <param name="id">Unique on its page: ties title and description to the picture.</param>
    public Svg(string id, string kind, double width, double height, string title, string description) => text.Append(CultureInfo.InvariantCulture,
        $"""<svg class="{kind}" viewBox="0 0 {N(width)} {N(height)}" role="img" aria-labelledby="{E(id)}-t {E(id)}-d"><title id="{E(id)}-t">{E(title)}</title><desc id="{E(id)}-d">{E(description)}</desc>""");

    public void Line(double x1, double y1, double x2, double y2, string @class) =>
        text.Append(CultureInfo.InvariantCulture, $"""<line class="{@class}" x1="{N(x1)}" y1="{N(y1)}" x2="{N(x2)}" y2="{N(y2)}"/>""");

    public void Box(double x, double y, double width, double height, string @class) =>
        text.Append(CultureInfo.InvariantCulture, $"""<rect class="{@class}" x="{N(x)}" y="{N(y)}" width="{N(width)}" height="{N(height)}"/>""");

    public void Dot(double x, double y, double radius, string @class) =>
        text.Append(CultureInfo.InvariantCulture, $"""<circle class="{@class}" cx="{N(x)}" cy="{N(y)}" r="{N(radius)}"/>""");

    /// <summary>A closed shape.</summary>
    public void Shape(string @class, params ReadOnlySpan<(double X, double Y)> corners) =>
        text.Append(CultureInfo.InvariantCulture, $"""<path class="{@class}" d="{Path(corners)}z"/>""");

    public void Curve(string @class, params ReadOnlySpan<(double X, double Y)> points) =>
        text.Append(CultureInfo.InvariantCulture, $"""<path class="{@class}" d="{Path(points)}"/>""");

    /// <summary>Words at a point; <paramref name="anchor"/> is start, middle or end.</summary>
    public void Say(double x, double y, string words, string anchor = "start", string? @class = null) => text.Append(CultureInfo.InvariantCulture,
        $"""<text x="{N(x)}" y="{N(y)}"{(anchor is "start" ? "" : $" text-anchor=\"{anchor}\"")}{(@class is null ? "" : $" class=\"{@class}\"")}>{E(words)}</text>""");

    public HtmlString Done() => new(text.Append("</svg>").ToString());

    private static string Path(ReadOnlySpan<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        for (var at = 0; at < points.Length; at++) path.Append(at is 0 ? 'M' : 'L').Append(N(points[at].X)).Append(' ').Append(N(points[at].Y));
        return path.ToString();
    }

    private static string N(double value) => (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    private static string E(string words) => WebUtility.HtmlEncode(words);
}

/// <summary>Maps numbers to pixels, with round ticks inside its range.</summary>
internal sealed class Scale
{
    private readonly double from, to, start, end;

    /// <param name="from">The least value shown; the range is widened to whole ticks.</param>
    /// <param name="ticks">About how many ticks there is room for.</param>
    public Scale(double from, double to, double start, double end, int ticks)
    {
        if (!double.IsFinite(from) || !double.IsFinite(to)) throw new ArgumentException($"A scale runs between finite numbers, not {from} and {to}.", nameof(from));
        if (to - from <= 1e-9 * Math.Max(1, Math.Abs(to))) (from, to) = (from - 1, to + 1);

        Step = RoundStep((to - from) / Math.Max(1, ticks));
        this.from = Math.Floor((from / Step) + 1e-9) * Step;
        this.to = Math.Ceiling((to / Step) - 1e-9) * Step;
        (this.start, this.end) = (start, end);
    }

    public double Step { get; }

    /// <summary>How many decimals tell one tick from the next.</summary>
    public int Decimals => Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 6);

    public double this[double value] => start + ((value - from) / (to - from) * (end - start));

    public double From => from;

    public double To => to;

    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((to - from) / Step) + 1).Select(at => from + (at * Step));

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double RoundStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
