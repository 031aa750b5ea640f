using System.IO.Compression;
using InnovationScale.Acts;
using InnovationScale.Api;
using InnovationScale.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace InnovationScale;

/// <summary>The house of pages and API: what every feature's pages and routes stand on. Features map themselves beside it.</summary>
public static class Web
{
    /// <param name="keep">Where the keys that protect cookies and forms are kept, so that a restart signs nobody out.</param>
    public static void AddWeb(this IServiceCollection services, Site site, SignInMode signIn, bool https, Action<IDataProtectionBuilder> keep)
    {
        // A catalogue that cannot be read stops the start.
        _ = Words.Catalogues;
        services.AddSingleton(site with { Https = https });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPeople, Nobody>();
        services.AddSignIn(signIn, https);
        keep(services.AddDataProtection().SetApplicationName("InnovationScale"));
        // A browser takes __Host- only with Secure.
        services.AddAntiforgery(form => (form.Cookie.Name, form.Cookie.SecurePolicy) = https ? ("__Host-form", CookieSecurePolicy.Always) : ("form", CookieSecurePolicy.SameAsRequest));
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        services.AddRazorPages(pages => pages.RootDirectory = "/")
            // What is needed is a rule of the domain, which says it in its own words.
            .AddMvcOptions(mvc =>
            {
                mvc.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
                mvc.Filters.Add<KnownFormsOnly>();
            });
        services.AddSingleton<KeptAnswers>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.AddActs();
        services.AddFaults();
        services.AddLimits();
        services.AddApiDescription();
        services.AddHealthChecks();
        services.Configure<RouteOptions>(routes => routes.LowercaseUrls = true);
        services.AddResponseCompression(compression =>
        {
            // Pages hold no secret beside text that a stranger chose, and form tokens are masked anew in every answer (BREACH).
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/html", "text/plain", "text/csv", "application/json", Problem.MediaType, "application/x-ndjson", "image/svg+xml"];
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Optimal);
    }

    public static void UseWeb(this WebApplication app)
    {
        if (app.Services.GetRequiredService<Site>().Https)
        {
            // The proxy in front ended TLS; what comes from it came over https.
            app.Use((context, next) =>
            {
                context.Request.Scheme = Uri.UriSchemeHttps;
                return next(context);
            });
            app.UseHsts();
        }

        app.UseSecurityHeaders();
        app.UseResponseCompression();
        app.UseFaults();
        app.UseRouting();
        app.UsePlainText();
        app.UseLanguage();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseCurrentPerson();
        app.UseRateLimiter();
        app.UseOwnPagesOnly();
        app.UseAuthorization();
    }

    public static void MapWeb(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();
        app.MapOpenApi();
        app.MapMethods("/", ["GET", "HEAD"], (HttpContext context) => TypedResults.Redirect($"/{Preferred(context.Request).Lang}/")).ExcludeFromDescription();
        app.MapGet("/health", Health).WithTags("health").WithSummary("Whether this server can serve: 200 when it can, 503 when it cannot.");
    }

    private static async Task<IResult> Health(HealthCheckService checks, CancellationToken cancel)
    {
        var report = await checks.CheckHealthAsync(cancel);
        var status = report.Status is HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(
            new Health(report.Status, typeof(Web).Assembly.GetName().Version?.ToString(3) ?? "", report.Entries.ToDictionary(one => one.Key, one => one.Value.Status, StringComparer.Ordinal)),
            ApiJson.Options, statusCode: status);
    }

    /// <summary>The language of the address rules the whole request; a language without a catalogue is no page.</summary>
    private static void UseLanguage(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.RouteValues["lang"] is string lang && Words.In(lang) is null)
        {
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.CurrentUICulture = Words.Of(context).Culture;
        return next(context);
    });

    /// <summary>The first language of the browser's that the pages speak, else English.</summary>
    private static Words Preferred(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(asked => asked.Quality ?? 1).Select(asked => Words.In(asked.Value.Value?.Split('-')[0].ToLowerInvariant())).FirstOrDefault(words => words is not null) ?? Words.English;

    /// <summary>Stands in until a store of people is registered: nobody is known.</summary>
    private sealed class Nobody : IPeople
    {
        public Task<IReadOnlyList<PersonListed>> List() => Task.FromResult<IReadOnlyList<PersonListed>>([]);

        public Task<PersonListed?> Find(string id) => Task.FromResult<PersonListed?>(null);
    }
}

/// <summary>What /health answers.</summary>
public sealed record Health(HealthStatus Status, string Version, IReadOnlyDictionary<string, HealthStatus> Checks);
