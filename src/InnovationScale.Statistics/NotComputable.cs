using System.Diagnostics.CodeAnalysis;

namespace InnovationScale.Statistics;

/// <summary>
/// Why a number cannot be had: a stable code for programs and a sentence for people. Nothing here returns NaN in silence; what cannot be
/// computed is thrown as a <see cref="NotComputableException"/> that carries one of these, or comes as a value from <see cref="Computed.Try{T}"/>.
/// </summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Sentence">What is wrong and, where it can be said, how to mend it.</param>
public record NotComputable(string Code, string Sentence);

/// <summary>Every row lacks a finite effect or variance.</summary>
/// <param name="LeftOut">How many rows there were.</param>
public sealed record NoUsableStudies(int LeftOut)
    : NotComputable("no-usable-studies", LeftOut == 0
        ? "There are no studies."
        : $"None of the {LeftOut} rows has both a finite effect and a finite variance.");

/// <summary>A sampling variance that is 0 or negative: its weight would be infinite.</summary>
/// <param name="Row">The row, from 0, in the order given.</param>
public sealed record NonPositiveVariance(int Row, double Variance)
    : NotComputable("non-positive-variance", $"The sampling variance of row {Row + 1} is {Variance:R}; a variance is above 0.");

/// <summary>An effect above 1e30, or a variance above it or below 1e-30: its powers would leave the range of double precision. Rescale the outcome.</summary>
/// <param name="Row">The row, from 0, in the order given.</param>
public sealed record ExtremeStudy(int Row, double Effect, double Variance)
    : NotComputable("extreme-study", $"Row {Row + 1} has an effect of {Effect:R} and a variance of {Variance:R}; both must lie within 1e30, the variance above 1e-30. Rescale the outcome.");

/// <summary>A design column that the columns before it already say.</summary>
/// <param name="Column">The column, from 0.</param>
public sealed record RankDeficient(int Column, string Name)
    : NotComputable("rank-deficient", $"Column {Column + 1} ({Name}) is a combination of the columns before it: leave it out.");

/// <summary>Fewer studies than a quantity needs.</summary>
public sealed record TooFewStudies(string Quantity, int Studies, int Needed)
    : NotComputable("too-few-studies", $"{Quantity} needs at least {Needed} studies; there are {Studies}.");

/// <summary>A cluster-robust variance needs clusters to compare.</summary>
public sealed record OneCluster()
    : NotComputable("one-cluster", "A cluster-robust variance needs at least 2 clusters.");

/// <summary>An iteration that did not arrive; it never returns the point where it stopped.</summary>
/// <param name="Iterations">How many were made.</param>
public sealed record NotConverged(string Quantity, int Iterations)
    : NotComputable("not-converged", $"{Quantity} did not converge in {Iterations} iterations.");

/// <summary>An input outside its range.</summary>
public sealed record InvalidInput(string Code, string Sentence) : NotComputable(Code, Sentence);

/// <summary>Carries the reason why a number cannot be had.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "It always has a reason.")]
public sealed class NotComputableException(NotComputable reason) : Exception(reason?.Sentence)
{
    public NotComputable Reason { get; } = reason ?? throw new ArgumentNullException(nameof(reason));

    public string Code => Reason.Code;
}

/// <summary>A result, or the reason why there is none.</summary>
public readonly record struct Computed<T>
{
    private readonly T? value;

    private Computed(T? value, NotComputable? why) => (this.value, Why) = (value, why);

    /// <summary>Null when there is a value.</summary>
    public NotComputable? Why { get; }

    /// <summary>The result; throws the reason when there is none.</summary>
    public T Value => Why is null ? value! : throw new NotComputableException(Why);

    public bool TryGet([MaybeNullWhen(false)] out T result)
    {
        result = value;
        return Why is null;
    }

    public TResult Match<TResult>(Func<T, TResult> computed, Func<NotComputable, TResult> not) =>
        Why is null ? computed(value!) : not(Why);

    internal static Computed<T> Of(T value) => new(value, null);

    internal static Computed<T> Not(NotComputable why) => new(default, why);
}

/// <summary>Turns a thrown reason into a value, for callers that go on without the number.</summary>
public static class Computed
{
    public static Computed<T> Try<T>(Func<T> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        try
        {
            return Computed<T>.Of(compute());
        }
        catch (NotComputableException e)
        {
            return Computed<T>.Not(e.Reason);
        }
    }
}
