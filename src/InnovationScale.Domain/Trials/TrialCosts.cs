using System.Collections.Immutable;

namespace InnovationScale.Trials;

/// <summary>
/// What it took to try something, beyond usual teaching: every thing that was needed, whoever paid for it, at what it would cost to have (the ingredients method of Levin, McEwan, Belfield,
/// Bowden and Shand, 2018), and the time of teachers, which is told as time.
/// </summary>
/// <param name="Currency">ISO 4217, such as <c>KES</c>.</param>
/// <param name="Year">Of the prices.</param>
/// <param name="Learners">How many got it.</param>
/// <param name="TeacherMinutes">Extra minutes a week for each teacher.</param>
public sealed record TrialCosts(string Currency, int Year, int Learners, decimal TeacherMinutes, ImmutableArray<Ingredient> Ingredients)
{
    public decimal Total => Ingredients.Sum(one => one.Cost);

    public decimal PerLearner => Total / Learners;

    internal Refusal? Fault() => Currency is { } code && Grants.Currency.Knows(code) && Year is >= 1990 and <= 2100 && Learners is > 0 and <= 10_000_000 && TeacherMinutes is >= 0 and <= 10_080
        && !Ingredients.IsDefaultOrEmpty && Ingredients.Length <= 200 && Ingredients.All(one => !string.IsNullOrWhiteSpace(one.What) && one.Quantity is > 0 and <= 1e9m && one.Price is >= 0 and <= 1e12m)
            ? null
            : Refusal.Invalid("costs-unclear", "Give the currency by its three letters, the year of the prices, how many learners got it, the extra minutes of a week, and for each thing its name, how many and the price of one.");
}

/// <summary>One thing that was needed. What was given or borrowed has its price too.</summary>
public sealed record Ingredient(string What, decimal Quantity, decimal Price)
{
    public decimal Cost => Quantity * Price;
}
