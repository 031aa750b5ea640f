using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Grants;

/// <summary>Opens a draft of a call.</summary>
[Authorize]
public sealed class NewCallPage(GrantDesk grants) : AppPage
{
    [BindProperty] public string? Title { get; set; }

    [BindProperty] public string? About { get; set; }

    [BindProperty] public string? Currency { get; set; }

    [BindProperty] public string? Envelope { get; set; }

    [BindProperty] public DateOnly? Opens { get; set; }

    [BindProperty] public string? Closes { get; set; }

    [BindProperty] public string? Zone { get; set; } = "Etc/UTC";

    [BindProperty] public string? Criteria { get; set; }

    [BindProperty] public string? Questions { get; set; }

    [BindProperty] public string? Countries { get; set; }

    [BindProperty] public string? Small { get; set; }

    [BindProperty] public string Blind { get; set; } = "False";

    public async Task<IActionResult> OnPostAsync()
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById((Zone ?? "").Trim(), out var known) ? known : null;
        if (zone is null) ModelState.AddModelError(nameof(Zone), Words["There is no such time zone."]);
        ImmutableArray<DateOnly?> days = [.. Lines(Closes).Select(line => DateOnly.TryParseExact(line, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null)];
        if (days.Contains(null)) ModelState.AddModelError(nameof(Closes), Words["ask.day"]);
        var currency = (Currency ?? "").Trim().ToUpperInvariant();
        var (envelope, small) = (Amounts.Read(Envelope, currency), string.IsNullOrWhiteSpace(Small) ? 0 : Amounts.Read(Small, currency));
        if (envelope is null) ModelState.AddModelError(nameof(Envelope), Words["ask.unreadable-amount"]);
        if (small is null) ModelState.AddModelError(nameof(Small), Words["ask.unreadable-amount"]);
        if (!ModelState.IsValid) return Mend();

        var terms = new CallTerms
        {
            Title = (Title ?? "").Trim(), About = (About ?? "").Trim(), Currency = currency, Zone = zone!.Id, Opens = Opens is { } opens ? At(opens, zone) : default,
            Deadlines = [.. days.Select(day => At(day!.Value.AddDays(1), zone).AddMinutes(-1))], Criteria = [.. Lines(Criteria).Select(Criterion)], Questions = [.. Lines(Questions)],
            Eligibility = Countries is { Length: > 0 } countries ? [new(EligibilityKind.Country, [.. countries.ToUpperInvariant().Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)])] : [],
            SmallGrantMost = small!.Value, Blind = bool.TryParse(Blind, out var blind) && blind,
        };
        var (who, request) = (Who, Asked());
        var outcome = await grants.Execute(who, request, Ids.For(who, request, GrantCall.Kind), new DraftCall(terms, envelope!.Value));
        return outcome.Refusal is { } refusal
            ? Refuse(refusal, refusal.Code switch { "call-untitled" => nameof(Title), "envelope-impossible" => nameof(Envelope), _ => null })
            : See($"calls/{outcome.Receipt!.Id}");
    }

    /// <summary>The first moment of a day, there.</summary>
    private static DateTimeOffset At(DateOnly day, TimeZoneInfo zone) => new DateTimeOffset(day.ToDateTime(default), zone.GetUtcOffset(day.ToDateTime(default))).ToUniversalTime();

    private static Criterion Criterion(string line) => line.Split(';', StringSplitOptions.TrimEntries) is [.., var points] parts && int.TryParse(points, NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
        ? new(string.Join("; ", parts[..^1]), weight)
        : new(line, 0);

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
