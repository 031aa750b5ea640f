using System.Security.Claims;
using InnovationScale.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>How people sign in.</summary>
public enum SignInMode
{
    /// <summary>Nobody can: every page is a visitor's.</summary>
    Off,

    /// <summary>Anyone chooses a person from a list, without a password: for trying things out on one's own machine.</summary>
    LocalPeople,

    /// <summary>People have accounts; programs have tokens.</summary>
    Accounts,
}

/// <summary>
/// Who is asking: read from the cookie. Under /api also from a token (<c>Authorization: Bearer isk_…</c>), or, while the chooser is on, from the header
/// <c>X-Person</c>.
/// </summary>
public static class SignIn
{
    public const string PersonHeader = "X-Person";

    private const string PersonId = "person", SessionSecret = "session", Bearer = "Bearer ";

    public static void AddSignIn(this IServiceCollection services, SignInMode mode, bool https)
    {
        services.AddSingleton(new SignInSetting(mode));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            // A browser accepts __Host- only over https, and only for the whole of one host.
            cookie.Cookie.Name = https ? "__Host-person" : "person";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.Path = "/";
            cookie.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            // Of an account the session's row says how long it lasts, and ends it at once.
            cookie.ExpireTimeSpan = mode is SignInMode.Accounts ? TimeSpan.FromDays(14) : TimeSpan.FromHours(12);
            cookie.SlidingExpiration = mode is not SignInMode.Accounts;
            cookie.Events.OnRedirectToLogin = challenge =>
            {
                var request = challenge.Request;
                if (request.IsApi()) challenge.Response.StatusCode = StatusCodes.Status401Unauthorized;
                else challenge.Response.Redirect($"/{Words.Of(challenge.HttpContext).Lang}/sign-in?return={Uri.EscapeDataString(request.Path + request.QueryString)}");
                return Task.CompletedTask;
            };
            cookie.Events.OnRedirectToAccessDenied = denied =>
            {
                denied.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        services.AddAuthorization();
    }

    /// <summary>After authentication: finds the person and the roles they hold now.</summary>
    public static void UseCurrentPerson(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        // A store that has just not answered is not asked again, who it was, for the page that tells so.
        var asks = context.Features.Get<IExceptionHandlerFeature>()?.Error is not StoreUnavailableException;
        context.User = asks && await Find(context) is { } person ? Known(context, person) : new ClaimsPrincipal(new ClaimsIdentity());
        if (asks && CurrentPerson.Of(context)?.Token is { } token && !Allows(token, context))
        {
            await Problem.From(StatusCodes.Status403Forbidden, "token-scope").Write(context);
            return;
        }

        await next(context);
    });

    /// <summary>Lets the browser in as the chosen person.</summary>
    public static Task SignInAs(this HttpContext context, string person) => context.SignInAsync(PrincipalOf(new Claim(PersonId, person)));

    /// <summary>Lets the browser in by a session.</summary>
    public static Task SignInBy(this HttpContext context, string session) => context.SignInAsync(PrincipalOf(new Claim(SessionSecret, session)));

    /// <summary>What the browser holds, for an account to be signed in at.</summary>
    public static Place PlaceOf(HttpContext context) => new(
        context.Connection.RemoteIpAddress?.ToString() ?? "", Devices.Name(context.Request.Headers.UserAgent.ToString()), context.Items[SessionSecret] as string);

    private static async Task<CurrentPerson?> Find(HttpContext context)
    {
        var services = context.RequestServices;
        switch (services.GetRequiredService<SignInSetting>().Mode)
        {
            case SignInMode.LocalPeople:
                return await Listed(context, context.Request.IsApi() && context.Request.Headers[PersonHeader] is [{ Length: > 0 } named] ? named : context.User.FindFirstValue(PersonId));
            case SignInMode.Accounts when context.Request.IsApi() && context.Request.Headers.Authorization is [{ } sent] && sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase):
                if (await services.GetRequiredService<Accounts>().ByToken(sent[Bearer.Length..].Trim()) is not var (person, token) || await Listed(context, person) is not { } owner)
                    throw new BadRequest("token-refused", status: StatusCodes.Status401Unauthorized);
                return owner with { Token = token };
            case SignInMode.Accounts when context.User.FindFirstValue(SessionSecret) is { } secret:
                // Even one that is over is replaced by the next.
                context.Items[SessionSecret] = secret;
                return await services.GetRequiredService<Sessions>().Find(secret) is { } session && await Listed(context, session.Person) is { } known ? known with { Session = session } : null;
            default:
                return null;
        }
    }

    private static async Task<CurrentPerson?> Listed(HttpContext context, string? id)
    {
        if (id is null) return null;
        var services = context.RequestServices;
        var known = await (context.KeepsAnswers() ? services.GetRequiredService<KeptAnswers>().Known(context, id) : services.GetRequiredService<IPeople>().Known(id));
        return known is null ? null : new(known.Person, known.Name, known.Roles);
    }

    private static ClaimsPrincipal Known(HttpContext context, CurrentPerson person)
    {
        context.Features.Set(person);
        return PrincipalOf(new Claim(PersonId, person.Id));
    }

    /// <summary>Looking needs the scope to read; sending results the one to upload, or to write as everything else that changes something.</summary>
    private static bool Allows(ApiToken token, HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return token.Scopes.Contains(TokenScope.Read);
        return token.Scopes.Contains(TokenScope.Write)
            || (token.Scopes.Contains(TokenScope.Upload) && context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName is Protection.UploadLimit);
    }

    private static ClaimsPrincipal PrincipalOf(Claim claim) => new(new ClaimsIdentity([claim], CookieAuthenticationDefaults.AuthenticationScheme));
}

/// <summary>How people sign in here, decided at start.</summary>
public sealed record SignInSetting(SignInMode Mode);
