using System.Globalization;
using InnovationScale.Enquiry;
using InnovationScale.Evidence;
using InnovationScale.Pilots;
using InnovationScale.Statistics;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Innovations;

/// <summary>What is known of one version of an innovation: the verdict, how sure and why not surer, and everything it rests on.</summary>
public sealed class InnovationPage(EvidenceDesk desk) : AppPage
{
    private const int WatchedMost = 5;

    [BindProperty(SupportsGet = true)]
    public string? Version { get; set; }

    public VersionEvidence Evidence { get; private set; } = null!;

    public EvidenceWords Says { get; private set; } = null!;

    /// <summary>The newest pilots that watched one thing over several cycles.</summary>
    public IReadOnlyList<(View<Pilot> Pilot, Charts.RunChart Picture, WatchedSeries Series)> Watched { get; private set; } = [];

    /// <summary>The next level, with what it still needs; null at the top.</summary>
    public LevelStep? NextLevel => Evidence.Level.Steps.FirstOrDefault(step => !step.Missing.IsEmpty);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await desk.Read(Who, id, Version) is not { } evidence) return NotFound();

        Evidence = evidence;
        Watched =
        [
            .. evidence.Pilots.Where(pilot => evidence.Watched.ContainsKey(pilot.Id)).TakeLast(WatchedMost).Reverse()
                .Select(pilot => (pilot, CycleChart.Picture(evidence.Watched[pilot.Id], Words), evidence.Watched[pilot.Id])),
        ];
        Says = new(evidence, Words);
        return Page();
    }

    public string School(string id) => Evidence.SchoolNames.GetValueOrDefault(id) ?? id;

    /// <summary>The call of R's metafor that gives the pool's numbers again.</summary>
    public static string Metafor(Pool pool)
    {
        return $"""
            library(metafor)
            fit <- rma(yi = c({Numbers(pool.Effects.Select(effect => effect.G))}),
                       vi = c({Numbers(pool.Effects.Select(effect => effect.Variance))}),
                       method = "REML", test = "knha")
            fit           # all trials together
            predict(fit)  # what the next school might see: pi.lb to pi.ub
            """;

        static string Numbers(IEnumerable<double> values) => string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
    }

    public string Number(double value, int decimals = 2) => Words.Number(value, decimals);

    public string Range(Interval interval, int decimals = 2) => Words["chart.range", ("low", Number(interval.Lower, decimals)), ("high", Number(interval.Upper, decimals))];
}
