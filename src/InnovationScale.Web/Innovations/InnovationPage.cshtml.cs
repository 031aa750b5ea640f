using System.Globalization;
using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Evidence;
using InnovationScale.Pilots;
using InnovationScale.ScaleUp;
using InnovationScale.Statistics;
using Microsoft.AspNetCore.Mvc;

namespace InnovationScale.Innovations;

/// <summary>What is known of one version of an innovation: the verdict, how sure and why not surer, and everything it rests on.</summary>
public sealed class InnovationPage(EvidenceDesk desk, ReviewDesk reviews, CommunityDesk community) : AppPage
{
    private const int WatchedMost = 5;

    [BindProperty(SupportsGet = true)]
    public string? Version { get; set; }

    public VersionEvidence Evidence { get; private set; } = null!;

    public EvidenceWords Says { get; private set; } = null!;

    /// <summary>What a committee decided about this version, and where that is read.</summary>
    public (ScaleStatus Status, ReviewFace? Review) Decided { get; private set; }

    /// <summary>Questions of the learning agenda that it looks into.</summary>
    public IReadOnlyList<(string Id, string Question)> Questions { get; private set; } = [];

    /// <summary>The newest pilots that watched one thing over several cycles.</summary>
    public IReadOnlyList<(View<Pilot> Pilot, Charts.RunChart Picture, WatchedSeries Series)> Watched { get; private set; } = [];

    /// <summary>This person could try it in a school of hers.</summary>
    public bool MayTry => Who.Is(Role.Teacher) || Who.Is(Role.SchoolLead);

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await desk.Read(Who, id, Version) is not { } evidence) return NotFound();

        Evidence = evidence;
        Decided = await reviews.Status(Who, id, evidence.Version.Id);
        Questions = await community.LookedInto(Who, new(WorkKind.Innovation, id));
        Watched =
        [
            .. evidence.Pilots.Where(pilot => evidence.Watched.ContainsKey(pilot.Id)).TakeLast(WatchedMost).Reverse()
                .Select(pilot => (pilot, CycleChart.Picture(evidence.Watched[pilot.Id], Words), evidence.Watched[pilot.Id])),
        ];
        Says = new(evidence, Words);
        return Page();
    }

    /// <summary>The calls of R's metafor that give the pool's numbers again, and the difference of the two kinds of school where there is one.</summary>
    public static string Metafor(VersionEvidence evidence)
    {
        var pool = evidence.Level.Pool;
        var all = $"""
            library(metafor)
            yi <- c({Numbers(pool.Effects.Select(effect => effect.G))})
            vi <- c({Numbers(pool.Effects.Select(effect => effect.Variance))})
            fit <- rma(yi, vi, method = "REML", test = "knha")
            fit           # all trials together
            predict(fit)  # what the next school might see: pi.lb to pi.ub
            """;
        if (evidence.Splits.FirstOrDefault(split => split.Difference is not null) is not { } split) return all;

        var first = split.Groups[0];
        return $"""
            {all}
            first <- c({string.Join(", ", pool.Effects.Select(effect => first.Trials.Contains(effect.Name) ? "TRUE" : split.Groups[1].Trials.Contains(effect.Name) ? "FALSE" : "NA"))})  # {first.Dimension}: {first.Level}
            rma(yi, vi, subset = which(first), method = "REML", test = "knha")
            rma(yi, vi, subset = which(!first), method = "REML", test = "knha")
            apart <- rma(yi, vi, mods = ~ first, method = "REML", test = "knha")
            apart         # how far apart: firstTRUE
            """;

        // As many digits as give every figure of this page again.
        static string Numbers(IEnumerable<double> values) => string.Join(", ", values.Select(value => value.ToString("G10", CultureInfo.InvariantCulture)));
    }

    public string Number(double value, int decimals = 2) => Words.Number(value, decimals);

    public string Range(Interval interval) => Range(interval.Lower, interval.Upper);

    public string Range(double low, double high) => Words["chart.range", ("low", Number(low)), ("high", Number(high))];
}

/// <summary>The versions that came from one, drawn as a list inside its item.</summary>
/// <param name="Here">The page’s address.</param>
/// <param name="Parent">Null for the first version.</param>
public sealed record VersionBranch(InnovationPage Page, string Here, string? Parent);
