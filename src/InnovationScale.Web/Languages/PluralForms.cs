using System.Globalization;

namespace InnovationScale.Languages;

/// <summary>
/// Which of a language's plural forms goes with a count, as the header of a PO file says it: <c>nplurals=2; plural=(n > 1);</c>.
/// The expression is the part of C that gettext takes (GNU gettext manual, 12.6): numbers, <c>n</c>, <c>?: || &amp;&amp; == != &lt; &lt;= &gt; &gt;= + - * / %</c>
/// and parentheses. It is read, never run as code.
/// </summary>
public sealed class PluralForms
{
    /// <summary>Every language counts again by hundreds at the latest: what holds for these holds for all.</summary>
    private const int Tried = 1_000;

    private readonly Func<long, long> form;

    private PluralForms(int count, Func<long, long> form) => (Count, this.form) = (count, form);

    /// <summary>How many forms there are.</summary>
    public int Count { get; }

    /// <summary>The form for a count, from 0.</summary>
    public int this[long n] => (int)form(Math.Abs(n));

    /// <exception cref="FormatException">It cannot be read, or names a form that there is not.</exception>
    public static PluralForms Read(string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var first, var second] || !first.StartsWith("nplurals=", StringComparison.Ordinal) || !second.StartsWith("plural=", StringComparison.Ordinal)
            || !int.TryParse(first["nplurals=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 9)
            throw new FormatException("expected “nplurals=NUMBER; plural=EXPRESSION;”");

        var forms = new PluralForms(count, Expression.Read(second["plural=".Length..]));
        for (var n = 0; n <= Tried; n++)
        {
            if (forms.form(n) is var at && (at < 0 || at >= count)) throw new FormatException($"for {n} the expression says form {at}, of {count} forms counted from 0");
        }

        return forms;
    }

    /// <summary>A reader by recursive descent: each level knows the operators that bind more tightly than those of the level above.</summary>
    private ref struct Expression(string text)
    {
        private const int DeepestNesting = 50;

        private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]];

        private int at;
        private int depth;

        public static Func<long, long> Read(string text)
        {
            var reader = new Expression(text);
            var read = reader.Choice();
            return reader.at == text.Length ? read : throw reader.Unexpected();
        }

        private Func<long, long> Choice()
        {
            if (++depth > DeepestNesting) throw new FormatException("the expression is nested too deeply");
            var asked = Binary(0);
            if (Take("?"))
            {
                var then = Choice();
                if (!Take(":")) throw Unexpected();
                var (ask, otherwise) = (asked, Choice());
                asked = n => ask(n) != 0 ? then(n) : otherwise(n);
            }

            depth--;
            return asked;
        }

        private Func<long, long> Binary(int level)
        {
            if (level == Levels.Length) return Operand();
            var left = Binary(level + 1);
            while (TakeAny(Levels[level]) is { } sign) left = Joined(sign, left, Binary(level + 1));
            return left;
        }

        private static Func<long, long> Joined(string sign, Func<long, long> left, Func<long, long> right) => sign switch
        {
            "||" => n => left(n) != 0 || right(n) != 0 ? 1 : 0,
            "&&" => n => left(n) != 0 && right(n) != 0 ? 1 : 0,
            "==" => n => left(n) == right(n) ? 1 : 0,
            "!=" => n => left(n) != right(n) ? 1 : 0,
            "<=" => n => left(n) <= right(n) ? 1 : 0,
            ">=" => n => left(n) >= right(n) ? 1 : 0,
            "<" => n => left(n) < right(n) ? 1 : 0,
            ">" => n => left(n) > right(n) ? 1 : 0,
            "+" => n => left(n) + right(n),
            "-" => n => left(n) - right(n),
            "*" => n => left(n) * right(n),
            "/" => n => left(n) / Divisor(right(n)),
            _ => n => left(n) % Divisor(right(n)),
        };

        private static long Divisor(long by) => by == 0 ? throw new FormatException("the expression divides by 0") : by;

        private Func<long, long> Operand()
        {
            if (Take("n")) return n => n;
            if (Take("("))
            {
                var inner = Choice();
                return Take(")") ? inner : throw Unexpected();
            }

            var from = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            return at > from && long.TryParse(text.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? _ => number : throw Unexpected();
        }

        private string? TakeAny(string[] signs)
        {
            foreach (var sign in signs)
            {
                if (Take(sign)) return sign;
            }

            return null;
        }

        private bool Take(string sign)
        {
            while (at < text.Length && text[at] is ' ' or '\t') at++;
            if (!text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal)) return false;
            at += sign.Length;
            while (at < text.Length && text[at] is ' ' or '\t') at++;
            return true;
        }

        private readonly FormatException Unexpected() => new(at < text.Length ? $"“{text[at..]}” is not expected there" : "the expression ends too soon");
    }
}
