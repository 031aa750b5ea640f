namespace InnovationScale.Languages;

public class ReadingACatalogue
{
    private const string Head = """
        msgid ""
        msgstr ""
        "Language: xx\n"
        "X-Own-Name: Xish\n"
        "X-Culture: fr-FR\n"
        "Plural-Forms: nplurals=2; plural=(n > 1);\n"


        """;

    private static Catalogue Read(string entries) => Catalogue.Read("xx.po", Head + entries);

    [Fact]
    public void Takes_what_belongs_to_the_language_from_the_header()
    {
        var catalogue = Read("");
        Assert.Equal(("xx", "Xish", "fr-FR", 2), (catalogue.Language, catalogue.OwnName, catalogue.Culture, catalogue.Plurals.Count));
    }

    [Fact]
    public void Finds_a_sentence_by_its_English_and_by_its_code()
    {
        var catalogue = Read("""
            # A comment.
            #: Trials/TrialPage.cshtml
            msgid "Not said yet"
            msgstr "Pas encore dit"

            msgctxt "error"
            msgid "Error"
            msgstr "Erreur"
            """);
        Assert.Equal("Pas encore dit", catalogue.Sentences["Not said yet"].Said[0]);
        Assert.Equal(("Error", "Erreur"), (catalogue.Sentences["error"].English, catalogue.Sentences["error"].Said[0]));
    }

    [Fact]
    public void Joins_lines_and_reads_escapes() =>
        Assert.Equal("a \"b\" \\ c\td\n", Read("msgid \"x\"\nmsgstr \"\"\n\"a \\\"b\\\" \"\n\"\\\\ c\\td\\n\"\n").Sentences["x"].Said[0]);

    [Fact]
    public void Needs_no_empty_line_between_entries_and_takes_line_ends_of_any_system() =>
        Assert.Equal(["x", "y"], Read("msgid \"x\"\r\nmsgstr \"X\"\r\nmsgid \"y\"\r\nmsgstr \"Y\"\r\n").Sentences.Keys.Order());

    [Fact]
    public void Keeps_every_plural_form() =>
        Assert.Equal(["{n} école", "{n} écoles"], Read("msgid \"{n} school\"\nmsgid_plural \"{n} schools\"\nmsgstr[0] \"{n} école\"\nmsgstr[1] \"{n} écoles\"\n").Sentences["{n} school"].Said);

    [Fact]
    public void Leaves_out_what_is_fuzzy_or_empty_or_struck_out() =>
        Assert.Empty(Read("#, fuzzy\nmsgid \"x\"\nmsgstr \"X\"\n\nmsgid \"y\"\nmsgstr \"\"\n\n#~ msgid \"z\"\n#~ msgstr \"Z\"\n").Sentences);

    [Theory]
    [InlineData("msgid \"x\"\n", 8, "no msgstr")]
    [InlineData("msgstr \"x\"\n", 8, "expected")]
    [InlineData("msgid \"x\"\nmsgstr \"unended\n", 9, "double quotes")]
    [InlineData("msgid \"x\"\nmsgstr \"a\" b\"\n", 9, "double quotes")]
    [InlineData("msgid \"x\"\nmsgstr \"\\q\"\n", 9, "double quotes")]
    [InlineData("msgid \"x\"\nmsgstr \"\\\"\n", 9, "double quotes")]
    [InlineData("\"alone\"\n", 8, "expected")]
    [InlineData("msgid x\n", 8, "expected")]
    [InlineData("<<<<<<< HEAD\n", 8, "expected")]
    [InlineData("msgid \"x\"\nmsgid_plural \"xs\"\nmsgstr[0] \"X\"\n", 8, "2 forms")]
    [InlineData("msgid \"x\"\nmsgid_plural \"xs\"\nmsgstr[0] \"X\"\nmsgstr[2] \"Xs\"\n", 8, "2 forms")]
    [InlineData("msgid \"x\"\nmsgid_plural \"xs\"\nmsgstr \"X\"\n", 10, "expected")]
    [InlineData("msgid \"x\"\nmsgstr[0] \"X\"\n", 9, "expected")]
    [InlineData("msgid \"x\"\nmsgstr \"X\"\n\nmsgid \"x\"\nmsgstr \"Y\"\n", 11, "stands in line 8 already")]
    [InlineData("msgid \"\"\nmsgstr \"Language: yy\\n\"\n", 8, "two headers")]
    public void Says_file_and_line_of_what_cannot_be_read(string entries, int line, string why)
    {
        var broken = Assert.Throws<CatalogueBrokenException>(() => Read(entries));
        Assert.StartsWith($"xx.po, line {line}: ", broken.Message, StringComparison.Ordinal);
        Assert.Contains(why, broken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "header is missing")]
    [InlineData("msgid \"x\"\nmsgstr \"X\"\n", "header comes first")]
    [InlineData("msgid \"\"\nmsgstr \"Language: xx\\n\"\n", "no X-Own-Name")]
    [InlineData("msgid \"\"\nmsgstr \"Language: xx\\nX-Own-Name: X\\nX-Culture: fr\\nPlural-Forms: nplurals=2; plural=system(n);\\n\"\n", "Plural-Forms")]
    public void Needs_a_header(string text, string why) => Assert.Contains(why, Assert.Throws<CatalogueBrokenException>(() => Catalogue.Read("xx.po", text)).Message, StringComparison.Ordinal);
}

public class PluralFormsOfALanguage
{
    private static int[] Of(string header, params int[] counts) => [.. counts.Select(n => PluralForms.Read(header)[n])];

    [Fact]
    public void Follow_English() => Assert.Equal([1, 0, 1, 1], Of("nplurals=2; plural=(n != 1);", 0, 1, 2, 101));

    [Fact]
    public void Follow_French() => Assert.Equal([0, 0, 1, 1], Of("nplurals=2; plural=(n > 1);", 0, 1, 2, 101));

    [Fact]
    public void Follow_all_six_of_Arabic() => Assert.Equal(
        [0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 3, 4],
        Of("nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);", 0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111));

    [Fact]
    public void Follow_Polish() => Assert.Equal(
        [2, 0, 1, 1, 2, 2, 2, 1, 2], Of("nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);", 0, 1, 2, 4, 5, 11, 12, 22, 25));

    [Fact]
    public void Count_as_C_does() => Assert.Equal([2, 1, 0], Of("nplurals=3; plural=(n*2 + 7 - n/3*6) % 10 == 7 ? 2 : n <= 1 || n < 0 ? 1 : 0", 0, 1, 4));

    [Theory]
    [InlineData("")]
    [InlineData("nplurals=2")]
    [InlineData("nplurals=two; plural=n;")]
    [InlineData("nplurals=0; plural=0;")]
    [InlineData("nplurals=2; plural=n;")]
    [InlineData("nplurals=2; plural=-1;")]
    [InlineData("nplurals=2; plural=1 % n;")]
    [InlineData("nplurals=2; plural=(n > 1;")]
    [InlineData("nplurals=2; plural=n > 1);")]
    [InlineData("nplurals=2; plural=n ? 1;")]
    [InlineData("nplurals=2; plural=m;")]
    [InlineData("nplurals=2; plural=n >;")]
    [InlineData("nplurals=2; plural=99999999999999999999;")]
    public void Are_refused_where_they_make_no_sense(string header) => Assert.Throws<FormatException>(() => PluralForms.Read(header));

    [Fact]
    public void Are_refused_where_they_would_exhaust_the_reader() => Assert.Throws<FormatException>(() => PluralForms.Read($"nplurals=2; plural={new string('(', 100_000)}"));
}
