using InnovationScale.Committees;
using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Evaluations;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.ScaleUp;
using InnovationScale.Trials;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Audit;

/// <summary>Where the pages of a kind of record are, and its history.</summary>
public static class RecordPlace
{
    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        [Pilot.Kind] = "pilots", [Cycle.Kind] = "cycles", [Trial.Kind] = "trials", [Evaluation.Kind] = "evaluations", [Innovation.Kind] = "innovations",
        [Replication.Kind] = "replications", [ExternalStudy.Kind] = "studies", [School.Kind] = "schools",
        [GrantCall.Kind] = "calls", [GrantApplication.Kind] = "applications", [CatalyticGrant.Kind] = "grants",
        [Committee.Kind] = "committees", [ScaleUpReview.Kind] = "reviews",
        [LearningQuestion.Kind] = "questions", [CommunityGroup.Kind] = "groups", [Membership.Kind] = "memberships",
    };

    /// <summary>The address of the history of the record whose own page this is; null on every other page.</summary>
    public static string? HistoryOf(HttpContext context, Words words)
    {
        if (context.Request.RouteValues["id"] is not string id) return null;
        foreach (var (kind, place) in Places)
        {
            if (context.Request.Path.Equals($"/{words.Lang}/{place}/{id}", StringComparison.OrdinalIgnoreCase)) return $"/{words.Lang}/history/{kind}/{id}";
        }

        return null;
    }

    /// <summary>The way back to the record.</summary>
    public static Crumb[] Crumbs(Words words, string kind, string id, Principal who) => (kind, id) == (Person.Kind, who.Person) ? [new(words["Your account"], $"/{words.Lang}/account")]
        : Address(words, kind, id) is { } address ? [new(words["The record"], address)] : [];

    /// <summary>The record's own page; null for a kind that has none.</summary>
    public static string? Address(Words words, string kind, string id) => Places.TryGetValue(kind, out var place) ? $"/{words.Lang}/{place}/{id}" : null;

    /// <summary>What several records of a kind are called.</summary>
    public static string Title(Words words, string kind) => kind switch
    {
        "pilot" => words["Pilots"],
        "cycle" => words["Cycles"],
        "trial" => words["Trials"],
        "evaluation" => words["Evaluations"],
        "innovation" => words["Innovations"],
        "replication" => words["Replications"],
        "study" => words["Studies from elsewhere"],
        "school" => words["Schools"],
        "grant-call" => words["Calls for applications"],
        "grant-application" => words["Applications"],
        "grant" => words["Grants"],
        "committee" => words["Committees"],
        "review" => words["Reviews"],
        "learning-question" => words["Learning agenda"],
        "group" => words["Groups"],
        "membership" => words["Memberships"],
        _ => kind,
    };
}
