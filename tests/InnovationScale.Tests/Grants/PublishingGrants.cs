using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace InnovationScale.Grants;

/// <summary>
/// The package that others read, held against the rules of the 360Giving data standard 1.1 (360-giving-schema.json and 360-giving-package-schema.json, github.com/ThreeSixtyGiving/standard):
/// which members a grant must have, of which type, and what an organisation must say.
/// </summary>
public partial class PublishingGrants
{
    private static readonly GrantListed Listed = new("g1", "call-1", "Talk first at Heron Bay", "paper-boat", "Paper Boat Fund", "heron-bay", "Heron Bay", GrantSubjectKind.Pilot, "pilot-1", "USD", GrantState.Closed,
        950_000, 950_000, 950_000, 115_000, 0, 835_000, new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), new(2027, 9, 30), "Small steps", "KE");

    private static readonly TransferListed[] Moved = [new("g1", "t1", TransferKind.Payment, 950_000, "2026-04-01"), new("g1", "back", TransferKind.Repayment, 115_000, "2027-09-09")];

    private static JsonElement Package(params GrantListed[] grants) => JsonSerializer.SerializeToElement(GivingPackage.Of(grants, Moved.ToLookup(one => one.Grant, StringComparer.Ordinal)), GivingPackage.Json);

    /// <summary>Members that the standard requires, with their types.</summary>
    private static readonly (string Name, JsonValueKind Kind)[] Required =
    [
        ("id", JsonValueKind.String), ("title", JsonValueKind.String), ("description", JsonValueKind.String), ("currency", JsonValueKind.String), ("amountAwarded", JsonValueKind.Number), ("awardDate", JsonValueKind.String),
        ("recipientOrganization", JsonValueKind.Array), ("fundingOrganization", JsonValueKind.Array),
    ];

    [Fact]
    public void Holds_what_the_standard_requires()
    {
        var package = Package(Listed, Listed with { Id = "g2", Title = new string('x', 200), EndsOn = null, Country = null, CallTitle = "" });
        Assert.Matches("^(\\d+\\.)(\\d+)$", package.GetProperty("version").GetString());
        Assert.True(Uri.IsWellFormedUriString(package.GetProperty("license").GetString(), UriKind.Absolute));
        var grants = package.GetProperty("grants").EnumerateArray().ToList();
        Assert.Equal(grants.Count, grants.Select(grant => grant.GetProperty("id").GetString()).Distinct().Count());
        foreach (var grant in grants)
        {
            Assert.All(Required, one => Assert.Equal(one.Kind, grant.GetProperty(one.Name).ValueKind));
            Assert.StartsWith("360G-paper-boat-", grant.GetProperty("id").GetString());
            Assert.InRange(grant.GetProperty("title").GetString()!.Length, 1, 140);
            Assert.True(Currency.Knows(grant.GetProperty("currency").GetString()!));
            Assert.Matches(Day(), grant.GetProperty("awardDate").GetString());
            foreach (var organisation in grant.GetProperty("recipientOrganization").EnumerateArray().Concat(grant.GetProperty("fundingOrganization").EnumerateArray()))
            {
                Assert.StartsWith("360G-paper-boat:ORG:", organisation.GetProperty("id").GetString());
                Assert.NotEmpty(organisation.GetProperty("name").GetString()!);
            }
        }
    }

    [Fact]
    public void Adds_up_to_the_cent()
    {
        var grant = Package(Listed).GetProperty("grants")[0];
        Assert.Equal((9_500m, 8_350m), (grant.GetProperty("amountAwarded").GetDecimal(), grant.GetProperty("amountDisbursed").GetDecimal()));
        Assert.Equal(grant.GetProperty("amountDisbursed").GetDecimal(), grant.GetProperty("disbursementTransaction").EnumerateArray().Sum(one => one.GetProperty("value").GetDecimal()));
    }

    [Fact]
    public void Leaves_out_what_is_not_known()
    {
        var grant = Package(Listed with { Country = null, EndsOn = null }).GetProperty("grants")[0];
        Assert.False(grant.TryGetProperty("beneficiaryLocation", out _));
        Assert.False(grant.TryGetProperty("plannedDates", out _));
    }

    /// <summary>Read by the library that wrote it, and by its letters: a spreadsheet runs nothing of it.</summary>
    [Fact]
    public void Is_a_workbook_with_numbers_and_without_formulas()
    {
        using var book = SpreadsheetDocument.Open(new MemoryStream(GrantsExport.Workbook([Listed with { Title = "=HYPERLINK(\"http://elsewhere\")\u0001" }, Listed with { Currency = "XOF" }])), isEditable: false);
        var rows = book.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().Select(row => row.Elements<Cell>().ToList()).ToList();
        Assert.Equal(["id", "awarded", "paid"], new[] { 0, 9, 11 }.Select(n => rows[0][n].InnerText));
        Assert.All(rows, row => Assert.Equal(rows[0].Count, row.Count));
        Assert.Equal(("=HYPERLINK(\"http://elsewhere\")", CellValues.InlineString), (rows[1][1].InnerText, rows[1][1].DataType!.Value));
        Assert.Equal([("9500.00", CellValues.Number), ("950000", CellValues.Number)], rows[1..].Select(row => (row[9].InnerText, row[9].DataType!.Value)));
        Assert.Empty(book.WorkbookPart.WorksheetParts.Single().Worksheet.Descendants<CellFormula>());
    }

    [Theory]
    [InlineData("1250.50", "USD", 125_050)]
    [InlineData("1250", "XOF", 1_250)]
    public void Reads_an_amount_as_people_write_it(string text, string currency, long minor) => Assert.Equal((minor, text), (Money.Read(text, currency), Money.Write(currency, minor)));

    [Theory]
    [InlineData("12.345", "USD")]
    [InlineData("1.5", "XOF")]
    [InlineData("1e3", "USD")]
    [InlineData("", "USD")]
    [InlineData("99999999999999999999", "USD")]
    [InlineData("-5", "USD")]
    public void Takes_nothing_that_is_no_amount(string text, string currency) => Assert.Equal(422, Assert.Throws<Api.BadRequest>(() => Money.Read(text, currency)).StatusCode);

    [GeneratedRegex("^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Day();
}
