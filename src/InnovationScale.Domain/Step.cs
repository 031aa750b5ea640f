using System.Collections.Immutable;

namespace InnovationScale;

/// <summary>A row of an aggregate's table of steps: which command may be asked, in which states, by whom. Pages and docs read the same rows.</summary>
/// <param name="From">States in which it may be asked.</param>
/// <param name="Who">Roles that may ask, and what must tie them to the record.</param>
/// <param name="NeedsReason">The person says why, in the stamp.</param>
public sealed record Step<TState>(Type Command, ImmutableArray<TState> From, ImmutableArray<Grant> Who, bool NeedsReason = false) where TState : struct, Enum
{
    public ImmutableArray<Role> Roles { get; } = [.. Who.Select(grant => grant.Role)];
}

/// <summary>The table of steps of one kind of aggregate, and the refusals that follow from it.</summary>
/// <param name="Noun">What people call the aggregate, such as <c>trial</c>; its refusal codes begin with it.</param>
public sealed class Steps<TState>(string Noun, params ImmutableArray<Step<TState>> rows) where TState : struct, Enum
{
    public ImmutableArray<Step<TState>> Rows => rows;

    private readonly ImmutableDictionary<Type, Step<TState>> byCommand = rows.ToImmutableDictionary(row => row.Command);

    /// <summary>The refusal, or null when the table has nothing against it. The default state is the one before the first event.</summary>
    public Refusal? Refuse(object command, TState state, Stamp stamp)
    {
        var step = byCommand[command.GetType()];
        if (!step.Roles.Contains(stamp.Role.Role))
            return Refusal.NotAllowed($"{Noun}-role", $"This is for {step.Roles}; you act as {stamp.Role.Role}.");
        if (!step.From.Contains(state))
        {
            return EqualityComparer<TState>.Default.Equals(state, default)
                ? Refusal.NotFound($"{Noun}-unknown", $"There is no such {Noun}.")
                : new Refusal($"{Noun}-state", $"The {Noun} is {state}; this is possible when it is {step.From}.");
        }

        return step.NeedsReason && string.IsNullOrWhiteSpace(stamp.Reason)
            ? Refusal.Invalid("reason-needed", "Say why, in a sentence: the reason is kept with the record.")
            : null;
    }
}
