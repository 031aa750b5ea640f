using System.Globalization;
using System.Xml.Linq;
using InnovationScale.Charts;

namespace InnovationScale.Tests.Charts;

/// <summary>Charts stand as files beside this test and are compared byte for byte: look at a changed one before keeping it.</summary>
public class KeptCharts
{
    public static TheoryData<string, string> Drawn => new()
    {
        { "forest-grouped", Samples.TalkFirst.Draw("chart", Words.English).Value! },
        { "forest-many", Samples.Many.Draw("chart", Words.English).Value! },
        { "run-with-shift", Samples.ExitCards.Draw("chart", Words.English, decimals: 0).Value! },
        { "spark-with-gap", new Sparkline("60 to 78", [60, 64, 59, null, 71, 78]).Draw().Value! },
    };

    [Theory]
    [MemberData(nameof(Drawn))]
    public void Are_drawn_as_they_were(string name, string svg)
    {
        var kept = Path.Combine(Folder(), $"{name}.svg");
        if (!File.Exists(kept) || File.ReadAllText(kept) != svg)
        {
            var drawn = Path.ChangeExtension(kept, ".drawn.svg");
            File.WriteAllText(drawn, svg);
            Assert.Fail($"{name} is drawn differently. Look at {drawn}; if it is right, rename it to {Path.GetFileName(kept)}.");
        }
    }

    [Theory]
    [MemberData(nameof(Drawn))]
    public void Are_well_formed_and_name_themselves(string name, string svg)
    {
        var picture = XElement.Parse(svg);
        Assert.Equal("img", picture.Attribute("role")?.Value);
        Assert.True(picture.Attribute("aria-label") is not null || picture.Elements().Any(child => child.Name.LocalName is "title"), name);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_the_same_bytes_whatever_the_culture_of_the_machine()
    {
        var here = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
            Assert.Equal(File.ReadAllText(Path.Combine(Folder(), "forest-grouped.svg")), Samples.TalkFirst.Draw("chart", Words.English).Value);
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
        }
    }

    private static string Folder() => Path.Combine(Project.Root, "tests", "InnovationScale.Tests", "Charts");
}

public class AForestPlot
{
    [Fact]
    public void Escapes_what_people_wrote()
    {
        var svg = Plot(new ForestRow("<script>\"&'", .1, new(0, .2), 1)).Draw("x", Words.English).Value!;
        Assert.DoesNotContain("<script>", svg, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_in_words_and_by_shape_what_comes_from_elsewhere_and_what_is_not_pooled()
    {
        var svg = Plot(new("A", .1, new(0, .2), .5, ForestPart.Elsewhere), new("B", .1, new(0, .2), null, ForestPart.NotPooled, "one group only")).Draw("x", Words.English).Value!;
        Assert.Contains("A, from elsewhere", svg, StringComparison.Ordinal);
        Assert.Contains("B, one group only", svg, StringComparison.Ordinal);
        Assert.Contains("class=\"elsewhere\"", svg, StringComparison.Ordinal);
        Assert.Contains("class=\"apart\"", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_a_row_without_a_number_by_its_words_alone()
    {
        var svg = Plot(new ForestRow("C", null, null, Part: ForestPart.NotPooled, Note: "abandoned")).Draw("x", Words.English).Value!;
        Assert.Contains("C, abandoned", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("<circle", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_one_wild_interval_and_shows_that_it_goes_on()
    {
        var svg = Plot(new("A", .1, new(0, .2), .5), new("B", .1, new(0, .2), .5), new("C", 0, new(-50, 50), .01)).Draw("x", Words.English).Value!;
        Assert.Contains("◀", svg, StringComparison.Ordinal);
        Assert.Contains("▶", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_no_number() =>
        Assert.Throws<ArgumentException>(() => Plot(new ForestRow("A", double.NaN, new(double.NaN, double.NaN), 1)).Draw("x", Words.English));

    private static ForestPlot Plot(params ForestRow[] rows) => new("t", "d", "below", "above", [new(null, rows)], null);
}

public class ARunChart
{
    [Fact]
    public void Leaves_a_gap_where_nothing_was_measured()
    {
        var svg = new RunChart("t", "d", [new("1", 3), new("2", null), new("3", 5)], 4, 0, []).Draw("x", Words.English).Value!;
        Assert.DoesNotContain("class=\"series\"", svg, StringComparison.Ordinal);
        Assert.Contains("not measured", svg, StringComparison.Ordinal);
        Assert.Equal(2, svg.Split("class=\"point\"").Length - 1);
    }

    [Fact]
    public void Carries_a_fixed_baseline_on_as_a_broken_line()
    {
        var points = Enumerable.Range(1, 12).Select(at => new RunPoint($"{at}", at)).ToArray();
        Assert.Contains("median ahead", new RunChart("t", "d", points, 4, 6, []).Draw("x", Words.English).Value!, StringComparison.Ordinal);
        Assert.DoesNotContain("median ahead", new RunChart("t", "d", points, 4, 0, []).Draw("x", Words.English).Value!, StringComparison.Ordinal);
    }

    [Fact]
    public void Rings_exactly_the_points_of_a_shift()
    {
        var points = Enumerable.Range(1, 12).Select(at => new RunPoint($"{at}", at)).ToArray();
        var svg = new RunChart("t", "d", points, 4, 0, [new(5, 11)]).Draw("x", Words.English).Value!;
        Assert.Equal(7, svg.Split("class=\"signal\"").Length - 1);
    }

    [Fact]
    public void Stands_for_one_point_alone() => Assert.Contains("class=\"point\"", new RunChart("t", "d", [new("1", 3)], 3, 0, []).Draw("x", Words.English).Value!, StringComparison.Ordinal);
}
