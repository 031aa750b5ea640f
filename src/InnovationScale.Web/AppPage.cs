using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Problems;
using InnovationScale.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale;

/// <summary>What every page has: its language and words, who is asking, and what was refused.</summary>
public abstract class AppPage : PageModel
{
    /// <summary>Names the request: a form sent twice takes effect once. Written by <c>&lt;command-id /&gt;</c>, read back on POST.</summary>
    [BindProperty(Name = "command-id")]
    public string CommandId { get; set; } = Guid.CreateVersion7().ToString();

    public Words Words => Words.Of(HttpContext);

    public string Lang => Words.Lang;

    /// <summary>Who is signed in; null for a visitor. A page that is for people signed in says <c>[Authorize]</c>.</summary>
    public CurrentPerson? Person => CurrentPerson.Of(HttpContext);

    /// <summary>Whoever asks, as the desk knows them.</summary>
    public Principal Who => CurrentPerson.PrincipalOf(HttpContext);

    /// <summary>What a form's command comes with.</summary>
    protected Request Asked(string? reason = null, long? version = null) => new(CommandId, reason, version);

    /// <summary>What the rules said no to; <c>&lt;error-summary /&gt;</c> tells it.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Its fields as they stand on the page: mistakes are listed in this order. The framework keeps none.</summary>
    public virtual IReadOnlyList<string> FieldOrder => [.. GetType().GetProperties().Select(property => property.Name)];

    public bool HasErrors => Refusal is not null || !ModelState.IsValid;

    /// <summary>Shows the page again with what was typed and why it was refused. Load what the page shows before calling.</summary>
    /// <param name="field">The property the person can mend it in, such as <c>nameof(Title)</c>; the summary then links there.</param>
    protected IActionResult Refuse(Refusal refusal, string? field = null)
    {
        if (refusal.Kind is RefusalKind.NotFound) return NotFound();

        if (field is null) Refusal = refusal;
        else ModelState.AddModelError(field, Words.Sentence(refusal));

        Response.StatusCode = Problem.StatusOf(refusal.Kind);
        // What is sent after a refusal is another request: part of a form may have taken effect under the old name.
        CommandId = Guid.CreateVersion7().ToString();
        return Page();
    }

    /// <summary>Shows the page again with the mistakes in its fields.</summary>
    protected IActionResult Mend()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>An address of this site for a mail, or to hand on: never made from what the request says the host is.</summary>
    protected string LinkTo(string path, string key) => HttpContext.RequestServices.GetRequiredService<PublicAddress>().Of($"{Lang}/{path}?key={Uri.EscapeDataString(key)}");

    /// <summary>Where a POST goes when it has taken effect: <c>See($"pilots/{id}")</c>.</summary>
    protected IActionResult See(string path) => Redirect($"/{Lang}/{path}");
}

/// <summary>A page that is sent what none of its handlers takes says so. The framework would show it with nothing in it, as if all were well.</summary>
internal sealed class KnownFormsOnly : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    /// <exception cref="BadRequest">There is no such form on the page, or not any more.</exception>
    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var method = context.HttpContext.Request.Method;
        if (context.HandlerMethod is not null || HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || context.HandlerInstance is StatusPage) return;
        if (HttpMethods.IsPost(method)) throw new BadRequest("form-expired");

        context.HttpContext.Response.Headers.Allow = "GET, HEAD, POST";
        context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
