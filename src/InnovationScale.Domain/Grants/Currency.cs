using System.Collections.Frozen;
using System.Collections.Immutable;

namespace InnovationScale.Grants;

/// <summary>Currencies in use (ISO 4217) and how many digits stand after the point. Amounts are whole numbers of the smallest unit, such as cents.</summary>
public static class Currency
{
    /// <summary>No grant is larger, in the smallest unit of its currency: sums of many still fit.</summary>
    public const long AmountMost = 1_000_000_000_000_000;

    private const string Codes =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
        + "GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        + "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
        + "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

    private static readonly FrozenSet<string> Known = Codes.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>
        Whole = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".Split(' ').ToFrozenSet(StringComparer.Ordinal),
        Thousandths = "BHD IQD JOD KWD LYD OMR TND".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static IEnumerable<string> All => Known.Order(StringComparer.Ordinal);

    public static bool Knows(string code) => Known.Contains(code);

    /// <summary>Digits after the point: 2 for USD, 0 for XOF, 3 for JOD.</summary>
    public static int Digits(string code) => Whole.Contains(code) ? 0 : Thousandths.Contains(code) ? 3 : 2;

    /// <summary>An amount as people write it: 1,250.50 for 125050 cents.</summary>
    public static decimal Decimal(string code, long minor) => minor / Unit(code);

    /// <summary>In the smallest unit; null where it has more digits than the currency, or is out of range.</summary>
    public static long? Minor(string code, decimal amount) =>
        Math.Abs(amount) <= AmountMost / Unit(code) && amount * Unit(code) is var minor && decimal.Truncate(minor) == minor ? (long)minor : null;

    public static bool IsAmount(long minor) => minor is > 0 and <= AmountMost;

    /// <summary>No budget has more lines.</summary>
    public const int LinesMost = 200;

    /// <summary>Every line is an amount, and so are all of them together; nothing at all is a budget too.</summary>
    public static bool IsBudget(ImmutableArray<BudgetLine> lines) =>
        lines.Length <= LinesMost && lines.All(line => IsAmount(line.Amount)) && lines.Sum(line => line.Amount) <= AmountMost;

    private static decimal Unit(string code) => Digits(code) switch { 0 => 1m, 3 => 1000m, _ => 100m };
}
