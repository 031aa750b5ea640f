using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale;

/// <summary>What stands between a request and the pages: headers, limits, and no acting from other sites.</summary>
public static class Protection
{
    /// <summary>Policy of routes open to anyone: sixty a minute from an address. The machine itself is not counted.</summary>
    public const string PublicLimit = "public";

    /// <summary>Policy of uploads, which cost the server most: two at once from a person, and so many a day. Counted anew after a restart.</summary>
    public const string UploadLimit = "uploads";

    private const int UploadsAtOnce = 2, ByTokenAMinute = 120;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            var script = context.GetEndpoint()?.Metadata.GetMetadata<RunsScriptAttribute>() is null ? "" : "script-src 'self'; ";
            headers.ContentSecurityPolicy = $"default-src 'none'; {script}style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
            // What a person signed in has seen must not come back from a shared computer's cache.
            if (CurrentPerson.Of(context) is not null && headers.CacheControl.Count == 0)
                headers.CacheControl = headers.ETag.Count > 0 && HttpMethods.IsGet(context.Request.Method) ? "private, no-cache" : "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>
    /// Pages are guarded by form tokens; the API answers the same cookie, so it refuses what a browser sends from another site. Programs
    /// do not send the header (Fetch Metadata).
    /// </summary>
    public static void UseOwnPagesOnly(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.IsApi()
        && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            ? Problem.From(StatusCodes.Status403Forbidden, "cross-site").Write(context)
            : next(context));

    public static void AddLimits(this IServiceCollection services)
    {
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(30),
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => CurrentPerson.Of(context)?.Token is { } token
                ? RateLimitPartition.GetFixedWindowLimiter(token.Id, _ => new FixedWindowRateLimiterOptions { PermitLimit = ByTokenAMinute, Window = Window })
                : RateLimitPartition.GetNoLimiter(""));
            limiter.AddPolicy(PublicLimit, context => context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address)
                ? RateLimitPartition.GetNoLimiter(IPAddress.Loopback)
                : RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions { PermitLimit = 60, Window = Window }));
            limiter.AddPolicy(UploadLimit, context => CurrentPerson.Of(context) is { } person && HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.Get(person.Id, _ => RateLimiter.CreateChained(
                    new ConcurrencyLimiter(new() { PermitLimit = UploadsAtOnce }),
                    new FixedWindowRateLimiter(new() { PermitLimit = context.RequestServices.GetRequiredService<UploadSettings>().ADayMax, Window = TimeSpan.FromDays(1) })))
                : RateLimitPartition.GetNoLimiter(""));
        });
    }
}

/// <summary>The page runs a script of this site's own: without one a browser uses no passkey. All other pages run none.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RunsScriptAttribute : Attribute;
