using System.Net;

namespace InnovationScale;

[Collection(Pages.Name)]
public class LookingAtPages(Browser browser, EmptyServer empty) : IClassFixture<EmptyServer>
{
    [NeedsChromiumTheory]
    [InlineData("/en/", "first-page", 200)]
    [InlineData("/en/sign-in", "sign-in", 200)]
    [InlineData("/en/no-such-page", "not-found", 404)]
    public async Task Without_JavaScript_they_hold_the_house_rules(string path, string picture, int status)
    {
        await using var visitor = await browser.Visit(empty.Server);

        Assert.Equal(status, (await visitor.Go(path)).Status);
        await visitor.HoldsTheHouseRules(picture);
    }

    /// <summary>The rules themselves, tried on a page that breaks them.</summary>
    [NeedsChromiumTheory]
    [InlineData("<h1>Pupils</h1><main><img src='x.png'></main>", "image-alt")]
    [InlineData("<main><h1>Pupils</h1><p style='color:#999;background:#888'>Pale</p></main>", "color-contrast")]
    [InlineData("<main><h1>Pupils</h1><p style='width:400px'>Wide</p></main>", "scrolls sideways")]
    [InlineData("<main><h1>Pupils</h1><form><input name=a></form></main>", "no label")]
    [InlineData("<main><h1>Pupils</h1><p style='white-space:nowrap;width:max-content'>As long as will fit into it, and not longer</p></main>", "with longer words: scrolls sideways")]
    public async Task What_breaks_a_house_rule_is_named(string body, string rule)
    {
        await using var visitor = await browser.Visit(empty.Server);
        await visitor.Page.RouteAsync("**/broken", route => route.FulfillAsync(new() { Body = $"<!doctype html><html lang=en><title>Broken</title><body>{body}", ContentType = "text/html" }));
        await visitor.Go("/broken");

        var found = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => visitor.HoldsTheHouseRules("broken"));
        Assert.Contains(rule, found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/en/")]
    [InlineData("/en/sign-in")]
    public async Task They_are_light(string path)
    {
        (await empty.Server.Anyone().Get(path)).Expect(HttpStatusCode.OK);

        await Visitor.IsLight(empty.Server, path);
    }
}
