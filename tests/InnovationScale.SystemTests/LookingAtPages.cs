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

    [Theory]
    [InlineData("/en/")]
    [InlineData("/en/sign-in")]
    public async Task They_are_light(string path)
    {
        (await empty.Server.Anyone().Get(path)).Expect(HttpStatusCode.OK);

        await Visitor.IsLight(empty.Server, path);
    }
}
