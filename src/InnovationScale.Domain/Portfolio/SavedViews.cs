using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace InnovationScale.Portfolio;

/// <summary>What one person looks at again and again: addresses of the portfolio under names of her own. One that she forgets stays in the history.</summary>
public sealed record SavedViews : IAggregate<SavedViews, SavedViewsCommand, SavedViewsEvent>, IBelongs
{
    public static string Kind => "saved-views";

    public static SavedViews New { get; } = new();

    public const int ViewsMost = 50, NameMost = 60, QueryMost = 1_000;

    /// <summary>Whose they are; empty until the first is saved.</summary>
    public string Owner { get; init; } = "";

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, string> Views { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public IEnumerable<string> Homes(string id) => [];

    public IEnumerable<string> Workers => [Owner];

    public Decision<SavedViewsEvent> Decide(SavedViewsCommand command, Stamp stamp) => command switch
    {
        SaveView save => Save(save),
        ForgetView forget => Views.ContainsKey(forget.Name) ? new ViewForgotten(forget.Name) : Refusal.NotFound("no-such-view", "You have no view of this name."),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public SavedViews Evolve(SavedViewsEvent happened, Stamp stamp) => happened switch
    {
        ViewSaved e => this with { Owner = stamp.Actor, Views = Views.SetItem(e.Name, e.Query) },
        ViewForgotten e => this with { Views = Views.Remove(e.Name) },
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Decision<SavedViewsEvent> Save(SaveView save)
    {
        var name = save.Name.Trim();
        if (name.Length is 0 or > NameMost) return Refusal.Invalid("view-name-missing", "Give the view a name, at most 60 letters.");
        if (save.Query.Length > QueryMost) return Refusal.Invalid("view-too-long", "This view has too many filters to be kept. Take some away.");
        if (Views.Count >= ViewsMost && !Views.ContainsKey(name)) return new Refusal("views-full", "You keep 50 views already. Forget one first.");

        return new ViewSaved(name, save.Query);
    }
}

/// <summary>What can be asked of <see cref="SavedViews"/>.</summary>
public abstract record SavedViewsCommand : ICommand<SavedViews>;

/// <summary>Keeps what an address shows under a name; the same name again replaces it.</summary>
/// <param name="Query">The part of the address from its question mark on; empty for the whole portfolio.</param>
public sealed record SaveView(string Name, string Query) : SavedViewsCommand;

public sealed record ForgetView(string Name) : SavedViewsCommand;

/// <summary>What has happened to <see cref="SavedViews"/>.</summary>
[JsonDerivedType(typeof(ViewSaved), "view-saved")]
[JsonDerivedType(typeof(ViewForgotten), "view-forgotten")]
public abstract record SavedViewsEvent : IEvent<SavedViews>;

public sealed record ViewSaved(string Name, string Query) : SavedViewsEvent;

public sealed record ViewForgotten(string Name) : SavedViewsEvent;
