using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Html;

namespace InnovationScale.Charts;

/// <summary>
/// A picture under construction. Across, positions are percent of its width, so that it fits any screen while its text keeps its size;
/// down, they are pixels. Numbers are rounded and text is escaped: the same numbers always give the same bytes. Colours come from the
/// style sheet by class; shapes and words say everything that colour says.
/// </summary>
internal sealed class Svg
{
    private readonly StringBuilder text = new();

    /// <param name="id">Unique on its page: ties title and description to the picture.</param>
    public Svg(string id, string kind, double height, string title, string description) => Write(
        $"""<svg class="{kind}" width="100%" height="{N(height)}" role="img" aria-labelledby="{E(id)}-t {E(id)}-d"><title id="{E(id)}-t">{E(title)}</title><desc id="{E(id)}-d">{E(description)}</desc>""");

    public void Line(double x1, double y1, double x2, double y2, string @class) =>
        Write($"""<line class="{@class}" x1="{N(x1)}%" y1="{N(y1)}" x2="{N(x2)}%" y2="{N(y2)}"/>""");

    /// <summary>A band: <paramref name="width"/> in percent.</summary>
    public void Band(double x, double y, double width, double height, string @class) =>
        Write($"""<rect class="{@class}" x="{N(x)}%" y="{N(y)}" width="{N(width)}%" height="{N(height)}"/>""");

    /// <summary>A square around a point: <paramref name="side"/> in pixels.</summary>
    public void Square(double x, double y, double side, string @class) =>
        Write($"""<rect class="{@class}" x="{N(x)}%" y="{N(y - (side / 2))}" width="{N(side)}" height="{N(side)}" transform="translate({N(-side / 2)})"/>""");

    public void Dot(double x, double y, double radius, string @class) =>
        Write($"""<circle class="{@class}" cx="{N(x)}%" cy="{N(y)}" r="{N(radius)}"/>""");

    /// <summary>The diamond of a pool: an interval with its middle. A path takes no percent, so it stands in a picture of its own.</summary>
    public void Diamond(double low, double middle, double high, double y, double half, string @class)
    {
        var width = Math.Max(high - low, 0.4);
        Write($"""<svg x="{N(low)}%" y="{N(y - half)}" width="{N(width)}%" height="{N(2 * half)}" viewBox="0 0 100 10" preserveAspectRatio="none" overflow="visible">""");
        Write($"""<path class="{@class}" d="M0 5L{N((middle - low) / width * 100)} 0L100 5L{N((middle - low) / width * 100)} 10z"/></svg>""");
    }

    /// <summary>Words at a point; <paramref name="anchor"/> is start, middle or end.</summary>
    public void Say(double x, double y, string words, string anchor = "start", string? @class = null) =>
        Write($"""<text x="{N(x)}%" y="{N(y)}"{(anchor is "start" ? "" : $" text-anchor=\"{anchor}\"")}{(@class is null ? "" : $" class=\"{@class}\"")}>{E(words)}</text>""");

    public HtmlString Done() => new(text.Append("</svg>").ToString());

    internal static string N(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    internal static string E(string words) => WebUtility.HtmlEncode(words);

    private void Write(string element) => text.Append(element);
}

/// <summary>Maps numbers to positions, with round ticks inside its range.</summary>
internal sealed class Scale
{
    private readonly double start, end;

    /// <param name="from">The least value shown; the range is widened to whole ticks.</param>
    /// <param name="to">The greatest value shown.</param>
    /// <param name="start">The position of the least value.</param>
    /// <param name="end">The position of the greatest.</param>
    /// <param name="ticks">About how many ticks there is room for.</param>
    public Scale(double from, double to, double start, double end, int ticks)
    {
        if (!double.IsFinite(from) || !double.IsFinite(to)) throw new ArgumentException($"A scale runs between finite numbers, not {from} and {to}.", nameof(from));

        if (to - from <= 1e-9 * Math.Max(1, Math.Abs(to))) (from, to) = (from - 1, to + 1);
        Step = RoundStep((to - from) / ticks);
        From = Math.Floor((from / Step) + 1e-9) * Step;
        To = Math.Ceiling((to / Step) - 1e-9) * Step;
        (this.start, this.end) = (start, end);
    }

    public double From { get; }

    public double To { get; }

    public double Step { get; }

    /// <summary>How many decimals tell one tick from the next.</summary>
    public int Decimals => Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 6);

    public double this[double value] => start + ((value - From) / (To - From) * (end - start));

    /// <summary>Every tick; the one at zero is exactly zero.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((To - From) / Step) + 1).Select(at => (Math.Round(From / Step) + at) * Step);

    /// <summary>1, 2 or 5 times a power of ten, not below the rough step.</summary>
    private static double RoundStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1 + 1e-9 => power,
            <= 2 + 1e-9 => 2 * power,
            <= 5 + 1e-9 => 5 * power,
            _ => 10 * power,
        };
    }
}
