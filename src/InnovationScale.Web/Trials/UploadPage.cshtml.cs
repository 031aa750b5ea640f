using System.Text;
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
/// Uploads results in two steps: a file is tried out, then the same file, known by its hash, is recorded. The body streams straight into the
/// reduction; the form's token comes before the file and is checked first.
/// </summary>
[Authorize, ReadsItsOwnBody, IgnoreAntiforgeryToken(Order = 1001), RequestTimeout(600_000), EnableRateLimiting(Protection.UploadLimit)]
public sealed class UploadPage(Desk desk, TrialUploads uploads, UploadSettings settings, IAntiforgery forms) : AppPage
{
    private const string TokenField = "__RequestVerificationToken", TokenHeader = "RequestVerificationToken";

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Names the field that the file comes in.</summary>
    public IFormFile? Results => null;

    public string Title { get; private set; } = "";

    public Trial Trial { get; private set; } = Trial.New;

    public Reduction? Tried { get; private set; }

    public bool Pooled { get; private set; }

    public string Measure { get; private set; } = "";

    /// <summary>The file could be recorded as it stands.</summary>
    public bool Ready { get; private set; }

    public IReadOnlyList<Choice> Measures => [.. Trial.Plan.Outcomes().Select(outcome => outcome.Measure).Distinct(StringComparer.Ordinal).Select(measure => new Choice(measure, measure))];

    public string LimitInWords => $"{settings.BytesMax / (1024 * 1024)} MB";

    /// <summary>The rows to fix, for a spreadsheet; holds no value of the file.</summary>
    public string RowsToFix
    {
        get
        {
            using var text = new StringWriter();
            Tried!.WriteRowsToFix(text);
            return $"data:text/csv;charset=utf-8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes("\uFEFF" + text))}";
        }
    }

    public async Task<IActionResult> OnGet() => await Load() ? Page() : NotFound();

    public async Task<IActionResult> OnPost()
    {
        UploadBody.Allow(HttpContext, settings);
        var body = await UploadBody.Open(Request, HttpContext.RequestAborted);
        // Never empty: the form would then be read for it, and with it the file.
        Request.Headers[TokenHeader] = body.Field(TokenField) is { Length: > 0 } token ? token : "none";
        await forms.ValidateRequestAsync(HttpContext);
        if (!await Load()) return NotFound();

        CommandId = body.Field("command-id") ?? CommandId;
        Pooled = body.Field("pool") is "true";
        Measure = body.Field("measure") ?? "";
        var tried = body.Field("tried");
        var asked = new UploadAsked(settings.BytesMax) { DryRun = tried is null, FileSha256 = tried, PoolSmallClasses = Pooled, Measure = Measure };
        var upload = await uploads.Take(Who, Asked(), Id, body.File, asked, HttpContext.RequestAborted);
        if (upload.Receipt is not null) return See($"trials/{Id}");

        Tried = upload.Reduction;
        // The page that comes back asks for another request.
        CommandId = Guid.CreateVersion7().ToString();
        if (Tried is { Accepted: false }) return Refuse(FileRefusals.Of(Tried));
        if (upload.Refused is { } refusal) return Refuse(refusal);

        Ready = true;
        return Page();
    }

    private async Task<bool> Load()
    {
        Trial = (await desk.Look<Trial>(Who, "read-trial", Id)).State;
        Title = Trial.Title;
        return Trial.State is TrialState.InField or TrialState.Stopped;
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
