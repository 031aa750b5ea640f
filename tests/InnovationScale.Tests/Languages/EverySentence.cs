using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Humanizer;

namespace InnovationScale.Languages;

/// <summary>
/// Every sentence that the sources show to people stands in every catalogue, with the same places to fill, and no catalogue holds another one.
/// A failing test prints what is missing as entries of a PO file: fill in what they say and put them into the catalogue.
/// </summary>
public partial class EverySentence
{
    public static TheoryData<string> Languages => [.. Words.Catalogues.Where(words => words != Words.English).Select(words => words.Lang)];

    [Theory, MemberData(nameof(Languages))]
    public void Is_said_in_every_language(string language)
    {
        var catalogue = CatalogueOf(language);
        var missing = Asked.Values.Where(asked => !catalogue.Sentences.TryGetValue(asked.Key, out var known) || known.English != asked.English || known.EnglishOfMany != asked.Many).ToList();
        Assert.True(missing.Count == 0, $"{missing.Count} sentences are missing in {language}.po, or are said of another English:\n\n{string.Join('\n', missing.Select(asked => asked.AsEntry(catalogue.Plurals.Count)))}");
    }

    [Theory, MemberData(nameof(Languages))]
    public void Is_shown_somewhere(string language)
    {
        var superfluous = CatalogueOf(language).Sentences.Where(one => !Asked.ContainsKey(one.Key)).Select(one => $"line {one.Value.Line}: {one.Key}").ToList();
        Assert.True(superfluous.Count == 0, $"Nothing shows these sentences of {language}.po any more:\n{string.Join('\n', superfluous)}");
    }

    [Theory, MemberData(nameof(Languages))]
    public void Has_the_same_places_in_every_language(string language) => Assert.Equal([], CatalogueOf(language).Sentences.Values
        .SelectMany(one => one.Said.Select((said, form) => (one, said, form)))
        .Where(each => !Places(each.one.EnglishOfMany ?? each.one.English).SetEquals(Places(each.said)) && !MayLeaveTheCountOut(each.one, each.said))
        .Select(each => $"line {each.one.Line}, form {each.form}: {each.said}"));

    [Fact]
    public void Is_found_in_the_sources_at_all() => Assert.True(Asked.Count > 1_000, $"Only {Asked.Count} sentences were found.");

    /// <summary>“One school” and the Arabic dual say the number in words.</summary>
    private static bool MayLeaveTheCountOut(Translation one, string said) =>
        one.EnglishOfMany is not null && Places(one.EnglishOfMany).Except(["{n}"]).ToHashSet().SetEquals(Places(said));

    private static HashSet<string> Places(string sentence) => [.. Place().Matches(sentence).Select(match => match.Value)];

    private static Catalogue CatalogueOf(string language)
    {
        var file = Path.Combine(Project.Root, "src", "InnovationScale.Web", "Languages", $"{language}.po");
        return Catalogue.Read(Path.GetFileName(file), File.ReadAllText(file));
    }

    /// <summary>A sentence as the sources have it.</summary>
    private sealed record Sought(string? Code, string English, string? Many, string Where)
    {
        public string Key => Code ?? English;

        public string AsEntry(int forms)
        {
            var entry = new StringBuilder().Append("#: ").AppendLine(Where);
            if (Code is not null) entry.AppendLine($"msgctxt {Quoted(Code)}");
            entry.AppendLine($"msgid {Quoted(English)}");
            if (Many is null) return entry.AppendLine("msgstr \"\"").ToString();

            entry.AppendLine($"msgid_plural {Quoted(Many)}");
            for (var form = 0; form < forms; form++) entry.AppendLine($"msgstr[{form}] \"\"");
            return entry.ToString();
        }

        private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static FrozenDictionary<string, Sought> Asked { get; } = Find();

    private static FrozenDictionary<string, Sought> Find()
    {
        var found = new Dictionary<string, Sought>(StringComparer.Ordinal);
        foreach (var sought in OfCodes().Concat(OfNames()).Concat(OfContexts()).Concat(OfRules()).Concat(OfPages())) found.TryAdd(sought.Key, sought);
        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<Sought> OfCodes() => Words.EnglishByCode.Select(one => new Sought(one.Key, one.Value, null, "Words"));

    /// <summary>Values of every enum that a page or a rule names; the English is the value's own name in words where no code says another.</summary>
    private static IEnumerable<Sought> OfNames() => Named().SelectMany(type => Enum.GetNames(type).Select(name => ($"{Kebab(type.Name)}.{Kebab(name)}", name)))
        .Where(one => !Words.EnglishByCode.ContainsKey(one.Item1)).Select(one => new Sought(one.Item1, one.name.Humanize(), null, "names"));

    /// <summary>How a signature says “of one type, a value” (ECMA-335, II.23.2.15).</summary>
    private const byte GenericInstance = 0x0A, ValueType = 0x11;

    /// <summary>Generic calls in the compiled pages and rules tell which enums are shown: <c>Words.Name&lt;T&gt;</c>, <c>Words.Choices&lt;T&gt;</c>, <c>Question.Of&lt;T&gt;</c> and places of sentences.</summary>
    private static HashSet<Type> Named()
    {
        HashSet<Type> named = [];
        foreach (var assembly in (Assembly[])[typeof(Words).Assembly, typeof(Missing).Assembly])
        {
            using var file = new PEReader(File.OpenRead(assembly.Location));
            var read = file.GetMetadataReader();
            for (var row = 1; row <= read.GetTableRowCount(TableIndex.MethodSpec); row++)
            {
                var called = read.GetMethodSpecification(MetadataTokens.MethodSpecificationHandle(row));
                var name = called.Method.Kind is HandleKind.MethodDefinition
                    ? read.GetString(read.GetMethodDefinition((MethodDefinitionHandle)called.Method).Name)
                    : read.GetString(read.GetMemberReference((MemberReferenceHandle)called.Method).Name);
                if (name is not ("Name" or "Choices" or "Of" or "AppendFormatted") || read.GetBlobBytes(called.Signature) is not [GenericInstance, 1, ValueType, ..]) continue;
                if (assembly.ManifestModule.ResolveMethod(MetadataTokens.GetToken(MetadataTokens.MethodSpecificationHandle(row))) is not MethodInfo { IsGenericMethod: true } method) continue;
                if (method.DeclaringType != typeof(Words) && method.DeclaringType != typeof(Acts.Question) && method.DeclaringType != typeof(Sentence)) continue;
                named.UnionWith(method.GetGenericArguments().Where(argument => argument.IsEnum));
            }

            // A table of steps names the states it is about.
            named.UnionWith(assembly.GetTypes().Where(type => !type.ContainsGenericParameters).SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Select(property => property.PropertyType).Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Steps<>)).Select(type => type.GetGenericArguments()[0]));
        }

        return named;
    }

    private static IEnumerable<Sought> OfContexts() => People.ContextProfile.Dimensions.SelectMany(dimension => dimension.Values.Where(value => value.Any(char.IsAsciiLetter)).Select(value => ($"context-value.{value}", value))
            .Append(($"context.{dimension.Code}", dimension.Code)))
        .Where(one => !Words.EnglishByCode.ContainsKey(one.Item1)).Select(one => new Sought(one.Item1, one.Item2.Humanize(LetterCasing.Sentence), null, "context"));

    /// <summary>Refusals, what is missing and the criteria of a rating: every text in the rules that reads as a sentence.</summary>
    private static IEnumerable<Sought> OfRules() => SourcesOf("InnovationScale.Domain", "InnovationScale.Grains")
        .Where(source => source.Refuses && !Unshown.Any(part => source.Path.Contains(part, StringComparison.Ordinal)))
        .SelectMany(source => source.Texts().Where(text => !source.IsThrown(text)).Select(text => source.Pattern(text)).Where(ReadsAsASentence).Select(text => new Sought(null, text, null, source.Path)));

    /// <summary>Told to programs and to those who run a server: the demonstration's own texts, settings, stores, the telemetry and the reading of files.</summary>
    private static string[] Unshown => ["/Demonstration/", "/Storage/", "Telemetry", "/Hosting/"];

    private static bool ReadsAsASentence(string text) => Sentencelike().IsMatch(text) && !LogMessage().IsMatch(text) && !SaidInEnglish.Contains(text);

    /// <summary>Why something could not be computed is told in English, marked as such, as the statistics tell it.</summary>
    private static string[] SaidInEnglish => ["Fewer than {0} pupils in a group: withheld so that nobody can be recognised.", "All but fewer than {0} pupils of a group: withheld, since the others could be worked out from it."];

    private static IEnumerable<Sought> OfPages() => SourcesOf("InnovationScale.Web").SelectMany(source => source.Keys());


    private static IEnumerable<Source> SourcesOf(params string[] projects) => projects
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Project.Root, "src", project), "*.cs*", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && Path.GetExtension(file) is ".cs" or ".cshtml")
        .Order(StringComparer.Ordinal).Select(file => new Source(Path.GetRelativePath(Path.Combine(Project.Root, "src"), file), File.ReadAllText(file)));

    /// <summary>A source file, looked through for texts in double quotes.</summary>
    private sealed class Source(string path, string text)
    {
        public string Path { get; } = "/" + path.Replace('\\', '/');

        /// <summary>Says why something cannot be, or how far it can be trusted.</summary>
        public bool Refuses => Refusal().IsMatch(text);

        /// <summary>Keys of <c>words["…"]</c>, <c>words.Count(…, "…", "…")</c> and <c>Words.Key("…")</c>; of a choice between several, each.</summary>
        public IEnumerable<Sought> Keys()
        {
            foreach (Match call in Lookup().Matches(text))
            {
                // What stands in a comment is looked up by nobody.
                if (text[(text.LastIndexOf('\n', call.Index) + 1)..call.Index].TrimStart().StartsWith("//", StringComparison.Ordinal)) continue;

                var counts = call.Value.EndsWith("Count(", StringComparison.Ordinal);
                List<string> keys = [.. Arguments(call.Index + call.Length).Where(key => !key.StartsWith('$')).Select(key => Unescaped(key))];
                if (counts && keys.Count >= 2) yield return new(null, keys[0], keys[1], Path);
                else if (!counts) foreach (var key in keys.Where(key => !Words.EnglishByCode.ContainsKey(key) && !CodeLike().IsMatch(key))) yield return new(null, key, null, Path);
            }
        }

        /// <summary>The texts of a call's first arguments, up to the first <c>("name", value)</c> or its end.</summary>
        private IEnumerable<string> Arguments(int from)
        {
            var depth = 0;
            for (var at = from; at < text.Length; at++)
            {
                if (text[at] is '(' && depth == 0 && text[at + 1] is '"') yield break;
                if (text[at] is '(' or '[' or '{') depth++;
                if (text[at] is ')' or ']' or '}' && --depth < 0) yield break;
                if (text[at] is not '"') continue;

                var end = EndOf(at);
                if (depth == 0) yield return (at > 0 && text[at - 1] is '$' ? "$" : "") + text[(at + 1)..end];
                at = end;
            }
        }

        /// <summary>Where every text begins, comments and character literals left out.</summary>
        public IEnumerable<int> Texts()
        {
            for (var at = 0; at < text.Length; at++)
            {
                if (text[at] is '/' && at + 1 < text.Length && text[at + 1] is '/')
                {
                    at = text.IndexOf('\n', at);
                    if (at < 0) yield break;
                }
                else if (text[at] is '\'' && at + 2 < text.Length)
                {
                    at += text[at + 1] is '\\' ? 3 : 2;
                }
                else if (text[at] is '"')
                {
                    yield return at;
                    at = EndOf(at);
                }
            }
        }

        /// <summary>Faults are told to those who run a server, in English.</summary>
        public bool IsThrown(int at)
        {
            var before = text[Math.Max(0, at - 200)..at];
            return before.LastIndexOf("Exception(", StringComparison.Ordinal) is var thrown && thrown >= 0 && !before[thrown..].Contains(';', StringComparison.Ordinal);
        }

        /// <summary>The text at a quote, its places numbered as <see cref="Sentence"/> numbers them.</summary>
        public string Pattern(int at)
        {
            var raw = text[(at + 1)..EndOf(at)];
            if (text[at - 1] is not '$') return Unescaped(raw);

            var pattern = new StringBuilder();
            var place = 0;
            for (var i = 0; i < raw.Length; i++)
            {
                if (raw[i] is '{')
                {
                    pattern.Append('{').Append(place++).Append('}');
                    for (var depth = 1; depth > 0;) depth += raw[++i] switch { '{' => 1, '}' => -1, _ => 0 };
                }
                else
                {
                    pattern.Append(raw[i]);
                }
            }

            return Unescaped(pattern.ToString());
        }

        private int EndOf(int quote)
        {
            if (text.AsSpan(quote).StartsWith("\"\"\"")) return text.IndexOf("\"\"\"", quote + 3, StringComparison.Ordinal) + 2;

            var interpolated = quote > 0 && text[quote - 1] is '$';
            var depth = 0;
            for (var at = quote + 1; at < text.Length; at++)
            {
                if (text[at] is '\\') at++;
                else if (interpolated && text[at] is '{') depth++;
                else if (interpolated && text[at] is '}') depth--;
                else if (text[at] is '"' && depth == 0) return at;
                else if (text[at] is '"') at = EndOf(at);
            }

            throw new InvalidOperationException($"{Path}: a text begins at {quote} and does not end.");
        }

        private static string Unescaped(string raw) => raw.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
    }

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    [GeneratedRegex("""([wW]ords(\.Of\([\w.]+\))?|this)\[|[wW]ords\.Count\(|Words\.Key\(""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Lookup();

    [GeneratedRegex(@"\b(Refusal|Missing|Criterion|UploadError|UploadNote)\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^(\p{Lu}|“|\{\d\}).* .*\p{L}{2}.*([.?]|: \{\d\})$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Sentencelike();

    /// <summary>A message for the log names its places.</summary>
    [GeneratedRegex(@"\{\p{Lu}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LogMessage();

    /// <summary>A code, or part of one, that is put together where it is looked up.</summary>
    [GeneratedRegex(@"^[a-z0-9-]+(\.[a-z0-9-]*)+$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex CodeLike();

    [GeneratedRegex(@"\{[\w.]+\}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Place();
}
