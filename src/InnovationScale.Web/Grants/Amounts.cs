using System.Diagnostics;
using InnovationScale.Acts;

namespace InnovationScale.Grants;

/// <summary>Amounts as people write them in forms: <c>1250.50</c> or <c>1250,50</c>.</summary>
public static class Amounts
{
    public static Question Question(string currency, long? given = null) =>
        new("amount", Asks.Amount) { Currency = currency, Hint = currency, Given = given is { } minor ? Money.Write(currency, minor) : null };

    /// <summary>The answer to <see cref="Question"/>, which the form has found to be an amount.</summary>
    public static long Read(Answers answers, string currency) => Read(answers["amount"], currency) ?? throw new UnreachableException("The form took what is no amount.");

    /// <summary>In the smallest unit; null where it is no amount of this currency, or may be two different ones.</summary>
    public static long? Read(string? text, string currency) =>
        text?.Trim() is { } typed && Answers.Decimal(typed) is { } amount ? Currency.Minor(currency, amount) : null;
}
