using InnovationScale.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>A page that is there only where people have accounts.</summary>
public abstract class AccountsPage : AppPage
{
    protected Accounts Accounts => HttpContext.RequestServices.GetRequiredService<Accounts>();

    protected Passkeys Passkeys => HttpContext.RequestServices.GetRequiredService<Passkeys>();

    /// <summary>Where passkeys of this site are good for; null where browsers keep none for it.</summary>
    public Uri? PasskeySite => HttpContext.RequestServices.GetRequiredService<PublicAddress>().Site is var site && Passkeys.WorkAt(site) ? site : null;

    /// <summary>What a browser with a passkey answered.</summary>
    protected PasskeyAnswer PasskeyAnswer => new(Request.Form["ticket"], Request.Form["credential"]);

    protected Place Place => People.SignIn.PlaceOf(HttpContext);

    /// <summary>Where the person is signed in, on pages that are for people signed in.</summary>
    protected Session Session => Person!.Session!;

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HttpContext.RequestServices.GetRequiredService<SignInSetting>().Mode is not SignInMode.Accounts) context.Result = NotFound();
    }

    /// <summary>In, and on to where the person wanted to go; or the page again with why not.</summary>
    protected async Task<IActionResult> GoIn(SignInOutcome outcome, string? to)
    {
        if (outcome.Refusal is { } refusal)
        {
            var page = Refuse(refusal);
            if (refusal.Code is "too-many-tries") Response.StatusCode = 429;
            return page;
        }

        if (outcome.Session is not { } session) return See($"sign-in/code?ticket={Uri.EscapeDataString(outcome.Ticket!)}&return={Uri.EscapeDataString(to ?? "")}");
        await HttpContext.SignInBy(session);
        return Url.IsLocalUrl(to) ? LocalRedirect(to) : See("");
    }
}

/// <summary>
/// Asks the person to prove again who she is, unless she did within ten minutes: for addresses, second factors, roles and whatever else should not be done by
/// somebody who finds a screen unlocked. Where anybody chooses who to be there is nothing to prove.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ProveAgainAttribute : Attribute, IAsyncPageFilter
{
    /// <summary>Only sending a form needs the proof, not the page itself.</summary>
    public bool LookingIsFree { get; init; }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var (http, request) = (context.HttpContext, context.HttpContext.Request);
        if (http.RequestServices.GetRequiredService<SignInSetting>().Mode is not SignInMode.Accounts || (LookingIsFree && HttpMethods.IsGet(request.Method))) return next();
        if (CurrentPerson.Of(http)?.Session is { } session && http.RequestServices.GetRequiredService<Sessions>().IsFresh(session)) return next();

        context.Result = new RedirectResult($"/{Words.Of(http).Lang}/sign-in/again?return={Uri.EscapeDataString(request.Path + request.QueryString)}");
        return Task.CompletedTask;
    }
}
