namespace InnovationScale.Languages;

public class SayingASentence
{
    private static readonly Words Arabic = Words.In("ar")!;

    private static readonly Words Xish = Words.Of(Catalogue.Read("xx.po", """
        msgid ""
        msgstr ""
        "Language: xx\n"
        "X-Own-Name: Xish\n"
        "X-Culture: fr-FR\n"
        "Plural-Forms: nplurals=3; plural=(n == 0 ? 0 : n == 1 ? 1 : 2);\n"

        msgid "{n} school of {all}"
        msgid_plural "{n} schools of {all}"
        msgstr[0] "none of {all}"
        msgstr[1] "one of {all}"
        msgstr[2] "{all}: {n}"

        msgid "This is for {0}; you act as {1}."
        msgstr "Not {1} but {0}!"

        msgctxt "role.teacher"
        msgid "Teacher"
        msgstr "Xteacher"

        msgctxt "role.school-lead"
        msgid "School lead"
        msgstr "Xlead"

        msgid "{some} or {last}"
        msgstr "{some} / {last}"

        msgid "Not yet: {0}"
        msgstr "X: {0}"

        msgid "Nobody is in the group “{0}” yet."
        msgstr "X {0} X"

        """));

    [Fact]
    public void In_a_language_that_does_not_have_it_says_it_in_English()
    {
        Assert.Equal("3 of 8", Xish["{some} of {all}", ("some", 3), ("all", 8)]);
        Assert.Equal("Skip to the content", Xish["skip-to-content"]);
    }

    [Fact]
    public void Takes_the_form_that_goes_with_the_count()
    {
        Assert.Equal(["none of 9", "one of 9", "9: 2", "9: 1\u202f200"], new long[] { 0, 1, 2, 1200 }.Select(n => Xish.Count(n, "{n} school of {all}", "{n} schools of {all}", ("all", 9))));
        Assert.Equal(["0 schools", "1 school", "1,200 schools"], new long[] { 0, 1, 1200 }.Select(n => Words.English.Count(n, "{n} school", "{n} schools")));
    }

    [Fact]
    public void Of_the_rules_fills_its_places_with_words() => Assert.Equal(
        "Not Xteacher but Xteacher / Xlead!", Xish.Sentence(Refusal.NotAllowed("x", $"This is for {(System.Collections.Immutable.ImmutableArray<Role>)[Role.Teacher, Role.SchoolLead]}; you act as {Role.Teacher}.")));

    [Fact]
    public void Of_the_rules_reads_in_English_as_it_was_written() => Assert.Equal(
        "This is for teacher or school lead; you act as finance l1, 2.5.",
        Words.English.Sentence(Refusal.NotAllowed("x", $"This is for {(System.Collections.Immutable.ImmutableArray<Role>)[Role.Teacher, Role.SchoolLead]}; you act as {Role.FinanceL1}, {2.5}.")));

    [Fact]
    public void Inside_another_is_said_in_the_same_language()
    {
        var group = "A";
        var missing = new Missing("empty-arm", $"Nobody is in the group “{group}” yet.", Role.Researcher);
        Assert.Equal("X: X A X", Xish.Sentence(new Refusal("gate-not-passed", $"Not yet: {missing.Sentence}") { Missing = [missing] }));
    }

    [Fact]
    public void That_is_not_in_the_catalogue_stays_what_the_rules_said() => Assert.Equal("There is no upload 7 that stands.", Xish.Sentence(Refusal.NotFound("batch-unknown", $"There is no upload {7} that stands.")));

    [Fact]
    public void Keeps_names_and_figures_apart_where_it_runs_from_right_to_left() => Assert.Equal("\u2068Heron Bay\u2069: \u20683\u2069", Arabic["{school}: {n}", ("school", "Heron Bay"), ("n", 3)]);

    [Fact]
    public void Writes_the_figures_of_exported_tables_in_every_language()
    {
        Assert.All(Words.Catalogues, words => Assert.Contains("2026", words.Day(new(2026, 11, 21)), StringComparison.Ordinal));
        Assert.Equal("1,234.5", Arabic.Number(1234.5, 1));
        Assert.Equal("1\u202f234,5", Words.In("fr")!.Number(1234.5, 1));
        Assert.Equal("21 نوفمبر 2026", Arabic.Day(new(2026, 11, 21)));
        Assert.Equal("21 novembre 2026", Words.In("fr")!.Day(new(2026, 11, 21)));
    }

    [Fact]
    public void Names_countries_in_its_language() => Assert.Equal(["Senegal", "السنغال", "Sénégal"], Words.Catalogues.Select(words => words.Country("SN")));

    [Fact]
    public void Runs_the_way_the_language_is_written() => Assert.Equal([("en", "ltr"), ("ar", "rtl"), ("fr", "ltr")], Words.Catalogues.Select(words => (words.Lang, words.Dir)));
}
