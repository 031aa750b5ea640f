using Humanizer;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Problems;

/// <summary>Where the <c>type</c> of a problem document leads: what the code means and what to do about it.</summary>
public sealed class ProblemPage : AppPage
{
    private const int LengthMax = 80;

    public string Code { get; private set; } = "";

    public string Heading { get; private set; } = "";

    public string WhatToDo { get; private set; } = "";

    public IActionResult OnGet(string code)
    {
        if (code.Length > LengthMax || !code.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one is '-')) return NotFound();

        Code = code;
        Heading = Words.Find($"problem.{code}") ?? code.Humanize();
        WhatToDo = Words.Find($"problem.{code}.mend")
            ?? Words["A rule refused a request with this code. The answer's detail said what was wrong that time and how to mend it."];
        return Page();
    }
}
