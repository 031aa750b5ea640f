using System.Diagnostics;
using System.Globalization;
using InnovationScale.Api;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace InnovationScale.Problems;

/// <summary>Shown when no page could answer: what went wrong and what to do.</summary>
[ResponseCache(NoStore = true)]
[IgnoreAntiforgeryToken]
public sealed class StatusPage : AppPage
{
    public Problem Problem { get; private set; } = null!;

    public string Heading => Words.Find($"problem.{Problem.Code}") ?? Words[Problem.Title];

    public string WhatToDo => Words.Find($"problem.{Problem.Code}.mend") ?? Words[Problem.Detail];

    /// <summary>Finds the request in the log; shown when the fault is ours.</summary>
    public string? TraceId => Problem.Status >= 500 ? Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier : null;

    /// <summary>The status of a refused request is shown by the same request, so it arrives here by whatever method that had.</summary>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        ModelState.Clear();
        Problem = HttpContext.Features.Get<IExceptionHandlerFeature>() is { Error: var fault } ? Faults.ProblemOf(fault)
            : Problem.From(int.TryParse(RouteData.Values["status"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and < 600 ? status : 404);
        Response.StatusCode = Problem.Status;
    }
}
