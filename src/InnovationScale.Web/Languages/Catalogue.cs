using System.Text;

namespace InnovationScale.Languages;

/// <summary>A sentence of a catalogue: what it is found by, its English, and how it is said, once for each plural form.</summary>
/// <param name="Code">The context of gettext: the code of a sentence that has one; null where the English sentence itself is the key.</param>
public sealed record Translation(string? Code, string English, string? EnglishOfMany, IReadOnlyList<string> Said, int Line)
{
    public string Key => Code ?? English;
}

/// <summary>One language's sentences, read from a PO file (GNU gettext manual, 10), the format that translators' programs write.</summary>
/// <remarks>
/// The header says what else belongs to the language: <c>Language</c> (BCP 47, as in addresses), <c>X-Own-Name</c> (for the link that
/// switches to it), <c>X-Culture</c> (whose numbers and dates) and <c>Plural-Forms</c>. Entries marked fuzzy or left empty are not there.
/// </remarks>
public sealed class Catalogue
{
    private readonly string file;
    private readonly Dictionary<string, string> header = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Translation> sentences = new(StringComparer.Ordinal);

    private Catalogue(string file) => this.file = file;

    public string Language => Of("Language");

    public string OwnName => Of("X-Own-Name");

    public string Culture => Of("X-Culture");

    public PluralForms Plurals { get; private set; } = null!;

    /// <summary>By code or, where there is none, by the English sentence.</summary>
    public IReadOnlyDictionary<string, Translation> Sentences => sentences;

    /// <param name="file">What the catalogue is called when something in it cannot be read.</param>
    /// <exception cref="CatalogueBrokenException">It cannot be read; the message says where and why.</exception>
    public static Catalogue Read(string file, string text)
    {
        var catalogue = new Catalogue(file);
        var entry = new Entry();
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r').Trim()).Append(""))
        {
            number++;
            if (line is "" || line.StartsWith('#'))
            {
                if (entry.Begun) catalogue.Take(entry);
                if (entry.Begun) entry = new();
                entry.Fuzzy |= line.StartsWith("#,", StringComparison.Ordinal) && line.Contains("fuzzy", StringComparison.Ordinal);
                continue;
            }

            if (entry.Opens(line))
            {
                catalogue.Take(entry);
                entry = new();
            }

            if (!entry.Read(line, number)) throw catalogue.Broken(number, $"expected msgctxt, msgid, msgid_plural, msgstr or msgstr[n] with a text in double quotes, and found: {line}");
        }

        return catalogue.header.Count > 0 ? catalogue : throw catalogue.Broken(1, "the header is missing: an entry whose msgid is empty");
    }

    private void Take(Entry entry)
    {
        if (entry.English is not { } english) throw Broken(entry.Line, "there is no msgid");
        if (entry.Said.Count == 0) throw Broken(entry.Line, "there is no msgstr");
        if (entry is { English: "", Code: null })
        {
            Head(entry);
            return;
        }

        if (Plurals is null) throw Broken(entry.Line, "the header comes first: an entry whose msgid is empty");
        var forms = entry.Many is null ? 1 : Plurals.Count;
        if (!entry.Said.Keys.Order().SequenceEqual(Enumerable.Range(0, forms))) throw Broken(entry.Line, $"expected {forms} forms, msgstr[0] to msgstr[{forms - 1}]");
        if (entry.Fuzzy || entry.Said.Values.Any(said => said.Length == 0)) return;

        var translation = new Translation(entry.Code, english, entry.Many, [.. Enumerable.Range(0, forms).Select(form => entry.Said[form])], entry.Line);
        if (!sentences.TryAdd(translation.Key, translation)) throw Broken(entry.Line, $"“{translation.Key}” stands in line {sentences[translation.Key].Line} already");
    }

    private void Head(Entry entry)
    {
        if (header.Count > 0) throw Broken(entry.Line, "there are two headers");
        foreach (var line in entry.Said.GetValueOrDefault(0, "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) header[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        foreach (var needed in (ReadOnlySpan<string>)["Language", "X-Own-Name", "X-Culture", "Plural-Forms"])
        {
            if (!header.ContainsKey(needed)) throw Broken(entry.Line, $"the header has no {needed}");
        }

        try
        {
            Plurals = PluralForms.Read(Of("Plural-Forms"));
        }
        catch (FormatException wrong)
        {
            throw Broken(entry.Line, $"Plural-Forms: {wrong.Message}");
        }
    }

    private string Of(string name) => header[name];

    private CatalogueBrokenException Broken(int line, string what) => new($"{file}, line {line}: {what}.");

    /// <summary>An entry while its lines are read.</summary>
    private sealed class Entry
    {
        private readonly Dictionary<int, string> said = [];
        private Action<string>? goesOn;

        public int Line { get; private set; }

        public bool Begun => Line > 0;

        public bool Fuzzy { get; set; }

        public string? Code { get; private set; }

        public string? English { get; private set; }

        public string? Many { get; private set; }

        public Dictionary<int, string> Said => said;

        /// <summary>The line opens the next entry.</summary>
        public bool Opens(string line) => said.Count > 0 && (line.StartsWith("msgctxt ", StringComparison.Ordinal) || line.StartsWith("msgid ", StringComparison.Ordinal));

        public bool Read(string line, int number)
        {
            var quote = line.IndexOf('"', StringComparison.Ordinal);
            if (quote < 0 || Unquoted(line[quote..]) is not { } text) return false;
            if (Line == 0) Line = number;
            var keyword = line[..quote].TrimEnd();
            switch (keyword)
            {
                case "" when goesOn is not null:
                    break;
                case "msgctxt" when Code is null && English is null:
                    goesOn = more => Code += more;
                    break;
                case "msgid" when English is null:
                    goesOn = more => English += more;
                    break;
                case "msgid_plural" when English is not null && Many is null && said.Count == 0:
                    goesOn = more => Many += more;
                    break;
                case "msgstr" when English is not null && Many is null && said.Count == 0:
                    goesOn = more => said[0] = said.GetValueOrDefault(0) + more;
                    break;
                case ['m', 's', 'g', 's', 't', 'r', '[', var digit and >= '0' and <= '9', ']'] when Many is not null && !said.ContainsKey(digit - '0'):
                    goesOn = more => said[digit - '0'] = said.GetValueOrDefault(digit - '0') + more;
                    break;
                default:
                    return false;
            }

            goesOn(text);
            return true;
        }

        /// <summary>The text between double quotes, or null where it is none.</summary>
        private static string? Unquoted(string quoted)
        {
            if (quoted.Length < 2 || quoted[^1] != '"') return null;
            var text = new StringBuilder(quoted.Length);
            for (var at = 1; at < quoted.Length - 1; at++)
            {
                if (quoted[at] is '"') return null;
                if (quoted[at] is not '\\')
                {
                    text.Append(quoted[at]);
                    continue;
                }

                if (++at == quoted.Length - 1) return null;
                switch (quoted[at])
                {
                    case 'n': text.Append('\n'); break;
                    case 't': text.Append('\t'); break;
                    case '"' or '\\': text.Append(quoted[at]); break;
                    default: return null;
                }
            }

            return text.ToString();
        }
    }
}

/// <summary>A catalogue that cannot be read: the message names the file, the line and what was expected.</summary>
public sealed class CatalogueBrokenException(string message) : Exception(message);
