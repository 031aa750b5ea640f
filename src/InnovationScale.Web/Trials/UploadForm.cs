using System.Text;
using System.Text.Json;
using InnovationScale.Api;
using InnovationScale.Components;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.RateLimiting;

namespace InnovationScale.Trials;

/// <summary>
/// Uploads results to a record in two steps: a file is tried out, then the same file, known by its hash, is recorded. The body streams straight into the
/// reduction; the form's token comes before the file and is checked first.
/// </summary>
public abstract class UploadForm(UploadSettings settings, IAntiforgery forms) : FileForm(settings, forms)
{
    private const long Megabyte = 1024 * 1024;

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Names the field that the file comes in.</summary>
    public IFormFile? Results => null;

    /// <summary>What people call the record.</summary>
    public string Title { get; protected set; } = "";

    /// <summary>The record's page, without the language.</summary>
    public abstract string Record { get; }

    /// <summary>Where the plan is read for a file that a school reduces itself; null where none is.</summary>
    public virtual string? PlanAddress => null;

    /// <summary>Fewest pupils that a class kept by itself may have.</summary>
    public int SmallestClass { get; protected set; }

    public IReadOnlyList<Choice> Measures { get; private set; } = [];

    public Reduction? Tried { get; private set; }

    public bool Pooled { get; private set; }

    /// <summary>The columns are what is wrong, rather than single rows.</summary>
    public bool MissesColumns => Tried?.Errors.Any(error => error.Code.StartsWith("column-", StringComparison.Ordinal)) is true;

    public string Measure { get; private set; } = "";

    /// <summary>The file has a row for every pupil who was in a group at the start.</summary>
    public bool Everybody { get; private set; }

    /// <summary>The file could be recorded as it stands.</summary>
    public bool Ready { get; private set; }

    /// <summary>What each column was read as, for the next sending of the same file.</summary>
    public string MappingTried => JsonSerializer.Serialize(Tried!.Mapping, ApiJson.Options);

    public long MegabytesMax => Settings.BytesMax / Megabyte;

    public long WorkbookMegabytesMax => new UploadLimits { Bytes = Settings.BytesMax }.WorkbookBytes / Megabyte;

    /// <summary>The rows to fix, for a spreadsheet; holds no value of the file.</summary>
    public string RowsToFix => $"data:text/csv;charset=utf-8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(Tried!.RowsToFix()))}";

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public async Task<IActionResult> OnPost()
    {
        var body = await Body();
        if (!await Load()) return NotFound();

        Pooled = body.Field("pool") is "true";
        Measure = body.Field("measure") ?? "";
        Everybody = body.Field("everybody") is "true";
        var tried = body.Field("tried");
        var asked = new UploadAsked(Settings.BytesMax)
        {
            DryRun = tried is null, FileSha256 = tried, PoolSmallClasses = Pooled, Measure = Measure, EveryAllocatedPupilHasARow = Everybody, IsReduced = body.IsReduced, Mapping = UploadColumns.Read(UploadAnswers.Mapping(body.Field("mapping")), body.Field),
        };
        var upload = await Take(body.File, asked, HttpContext.RequestAborted);
        if (upload.Receipt is not null) return See(Record);

        Tried = upload.Reduction;
        // The page that comes back asks for another request.
        CommandId = Guid.CreateVersion7().ToString();
        if (Tried is { Accepted: false }) return Refuse(FileRefusals.Of(Tried));
        if (upload.Refused is { } refusal) return Refuse(refusal);

        Ready = true;
        return Page();
    }

    /// <summary>Looks at the record; false where there is none that takes results now.</summary>
    protected abstract Task<bool> Load();

    protected abstract Task<Upload> Take(Stream file, UploadAsked asked, CancellationToken cancel);

    /// <summary>The measures that a file may be about.</summary>
    protected void Names(IEnumerable<RegisteredOutcome> outcomes) =>
        Measures = [.. outcomes.Select(outcome => outcome.Measure).Distinct(StringComparer.Ordinal).Select(measure => new Choice(measure, measure))];
}

/// <summary>A form that sends a file: its fields come before the file, its token is checked before the file is read, and the file is never held.</summary>
[Authorize, ReadsItsOwnBody, IgnoreAntiforgeryToken(Order = 1001), RequestTimeout(600_000), EnableRateLimiting(Protection.UploadLimit)]
public abstract class FileForm(UploadSettings settings, IAntiforgery forms) : AppPage
{
    /// <summary>What a person is offered to choose; what a file is, its bytes tell.</summary>
    public const string Takes = $".csv,text/csv,.xlsx,{Xlsx.MediaType}";

    private const string TokenField = "__RequestVerificationToken", TokenHeader = "RequestVerificationToken";

    protected UploadSettings Settings => settings;

    /// <summary>What was sent, up to where the file begins.</summary>
    private protected async Task<UploadBody> Body()
    {
        UploadBody.Allow(HttpContext, settings);
        var body = await UploadBody.Open(Request, HttpContext.RequestAborted);
        // Never empty: the form would then be read for it, and with it the file.
        Request.Headers[TokenHeader] = body.Field(TokenField) is { Length: > 0 } token ? token : "none";
        await forms.ValidateRequestAsync(HttpContext);
        CommandId = body.Field("command-id") ?? CommandId;
        return body;
    }
}

/// <summary>Keeps the framework from reading a form, and with it a file, before the page does: whoever asks for the form finds an empty one.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReadsItsOwnBodyAttribute : Attribute, IAuthorizationFilter, IOrderedFilter
{
    /// <summary>Before all others, some of which look for a token in the form.</summary>
    public int Order => int.MinValue;

    public void OnAuthorization(AuthorizationFilterContext context) => context.HttpContext.Features.Set<IFormFeature>(new FormFeature(FormCollection.Empty));
}
