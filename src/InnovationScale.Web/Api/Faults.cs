using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.Api;

/// <summary>
/// What is told when no handler answered: a problem document under /api, a page elsewhere. What we did wrong is logged as an error;
/// a store that is away and a request that cannot be read are not our faults and are told with their own status.
/// </summary>
public static class Faults
{
    private const string RetryAfterSeconds = "2";

    public static bool IsApi(this HttpRequest request) => IsApi(request.Path);

    private static bool IsApi(PathString path) => path.StartsWithSegments("/api", StringComparison.Ordinal) || path.StartsWithSegments("/openapi", StringComparison.Ordinal);

    /// <summary>The path that was asked for, also while the page that tells of its status is made.</summary>
    public static string AskedPath(this HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath ?? context.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? context.Request.Path.Value ?? "/";

    public static void AddFaults(this IServiceCollection services)
    {
        services.AddExceptionHandler<ApiFault>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    public static void UseFaults(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/en/status/500",
            StatusCodeSelector = fault => ProblemOf(fault).Status,
            SuppressDiagnosticsCallback = told => told.Exception is StoreUnavailableException or BadHttpRequestException or AccessDeniedException,
        });
        app.UseWhen(context => context.Request.IsApi(), api => api.UseStatusCodePages(bare => Problem.From(bare.HttpContext.Response.StatusCode).Write(bare.HttpContext)));
        app.UseWhen(context => !context.Request.IsApi(), pages => pages.UseStatusCodePagesWithReExecute("/en/status/{0}"));
    }

    public static Problem ProblemOf(Exception fault) => fault switch
    {
        StoreUnavailableException => Problem.From(StatusCodes.Status503ServiceUnavailable),
        AccessDeniedException denied => Problem.From(denied.Refusal) with { Status = denied.Refusal.Kind is RefusalKind.SignedOut ? StatusCodes.Status401Unauthorized : StatusCodes.Status404NotFound },
        BadRequest bad => Problem.From(bad.StatusCode, bad.Code, bad.Message),
        AntiforgeryValidationException => Problem.From(StatusCodes.Status400BadRequest, "form-expired"),
        BadHttpRequestException { InnerException: PlainText.ControlCharacter control } bad => Problem.From(bad.StatusCode, PlainText.Code) with
        {
            Errors = [new(PlainText.Code, control.Message, Pointer(control.Path))],
        },
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad =>
            Problem.From(bad.StatusCode, "unreadable-request", bad.InnerException is System.Text.Json.JsonException json ? $"The JSON body cannot be read: {json.Message}" : bad.Message),
        BadHttpRequestException bad => Problem.From(bad.StatusCode),
        _ => Problem.From(StatusCodes.Status500InternalServerError),
    };

    /// <summary>The serializer's <c>$.plan.hypothesis</c> as RFC 6901 writes it.</summary>
    private static string? Pointer(string? path) => path?.TrimStart('$').Replace('.', '/').Replace('[', '/').Replace("]", "", StringComparison.Ordinal);

    private sealed class ApiFault : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is StoreUnavailableException) httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
            // The request's own path already leads to the page that tells of faults.
            if (!IsApi(httpContext.Features.GetRequiredFeature<IExceptionHandlerPathFeature>().Path)) return false;

            await ProblemOf(exception).Write(httpContext);
            return true;
        }
    }
}
