using System.Text;

namespace InnovationScale.People;

public class AFileOfSchools
{
    private static string Thirty => "name,country,locality\n" + string.Concat(Enumerable.Range(1, 30).Select(n => $"\"School {n}, North\",{(n % 2 == 0 ? "KE" : "Kenya")},{(n % 3 == 0 ? "unknown" : "rural")}\n"));

    [Fact]
    public async Task Gives_thirty_schools_with_what_is_known_of_them()
    {
        var file = await Read(Thirty);
        Assert.True(file.Accepted);
        Assert.Equal(30, file.Schools.Length);
        Assert.All(file.Schools, school => Assert.Equal("KE", school.Country));
        Assert.Equal(("School 3, North", null as string), (file.Schools[2].Name, file.Schools[2].Answers["locality"].Value));
        Assert.Equal("rural", file.Schools[0].Answers["locality"].Value);
        Assert.Equal(64, file.Sha256!.Length);
    }

    [Theory]
    [InlineData("name;country\nA;KE\n")]
    [InlineData("\uFEFFSchool name\tCountry code\nA\tke\n")]
    [InlineData("Country,School\r\nKE,A\r\n\r\n")]
    public async Task Is_read_as_spreadsheets_write_it(string text) => Assert.Equal(("A", "KE"), (await Read(text)).Schools is [var only] ? (only.Name, only.Country) : default);

    [Theory]
    [InlineData("", 1, null, "file-empty")]
    [InlineData("name,country\n", 1, null, "no-rows")]
    [InlineData("name\nA\n", 1, "country", "column-missing")]
    [InlineData("name,country,e-mail of the head\nA,KE,x@y.org\n", 1, "e-mail of the head", "column-unknown")]
    [InlineData("name,country,name\nA,KE,B\n", 1, "name", "column-twice")]
    [InlineData("name,country\nA,KE\n,KE\n", 3, "name", "school-name-missing")]
    [InlineData("name,country\nA,Atlantis\n", 2, "country", "country-impossible")]
    [InlineData("name,country\nA,\n", 2, "country", "country-impossible")]
    [InlineData("name,country,locality\nA,KE,moon\n", 2, "locality", "context-answer-impossible")]
    [InlineData("name,country,home-language-match\nA,KE,101\n", 2, "home-language-match", "context-answer-impossible")]
    [InlineData("name,country\nA,KE\nB,KE\nA,Kenya\n", 4, "name", "school-twice")]
    [InlineData("name,country\nA,KE,more\n", 2, null, "cells-do-not-match")]
    [InlineData("name,country\n=cmd|x,KE\n", 2, "name", "formula-like")]
    [InlineData("name,country\n＝1+1,KE\n", 2, "name", "formula-like")]
    [InlineData("name,country\nA\u202Eb,KE\n", 2, "name", "hidden-character")]
    [InlineData("name,country\nA\0b,KE\n", 2, null, "nul-byte")]
    [InlineData("name,country\n\"A,KE\n", 2, null, "quote-not-closed")]
    [InlineData("PK\u0003\u0004", 1, null, "workbook-damaged")]
    public async Task Is_refused_with_row_column_and_reason_and_nothing_of_it_is_taken(string text, int row, string? column, string code)
    {
        var file = await Read(text);
        var error = Assert.Single(file.Errors);
        Assert.Equal((row, column, code), (error.Row, error.Column, error.Code));
        Assert.False(file.Accepted);
        Assert.Empty(file.Schools);
        Assert.NotEmpty(error.Fix);
    }

    [Fact]
    public async Task Ends_somewhere()
    {
        Assert.Equal("too-many-rows", Assert.Single((await Read("name,country\n" + string.Concat(Enumerable.Range(0, 1_001).Select(n => $"A{n},KE\n")))).Errors).Code);
        Assert.Equal("cell-too-long", Assert.Single((await Read("name,country\n" + new string('a', 1_500) + ",KE\n")).Errors).Code);
        Assert.Equal("row-too-long", Assert.Single((await Read("name,country\n" + string.Join(',', Enumerable.Repeat(new string('a', 900), 40)) + "\n")).Errors).Code);
        Assert.Equal("file-too-large", Assert.Single((await Read("name,country\n" + string.Concat(Enumerable.Repeat(new string(' ', 900) + "," + new string(' ', 900) + "\n", 900)))).Errors).Code);
    }

    [Fact]
    public async Task Tells_every_mistake_at_once()
    {
        var file = await Read("name,country,locality\n,Atlantis,moon\nB,KE,moon\nC,KE,rural\n");
        Assert.Equal([(2, "name"), (2, "country"), (2, "locality"), (3, "locality")], file.Errors.Select(error => (error.Row, error.Column!)));
        Assert.Equal(4, file.ErrorCount);
    }

    private static async Task<SchoolsFile> Read(string text) => await SchoolsFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), CancellationToken.None);
}
