using InnovationScale.Evidence;
using InnovationScale.Statistics;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Innovations;

/// <summary>What is known of one version of an innovation: the verdict, how sure and why not surer, and everything it rests on.</summary>
public sealed class InnovationPage(EvidenceDesk desk) : AppPage
{
    [BindProperty(SupportsGet = true)]
    public string? Version { get; set; }

    public VersionEvidence Evidence { get; private set; } = null!;

    public EvidenceWords Says { get; private set; } = null!;

    /// <summary>The next level, with what it still needs; null at the top.</summary>
    public LevelStep? NextLevel => Evidence.Level.Steps.FirstOrDefault(step => !step.Missing.IsEmpty);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await desk.Read(Who, id, Version) is not { } evidence) return NotFound();

        Evidence = evidence;
        Says = new(evidence, Words);
        return Page();
    }

    public string School(string id) => Evidence.SchoolNames.GetValueOrDefault(id) ?? id;

    /// <summary>The call of R's metafor that gives the pool's numbers again.</summary>
    public static string Metafor(Pool pool) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"library(metafor)\nrma(yi = c({string.Join(", ", pool.Effects.Select(effect => effect.G.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}),\n    vi = c({string.Join(", ", pool.Effects.Select(effect => effect.Variance.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}),\n    method = \"REML\", test = \"knha\")");

    public string Number(double value, int decimals = 2) => Words.Number(value, decimals);

    public string Range(Interval interval, int decimals = 2) => $"{Number(interval.Lower, decimals)} to {Number(interval.Upper, decimals)}";
}
