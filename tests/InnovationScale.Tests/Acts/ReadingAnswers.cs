using InnovationScale.Acts;
using InnovationScale.Components;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Http;

namespace InnovationScale;

public class ReadingAnswers
{
    [Theory]
    [InlineData("12", 12)]
    [InlineData("-0.5", -0.5)]
    [InlineData("0,5", 0.5)]
    [InlineData("0,125", 0.125)]
    [InlineData("12,25", 12.25)]
    public void Takes_a_number_with_point_or_comma(string typed, double number) => Assert.Equal(number, Read(Asks.Number, typed).Answers.Number("asked"));

    [Theory]
    [InlineData(Asks.Number, "1,200")]
    [InlineData(Asks.Number, "1.200,5")]
    [InlineData(Asks.Number, "about ten")]
    [InlineData(Asks.Number, "NaN")]
    [InlineData(Asks.Whole, "2.5")]
    [InlineData(Asks.Whole, "-1")]
    [InlineData(Asks.Day, "21.11.2026")]
    [InlineData(Asks.Line, "   ")]
    [InlineData(Asks.One, "somebody else's answer")]
    public void Asks_again_what_cannot_be_right(Asks kind, string typed) => Assert.Equal("asked", Read(kind, typed).Mistaken);

    [Fact]
    public void Leaves_what_is_optional_open() => Assert.Null(Read(Asks.Day, "", optional: true).Answers.Day("asked"));

    [Fact]
    public void Parts_lines() => Assert.Equal("one|two", string.Join('|', Read(Asks.Lines, "one\r\n\r\n  two ").Answers.All("asked")));

    private static (Answers Answers, string? Mistaken) Read(Asks kind, string typed, bool optional = false)
    {
        string? mistaken = null;
        var question = new Question("asked", kind) { Optional = optional, Options = kind is Asks.One ? [new Choice("yes", "Yes")] : [] };
        var answers = Answers.Read(new FormCollection(new() { ["asked"] = typed }), new("test", typeof(StartRecruiting), (_, _) => throw new NotSupportedException(), [question]), Words.English, (name, _) => mistaken = name);
        return (answers, mistaken);
    }
}
