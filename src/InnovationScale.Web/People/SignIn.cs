using System.Security.Claims;
using InnovationScale.Api;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.People;

/// <summary>How people sign in.</summary>
public enum SignInMode
{
    /// <summary>Nobody can: every page is a visitor's.</summary>
    Off,

    /// <summary>Anyone chooses a person from a list, without a password: for trying things out on one's own machine.</summary>
    LocalPeople,
}

/// <summary>Who is asking: read from the cookie, or under /api from the header <c>X-Person</c> while the chooser is on.</summary>
public static class SignIn
{
    public const string PersonHeader = "X-Person";

    private const string PersonId = "person";

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
            cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
            cookie.SlidingExpiration = true;
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
        if (context.Features.Get<IExceptionHandlerFeature>()?.Error is not StoreUnavailableException && IdOf(context) is { } id && context.RequestServices.GetService<IPeople>() is { } people)
        {
            if (await people.Find(id) is { } found)
            {
                context.Features.Set(new CurrentPerson(found.Id, found.Name, found.Roles));
                context.User = PrincipalOf(found.Id);
            }
            else
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
            }
        }

        await next(context);
    });

    public static ClaimsPrincipal PrincipalOf(string id) =>
        new(new ClaimsIdentity([new Claim(PersonId, id)], CookieAuthenticationDefaults.AuthenticationScheme));

    private static string? IdOf(HttpContext context)
    {
        var setting = context.RequestServices.GetRequiredService<SignInSetting>();
        if (setting.Mode is SignInMode.Off) return null;

        return context.Request.IsApi() && context.Request.Headers[PersonHeader] is [{ Length: > 0 } named]
            ? named
            : context.User.FindFirstValue(PersonId);
    }
}

/// <summary>How people sign in here, decided at start.</summary>
public sealed record SignInSetting(SignInMode Mode);
