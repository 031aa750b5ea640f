using InnovationScale.People;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Networks;

/// <summary>Registers a network's schools from a file: it is tried out, then the same file, known by its hash, is taken.</summary>
public sealed class SchoolsPage(SchoolUploads uploads, UploadSettings settings, IAntiforgery forms) : FileForm(settings, forms)
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Names the field that the file comes in.</summary>
    public IFormFile? Schools => null;

    public SchoolsUpload? Tried { get; private set; }

    /// <summary>A file to begin with, for a spreadsheet.</summary>
    public static string Template => $"data:text/csv;charset=utf-8,%EF%BB%BF{Uri.EscapeDataString(string.Join(',', SchoolsFile.Columns))}%0D%0A";

    private bool IsOurs => Who.Roles.Contains(new HeldRole(Role.Facilitator, Id));

    public IActionResult OnGet() => IsOurs ? Page() : NotFound();

    public async Task<IActionResult> OnPost()
    {
        var body = await Body();
        if (!IsOurs) return NotFound();

        var tried = body.Field("tried");
        var upload = await uploads.Take(Who, Asked(), Id, body.File, dryRun: tried is null, tried, HttpContext.RequestAborted);
        if (upload.Recorded) return See($"networks/{Uri.EscapeDataString(Id)}");

        Tried = upload;
        // The page that comes back asks for another request.
        CommandId = Guid.CreateVersion7().ToString();
        if (upload.Refused is { } refusal) return Refuse(refusal);
        return upload.File is { Accepted: false } refused ? Refuse(NetworksApi.Refusal(refused)) : Page();
    }
}
