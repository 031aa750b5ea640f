using System.Globalization;
using Microsoft.Playwright;

namespace InnovationScale;

/// <summary>Two teachers at two schools, an empty server, no JavaScript: from the first page to a pilot adopted in its school.</summary>
[Collection(Pages.Name)]
public class TwoTeachersWithoutJavaScript(Browser browser, EmptyServer empty) : IClassFixture<EmptyServer>
{
    /// <summary>What the two may be asked for in all: pages with a form sent, and fields on them.</summary>
    private const int PagesMax = 12, FieldsMax = 25;

    private int pages, fields;

    [NeedsChromiumFact]
    public async Task Take_a_pilot_from_draft_to_adopted_in_twelve_pages_and_twenty_five_fields_at_most()
    {
        // A server of its own: the journey begins where nobody is registered.
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        await using var amina = await browser.Visit(server);
        await amina.Go("/en/");
        await Holds(amina, "first-run");
        await Add(amina, "Amina", "Heron Bay", "KE");
        await amina.Go("/en/people/new");
        await Holds(amina, "add-a-person");
        await Add(amina, "Mateo", "Casa del Colibrí", "CO");
        await amina.Page.GetByRole(AriaRole.Button, new() { Name = "Amina" }).ClickAsync();
        await Holds(amina, "tasks-none");

        await amina.Page.GetByRole(AriaRole.Link, new() { Name = "Register a pilot" }).ClickAsync();
        await Fill(amina, "What do you call it?", "Talk first, then write");
        await Fill(amina, "Which problem is it to solve?", "Half the class writes nothing.");
        await Fill(amina, "Who is it for?", "Year 5, two classes");
        await Fill(amina, "How many pupils?", "58");
        await Fill(amina, "In which month does it start?", "2026-09");
        await Holds(amina, "register-1");
        await Press(amina, "Save and go on");

        await Pick(amina, "Second adult", "Mateo, Casa del Colibrí, Colombia");
        await Fill(amina, "The head's name", "Mrs Otieno");
        await Fill(amina, "When did you tell the head?", "2024-09-02");
        await Holds(amina, "register-2");
        await Press(amina, "Save and go on");

        foreach (var group in await amina.Page.GetByRole(AriaRole.Group).AllAsync()) await Choose(group, "No");
        await Holds(amina, "register-3");
        await Press(amina, "Save and go on");

        await Holds(amina, "register-4");
        await Press(amina, "Register this pilot");
        await Holds(amina, "pilot-registered");

        await amina.Page.GetByRole(AriaRole.Link, new() { Name = "Start the first cycle" }).ClickAsync();
        await Fill(amina, "What do you want to find out?", "Do more pupils write when they talk first?");
        await Fill(amina, "What one thing will you watch?", "Pupils who write five lines");
        await Choose(Group(amina, "How will you log it?"), "A number");
        await Fill(amina, "What will you try?", "Pairs talk for ten minutes before they write.");
        await Choose(Group(amina, "What do you expect of the thing you watch?"), "It goes up");
        await Choose(Group(amina, "How sure are you?"), "Fairly sure");
        await Holds(amina, "start-a-cycle");
        await Press(amina, "Start");

        await Holds(amina, "cycle-empty");
        await Fill(amina, "Pupils who write five lines", "31");
        await Press(amina, "Log it");
        await Holds(amina, "cycle");

        await amina.Page.GetByRole(AriaRole.Link, new() { Name = "Close the cycle" }).ClickAsync();
        await Fill(amina, "What happened?", "Most wrote more, and the quiet ones too.");
        await Choose(Group(amina, "Did it go as you expected?"), "Yes");
        await Choose(Group(amina, "What now?"), "Keep it as it is");
        await Fill(amina, "Why, and what would you tell the next school?", "It costs nothing. Start with short texts.");
        await Holds(amina, "close-the-cycle");
        await Press(amina, "Close it, and propose to adopt it in this school");
        await Holds(amina, "pilot-signed-once");
        Assert.Contains("waits for somebody else", await amina.Page.InnerTextAsync("main"), StringComparison.Ordinal);

        await using var mateo = await browser.Visit(server);
        await mateo.Go("/en/sign-in");
        await Holds(mateo, "choose-who-you-are");
        await mateo.Page.GetByRole(AriaRole.Button, new() { Name = "Mateo" }).ClickAsync();
        await Holds(mateo, "tasks");
        await mateo.Page.GetByRole(AriaRole.Link, new() { Name = "It waits for your signature" }).ClickAsync();
        await Holds(mateo, "pilot-to-sign");
        await Press(mateo, "Sign: Adopted in this school");

        var main = await mateo.Page.InnerTextAsync("main");
        Assert.Contains("Adopted in this school", main, StringComparison.Ordinal);
        Assert.Contains("It has ended.", main, StringComparison.Ordinal);
        await Holds(mateo, "pilot-adopted");
        Assert.InRange(pages, 1, PagesMax);
        Assert.InRange(fields, 1, FieldsMax);
        Assert.Equal((8, 25), (pages, fields));

        await using var visitor = await browser.Visit(server);
        await visitor.Go("/en/pilots?status=Closed");
        Assert.Equal("Talk first, then write", await visitor.Page.Locator("tbody a").First.InnerTextAsync());
        await Holds(visitor, "pilots");
    }

    [NeedsChromiumFact]
    public async Task Are_told_what_is_missing_beside_the_field_and_keep_what_they_typed()
    {
        await using var visitor = await browser.Visit(empty.Server);
        await visitor.Go("/en/people/new");
        await Add(visitor, "Wanja", "Long Shade", "KE");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Wanja" }).First.ClickAsync();
        await visitor.Go("/en/pilots/register");
        await Fill(visitor, "Who is it for?", "Year 6");
        await Fill(visitor, "How many pupils?", "many");
        await Press(visitor, "Save and go on");

        Assert.StartsWith("Error: ", await visitor.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal("many", await visitor.Page.GetByLabel("How many pupils?").InputValueAsync());
        Assert.Equal("Year 6", await visitor.Page.GetByLabel("Who is it for?").InputValueAsync());
        await Holds(visitor, "register-mistakes");

        await Fill(visitor, "What do you call it?", "Read aloud");
        await Fill(visitor, "How many pupils?", "20");
        await Press(visitor, "Save and come back later");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Go on with the draft" }).ClickAsync();
        Assert.Equal("20", await visitor.Page.GetByLabel("How many pupils?").InputValueAsync());
    }

    private static async Task Add(Visitor visitor, string name, string school, string country)
    {
        await visitor.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await visitor.Page.GetByLabel("New school's name").FillAsync(school);
        await visitor.Page.GetByLabel("New school's country").SelectOptionAsync(country);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add this person" }).ClickAsync();
    }

    private async Task Fill(Visitor visitor, string label, string value)
    {
        fields++;
        await visitor.Page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
    }

    private async Task Pick(Visitor visitor, string label, string text)
    {
        fields++;
        await visitor.Page.GetByLabel(label, new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = text });
    }

    private async Task Choose(ILocator group, string answer)
    {
        fields++;
        await group.GetByLabel(answer, new() { Exact = true }).CheckAsync();
    }

    private static ILocator Group(Visitor visitor, string legend) => visitor.Page.GetByRole(AriaRole.Group, new() { Name = legend });

    private async Task Press(Visitor visitor, string button)
    {
        pages++;
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
    }

    private static Task Holds(Visitor visitor, string picture) => visitor.HoldsTheHouseRules(string.Create(CultureInfo.InvariantCulture, $"pilots-{picture}"));
}
