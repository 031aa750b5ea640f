using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Grants;

/// <summary>Grants for others to use: a package of the 360Giving standard as JSON and CSV, and the list that the page shows as CSV and as a workbook.</summary>
public static class GrantsExport
{
    /// <summary>A funder that has no prefix of its own from 360Giving is named by its id here.</summary>
    private const string Prefix = "360G-";

    private const int All = int.MaxValue;

    private static readonly string[] Heading = ["id", "title", "funder", "grantee", "grantee_name", "subject_kind", "subject", "state", "currency", "awarded", "released", "paid", "returned", "written_off", "awarded_on"];

    // The titles that the standard gives its fields in a spreadsheet.
    private static readonly string[] GivingHeading =
    [
        "Identifier", "Title", "Description", "Currency", "Amount Awarded", "Amount Disbursed", "Award Date", "Recipient Org:Identifier", "Recipient Org:Name", "Funding Org:Identifier", "Funding Org:Name",
        "Planned Dates:End Date", "Grant Programme:Code", "Grant Programme:Title", "Beneficiary Location:Country Code",
    ];

    public static void MapGrantDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet("/{lang}/grants/grants.csv", async (HttpContext context, GrantLists lists, string? call, GrantState? state) =>
            File("grants.csv", context, Heading, (await Seen(context, lists, call, state)).Select(one => Row(one).Select(cell => cell is Money money ? money.Amount : (string?)cell).ToArray()))).ExcludeFromDescription();
        app.MapGet("/{lang}/grants/grants.xlsx", async (HttpContext context, GrantLists lists, string? call, GrantState? state) =>
            TypedResults.File(Workbook(await Seen(context, lists, call, state)), Xlsx.MediaType, "grants.xlsx")).ExcludeFromDescription();
        app.MapGet("/api/v1/grants/360giving.json", async (HttpContext context, GrantLists lists) =>
            {
                var (rows, posted) = await Public(context, lists);
                return TypedResults.Json(GivingPackage.Of(rows, posted), GivingPackage.Json);
            })
            .WithTags("grants").WithSummary("Every grant as a package of the 360Giving data standard.").Produces<GivingPackage>();
        app.MapGet("/api/v1/grants/360giving.csv", async (HttpContext context, GrantLists lists) =>
            {
                var (rows, posted) = await Public(context, lists);
                return File("360giving.csv", context, GivingHeading, GivingPackage.Of(rows, posted).Grants.Select(grant => (string?[])
                [
                    grant.Id, grant.Title, grant.Description, grant.Currency, Text(grant, grant.AmountAwarded), Text(grant, grant.AmountDisbursed), grant.AwardDate, grant.RecipientOrganization[0].Id, grant.RecipientOrganization[0].Name,
                    grant.FundingOrganization[0].Id, grant.FundingOrganization[0].Name, grant.PlannedDates?[0].EndDate, grant.GrantProgramme?[0].Code, grant.GrantProgramme?[0].Title, grant.BeneficiaryLocation?[0].CountryCode,
                ]));
            })
            .WithTags("grants").WithSummary("The same as a flat table, with the standard's own titles.").Produces<string>(StatusCodes.Status200OK, Csv.MediaType);
    }

    /// <summary>All that the page shows, and what it has no room for.</summary>
    private static Task<List<GrantListed>> Seen(HttpContext context, GrantLists lists, string? call, GrantState? state) => lists.Grants(CurrentPerson.PrincipalOf(context), new(Call: Blank(call), State: state), All);

    public static byte[] Workbook(IEnumerable<GrantListed> rows) =>
        Xlsx.Write("grants", rows.Select(one => Row(one).Select(cell => cell is Money money ? decimal.Parse(money.Amount, CultureInfo.InvariantCulture) : cell)).Prepend(Heading));

    /// <summary>A grant in the order of the heading.</summary>
    private static object?[] Row(GrantListed one) =>
    [
        one.Id, one.Title, one.Funder, one.Grantee, one.GranteeName, Kebab(one.SubjectKind), one.Subject, Kebab(one.State), one.Currency, Money.Of(one.Currency, one.Awarded), Money.Of(one.Currency, one.Released),
        Money.Of(one.Currency, one.Paid), Money.Of(one.Currency, one.Repaid), Money.Of(one.Currency, one.WrittenOff), Day(one.AwardedAt),
    ];

    /// <summary>What is not signed yet may still come to nothing, and is left out.</summary>
    private static async Task<(IEnumerable<GrantListed> Rows, ILookup<string, TransferListed> Posted)> Public(HttpContext context, GrantLists lists)
    {
        var who = CurrentPerson.PrincipalOf(context);
        return ((await lists.Grants(who, new(), All)).Where(one => one.State is not (GrantState.Awarded or GrantState.Cancelled)), await lists.Posted(who));
    }

    private static IResult File(string name, HttpContext context, string[] heading, IEnumerable<string?[]> rows)
    {
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return TypedResults.Stream(async to =>
        {
            await using var csv = Csv.Write(to);
            foreach (var row in rows.Prepend(heading))
            {
                foreach (var text in row) csv.WriteField(Csv.NoFormula(text));
                await csv.NextRecordAsync();
            }
        }, $"{Csv.MediaType}; charset=utf-8");
    }

    internal static string Of(string funder, string id) => $"{Prefix}{funder}-{id}";

    internal static GivingOrganization Organization(string funder, string id, string name) => new($"{Prefix}{funder}:ORG:{id}", name);

    internal static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(GivingGrant grant, decimal amount) => amount.ToString($"F{Currency.Digits(grant.Currency)}", CultureInfo.InvariantCulture);

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>A package of the 360Giving data standard (standard.threesixtygiving.org). Grants are to organisations; there are none to individuals.</summary>
public sealed record GivingPackage(string Version, string License, ImmutableArray<GivingGrant> Grants)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public static GivingPackage Of(IEnumerable<GrantListed> rows, ILookup<string, TransferListed> posted) => new("1.1", "https://creativecommons.org/licenses/by/4.0/",
        [.. rows.Select(one => GivingGrant.Of(one, posted[one.Id]))]);
}

public sealed record GivingGrant(
    string Id, string Title, string Description, string Currency, decimal AmountAwarded, decimal AmountDisbursed, string AwardDate, ImmutableArray<GivingOrganization> RecipientOrganization,
    ImmutableArray<GivingOrganization> FundingOrganization, ImmutableArray<GivingDates>? PlannedDates, ImmutableArray<GivingProgramme>? GrantProgramme, ImmutableArray<GivingLocation>? BeneficiaryLocation,
    ImmutableArray<GivingTransaction>? DisbursementTransaction)
{
    private const int TitleMost = 140;

    public static GivingGrant Of(GrantListed one, IEnumerable<TransferListed> transfers)
    {
        // Money that came back is a disbursement below zero, so that the sum is what the grant cost.
        ImmutableArray<GivingTransaction> moved = [.. transfers.Select(transfer => new GivingTransaction(transfer.Id, transfer.On ?? GrantsExport.Day(one.AwardedAt), one.Currency, Signed(one.Currency, transfer)))];
        return new(GrantsExport.Of(one.Funder, one.Id), Short(one.Title), $"{one.Title}, to {one.GranteeName}. State: {one.State}.", one.Currency, InUnits(one, one.Awarded), InUnits(one, one.Paid - one.Repaid),
            GrantsExport.Day(one.AwardedAt), [GrantsExport.Organization(one.Funder, one.Grantee, one.GranteeName)], [GrantsExport.Organization(one.Funder, one.Funder, one.FunderName)],
            one.EndsOn is { } ends ? [new(ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))] : null, one.CallTitle.Length > 0 ? [new(one.Call, one.CallTitle)] : null,
            one.Country is { Length: > 0 } country ? [new(country)] : null, moved.IsEmpty ? null : moved);
    }

    private static decimal InUnits(GrantListed one, long minor) => Grants.Currency.Decimal(one.Currency, minor);

    private static decimal Signed(string currency, TransferListed transfer) => Grants.Currency.Decimal(currency, transfer.Kind is TransferKind.Repayment ? -transfer.Amount : transfer.Amount);

    private static string Short(string title) => title.Length <= TitleMost ? title : title[..(char.IsHighSurrogate(title[TitleMost - 1]) ? TitleMost - 1 : TitleMost)];
}

public sealed record GivingOrganization(string Id, string Name);

public sealed record GivingDates(string EndDate);

public sealed record GivingProgramme(string Code, string Title);

public sealed record GivingLocation(string CountryCode);

public sealed record GivingTransaction(string Id, string TransactionDate, string Currency, decimal Value);
