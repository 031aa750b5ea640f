using Microsoft.Playwright;

namespace InnovationScale;

/// <summary>Somebody who uses no mouse: every step is Tab, typing, Space or Enter, and where one stands can be seen at any time.</summary>
[Collection(Pages.Name)]
public sealed class WithTheKeyboardAlone(Browser browser, FullDemonstration demonstration) : IClassFixture<FullDemonstration>
{
    private const int StopsMost = 120;

    [NeedsChromiumFact]
    public async Task A_teacher_signs_in_finds_her_pilot_and_says_something_about_it()
    {
        await using var visitor = await browser.Visit(demonstration.Server);
        var page = visitor.Page;
        await visitor.Go("/en/sign-in");
        await Press(page, "button[name=person][value='lucia']");
        await page.WaitForURLAsync(address => !address.Contains("sign-in", StringComparison.Ordinal));

        await visitor.Go("/en/pilots?mine=true");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("#content", await page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"));
        await page.Keyboard.PressAsync("Enter");
        await Press(page, "main a[href$='/pilots/exit-cards-casa']");
        await page.WaitForURLAsync("**/pilots/exit-cards-casa");

        await Reach(page, "#Said");
        await page.Keyboard.TypeAsync("We read five cards today.");
        await Press(page, "form[action*='handler=Comment'] button");
        await page.WaitForURLAsync("**#comments");
        Assert.Contains("We read five cards today.", await page.InnerTextAsync("ol.comments"), StringComparison.Ordinal);
    }

    private static async Task Press(IPage page, string selector)
    {
        await Reach(page, selector);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Presses Tab until it is there. Each stop on the way is in the window and shows that one stands on it.</summary>
    private static async Task Reach(IPage page, string selector)
    {
        for (var stop = 0; stop < StopsMost; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            var unseen = await page.EvaluateAsync<string?>(Unseen);
            Assert.True(unseen is null, $"{page.Url}: one cannot see that one stands on {unseen}");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) return;
        }

        Assert.Fail($"{page.Url}: {selector} is not reached within {StopsMost} stops.");
    }

    /// <summary>The element that has the focus, where that cannot be seen: no ring around it, or not in the window (WCAG 2.4.7, 2.4.11).</summary>
    private const string Unseen = """
        () => {
          const at = document.activeElement;
          if (at === document.body) return null;
          const style = getComputedStyle(at), box = at.getBoundingClientRect();
          const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
          const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
          return ring && inside ? null : at.outerHTML.slice(0, 160);
        }
        """;
}
