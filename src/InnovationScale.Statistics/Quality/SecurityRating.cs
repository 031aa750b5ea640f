using System.Collections.Immutable;

namespace InnovationScale.Statistics;

/// <summary>What a security rating can be bound by.</summary>
public enum SecurityCriterion
{
    Design,
    Power,
    Attrition,
    Threats,
}

/// <summary>How a number becomes a rating: for 5, 4, 3, 2 and 1 in turn the largest value that still earns it.</summary>
/// <param name="Limits">Five, rising.</param>
/// <param name="FirstIncluded">Whether a value equal to the first limit still earns 5.</param>
/// <param name="OthersIncluded">Whether a value equal to another limit still earns its rating.</param>
public sealed record SecurityBands(ImmutableArray<double> Limits, bool FirstIncluded, bool OthersIncluded)
{
    public int Rate(double value)
    {
        for (var i = 0; i < Limits.Length; i++)
        {
            if (value < Limits[i] || (value == Limits[i] && (i == 0 ? FirstIncluded : OthersIncluded))) return 5 - i;
        }

        return 0;
    }

    /// <summary>The Education Endowment Foundation's (2019) bands of the minimum detectable effect size at randomisation.</summary>
    public static SecurityBands MinimumDetectableEffect { get; } = new([0.2, 0.3, 0.4, 0.5, 0.6], FirstIncluded: true, OthersIncluded: false);

    /// <summary>Its bands of attrition, in whole percent.</summary>
    public static SecurityBands Attrition { get; } = new([10, 20, 30, 40, 50], FirstIncluded: true, OthersIncluded: true);
}

/// <summary>
/// How secure a finding is, 0 to 5 (the Education Endowment Foundation's padlocks, 2019): the lowest of three ratings, then lowered for threats to validity and
/// never raised. It rates the finding, not the effect.
/// </summary>
public sealed record SecurityRating
{
    /// <param name="design">5 randomised; 4 handles some selection on unobservables; 3 on all relevant observables; 2 on some; 1 a comparator alone; 0 none.</param>
    /// <param name="minimumDetectableEffect">At randomisation, in standard deviations.</param>
    /// <param name="attrition">Share of those assigned who were not analysed.</param>
    /// <param name="threats">0 or below: how far threats to validity lower it.</param>
    public SecurityRating(
        int design, double minimumDetectableEffect, double attrition, int threats = 0, SecurityBands? effectBands = null, SecurityBands? attritionBands = null)
    {
        Require.That(design is >= 0 and <= 5, "design-rating", "A design is rated 0 to 5.");
        Require.Positive(minimumDetectableEffect, "minimum-detectable-effect", "The minimum detectable effect");
        Require.Share(attrition, "attrition", "Attrition");
        Require.That(threats <= 0, "threats", "Threats to validity lower a rating; nothing raises it.");
        Design = design;
        Power = (effectBands ?? SecurityBands.MinimumDetectableEffect).Rate(minimumDetectableEffect);
        Attrition = (attritionBands ?? SecurityBands.Attrition).Rate((double)Rounded.HalfUp(100 * attrition, 0));
        Threats = threats;
    }

    public int Design { get; }

    public int Power { get; }

    public int Attrition { get; }

    public int Threats { get; }

    /// <summary>Before threats.</summary>
    public int Initial => Math.Min(Design, Math.Min(Power, Attrition));

    public int Final => Math.Max(0, Initial + Threats);

    /// <summary>What keeps it from being higher: each criterion at the minimum, and threats where they lowered it; empty for a 5.</summary>
    public ImmutableArray<SecurityCriterion> Binding
    {
        get
        {
            if (Final == 5) return [];
            var at = new List<SecurityCriterion>(4);
            if (Design == Initial && Initial < 5) at.Add(SecurityCriterion.Design);
            if (Power == Initial && Initial < 5) at.Add(SecurityCriterion.Power);
            if (Attrition == Initial && Initial < 5) at.Add(SecurityCriterion.Attrition);
            if (Final < Initial) at.Add(SecurityCriterion.Threats);
            return [.. at];
        }
    }
}
