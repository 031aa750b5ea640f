using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Xunit.Abstractions;

namespace InnovationScale.Trials;

/// <summary>Schools keep their results in a spreadsheet. What it holds is read as the same table in text would be.</summary>
public class AWorkbook(ITestOutputHelper output)
{
    private const string Page = "xl/worksheets/sheet1.xml";

    private static Task<Reduction> Reduce(byte[] file, UploadPlan? plan = null) => UploadReduction.ReduceAsync(new MemoryStream(file), plan ?? HostileCsv.Plan);

    private static Task<Reduction> Reduce(string csv) => Reduce(Encoding.UTF8.GetBytes(csv));

    [Fact]
    public async Task Becomes_the_very_cells_of_the_same_table_in_text()
    {
        var (text, book) = (await Reduce(HostileCsv.Good("p24,1,c0,small,", "p25,2,c2,small,455.0")), await Reduce(HostileXlsx.Of(HostileCsv.Good("p24,1,c0,small,", "p25,2,c2,small,455.0"))));

        Assert.Empty(book.Errors);
        Assert.Equal(CellRows.Sha256(text.Cells), CellRows.Sha256(book.Cells));
        Assert.Equal((26, 26), (text.Rows, book.Rows));
        Assert.Equal(text.Headers.ToArray(), book.Headers.ToArray());
        Assert.Equal(JsonSerializer.Serialize(text.Mapping, StoredJson.Options), JsonSerializer.Serialize(book.Mapping, StoredJson.Options));
        Assert.NotEqual(text.FileSha256, book.FileSha256);
    }

    [Fact]
    public async Task Is_read_as_another_program_writes_it()
    {
        using var held = new MemoryStream();
        using (var book = SpreadsheetDocument.Create(held, SpreadsheetDocumentType.Workbook))
        {
            var part = book.AddWorkbookPart();
            var page = part.AddNewPart<WorksheetPart>();
            page.Worksheet = new(new SheetData(HostileCsv.Good().TrimEnd().Split('\n').Select(line => new Row(line.Split(',').Select(text => double.TryParse(text, out var number)
                ? new DocumentFormat.OpenXml.Spreadsheet.Cell { CellValue = new(number), DataType = CellValues.Number }
                : new DocumentFormat.OpenXml.Spreadsheet.Cell { InlineString = new(new Text(text)), DataType = CellValues.InlineString })))));
            part.Workbook = new(new Sheets(new Sheet { Id = part.GetIdOfPart(page), SheetId = 1, Name = "Results" }));
        }

        Assert.Equal(CellRows.Sha256((await Reduce(HostileCsv.Good())).Cells), CellRows.Sha256((await Reduce(held.ToArray())).Cells));
    }

    /// <summary>Some programs save every whole number with a decimal, or with an exponent.</summary>
    [Theory, InlineData("1.0"), InlineData("1E0"), InlineData("1.00000000000000000")]
    public async Task Names_by_numbers_as_people_see_them(string written)
    {
        var parts = HostileXlsx.Parts(HostileCsv.Good());
        parts[Page] = Regex.Replace(parts[Page], "(?<=r=\"B[0-9]+\"><v>)1(?=<)", written, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

        Assert.NotEqual(HostileXlsx.Parts(HostileCsv.Good())[Page], parts[Page]);
        Assert.Equal(CellRows.Sha256((await Reduce(HostileCsv.Good())).Cells), CellRows.Sha256((await Reduce(HostileXlsx.Zip(parts))).Cells));
    }

    [Fact]
    public async Task Is_not_read_where_it_is_hidden()
    {
        var parts = HostileXlsx.Parts(HostileCsv.Good());
        parts["xl/worksheets/old.xml"] = parts[Page].Replace("<v>1</v>", "<v>99</v>", StringComparison.Ordinal);
        Assert.NotEqual(parts[Page], parts["xl/worksheets/old.xml"]);
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].Replace("<sheets>", "<sheets><sheet name=\"Last year\" sheetId=\"9\" state=\"hidden\" r:id=\"rId9\"/>", StringComparison.Ordinal);
        parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].Replace("</Relationships>",
            "<Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/old.xml\"/></Relationships>", StringComparison.Ordinal);

        Assert.Equal(CellRows.Sha256((await Reduce(HostileCsv.Good())).Cells), CellRows.Sha256((await Reduce(HostileXlsx.Zip(parts))).Cells));
    }

    [Fact]
    public async Task Is_not_taken_where_text_hides_marks()
    {
        var lettered = HostileXlsx.Parts(HostileCsv.Good());
        lettered[Page] = lettered[Page].Replace("<sheetData>", $"<sheetData><row><c t=\"inlineStr\"><is><t><![CDATA[{new string('<', 2_000_000)}]]></t></is></c></row>", StringComparison.Ordinal);

        Assert.Equal(["workbook-damaged"], (await Reduce(HostileXlsx.Zip(lettered, CompressionLevel.NoCompression))).Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task Is_refused_for_the_same_faults_in_the_same_rows()
    {
        var csv = HostileCsv.Good("p0,1,c0,small,420", ",1,c0,small,420", "p91,3,c0,small,420", "p92,1,c0,aide,420", "p93,1,amina@example.org,small,420", "p94,1,c\u202E0,small,420", "p95,1,c0,small,9999", "p96,1,c0,small,abc", "p97,1,c0,small,420.5", "", "p98,1,,small,420");
        var (text, book) = (await Reduce(csv), await Reduce(HostileXlsx.Of(csv)));

        Assert.InRange(book.Errors.Select(error => error.Code).Distinct().Count(), 10, 12);
        Assert.Equal(text.Errors.Select(error => (error.Row, error.Column, error.Code, error.Sentence, error.Fix)), book.Errors.Select(error => (error.Row, error.Column, error.Code, error.Sentence, error.Fix)));
        Assert.Equal(text.RowsToFix(), book.RowsToFix());
    }

    [Fact]
    public async Task Holds_numbers_that_need_no_decimal_sign()
    {
        // A French sheet shows 12,5 and saves 12.5; an earlier file in text had commas.
        var comma = await Reduce("school;class;arm;n;mean;sd\n1;c0;small;12;450,25;30,5\n1;c1;regular;12;450,125;30,5\n");
        var plan = HostileCsv.Plan with { Remembered = [comma.Mapping! with { DecimalSign = DecimalSign.Comma }] };
        var book = await Reduce(HostileXlsx.Of("school,class,arm,n,mean,sd\n1,c0,small,12,450.25,30.5\n1,c1,regular,12,450.125,30.5\n"), plan);

        Assert.Empty(book.Errors);
        Assert.Equal(CellRows.Sha256(comma.Cells), CellRows.Sha256(book.Cells));
    }

    [Fact]
    public async Task Names_a_class_as_people_see_it()
    {
        var book = await Reduce(HostileXlsx.Row(HostileXlsx.Pupil("<c><v>420</v></c>", "<c><v>7.0999999999999996</v></c>")), HostileCsv.Plan with { MinimumCell = 1 });
        Assert.Contains(book.Cells, cell => cell.Class == "7.1");
    }

    [Fact]
    public async Task Says_which_of_its_sheets_was_read()
    {
        var book = await Reduce(HostileXlsx.With("xl/workbook.xml", HostileXlsx.Parts(HostileCsv.Good())["xl/workbook.xml"].Replace("</sheets>", "<sheet name=\"Notes\" sheetId=\"2\" r:id=\"rId9\"/></sheets>", StringComparison.Ordinal)));
        Assert.Empty(book.Errors);
        Assert.Equal(("first-sheet-only", "The workbook has 2 sheets, and only the first was read."), book.Notes.Select(note => (note.Code, note.Sentence)).Single());
    }

    [Theory, InlineData("", 40_617), InlineData(" date1904=\"1\"", 39_155)]
    public async Task Tells_birth_dates_that_are_saved_as_numbers(string calendar, int day)
    {
        // 2011-03-15 and the days after, in the calendar from 1900 or from 1904.
        var parts = HostileXlsx.Parts(string.Join('\n', HostileCsv.GoodRows.Select((row, at) => $"{row},{day + at * 40}").Prepend("pupil,school,class,arm,score,when")));
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].Replace("<workbookPr/>", $"<workbookPr{calendar}/>", StringComparison.Ordinal);
        var plain = await Reduce(HostileXlsx.Zip(parts));
        for (var row = 2; row <= 25; row++) parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].Replace($"<c r=\"F{row}\">", $"<c r=\"F{row}\" s=\"1\">", StringComparison.Ordinal);
        var dated = await Reduce(HostileXlsx.Zip(parts));

        Assert.Empty(plain.Errors);
        Assert.Equal(("personal-birth-date", "when"), dated.Errors.Select(error => (error.Code, error.Column)).Single());
    }

    public static TheoryData<string> Hostile => [.. HostileXlsx.HandMade.Select(file => file.Name)];

    [Theory, MemberData(nameof(Hostile))]
    public Task Made_to_hurt_meets_its_refusal(string name) => HostileFiles.MeetsItsRefusal(HostileXlsx.HandMade, name);

    [Fact]
    public Task Never_brings_the_reduction_down_however_it_is_mutated() => HostileFiles.NeverBringTheReductionDown(HostileXlsx.Mutated, refusedAtLeast: 500, output);

    [Fact]
    public async Task Of_schools_registers_the_same_schools()
    {
        const string csv = "name,country\nHeron Bay,KE\nMill Lane,TZ\n";
        var (text, book) = (await People.SchoolsFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), default), await People.SchoolsFile.ReadAsync(new MemoryStream(HostileXlsx.Of(csv)), default));
        Assert.Empty(book.Errors);
        Assert.Equal(text.Schools.Select(school => (school.Name, school.Country)), book.Schools.Select(school => (school.Name, school.Country)));
    }
}
