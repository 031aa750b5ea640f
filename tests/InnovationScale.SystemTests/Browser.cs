using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace InnovationScale;

/// <summary>Debian's Chromium. Visitors have JavaScript off unless a test turns it on.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Quietly =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage",
    ];

    private readonly ConcurrentBag<IPage> copies = [];
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null) return;

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Path, Args = Quietly });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>A new visitor with cookies of their own.</summary>
    public Task<Visitor> Visit(RunningServer server, bool javaScript = false, string locale = "en-GB") => Visit(server.Address, javaScript, locale);

    /// <inheritdoc cref="Visit(RunningServer, bool, string)"/>
    public async Task<Visitor> Visit(Uri server, bool javaScript = false, string locale = "en-GB")
    {
        var context = await (browser ?? throw new InvalidOperationException("Mark the test with NeedsChromiumFact.")).NewContextAsync(new()
        {
            BaseURL = server.ToString(),
            JavaScriptEnabled = javaScript,
            Locale = locale,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return new Visitor(this, context, await context.NewPageAsync());
    }

    /// <summary>A page with JavaScript on, in which a copy of another is looked at; the page's own scripts stay away there.</summary>
    internal async Task<IPage> Beside()
    {
        if (copies.TryTake(out var free)) return free;
        var context = await browser!.NewContextAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await context.RouteAsync("**/*.js", route => route.AbortAsync());
        return await context.NewPageAsync();
    }

    /// <summary>To open one costs as much as to look at it: the next copy goes into the same.</summary>
    internal void Free(IPage beside) => copies.Add(beside);
}

/// <summary>Tests of pages share one browser and run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class Pages : ICollectionFixture<Browser>
{
    public const string Name = "pages";
}

/// <summary>One person at one browser window, and what every page must hold to.</summary>
public sealed class Visitor(Browser browser, IBrowserContext context, IPage page) : IAsyncDisposable
{
    /// <summary>A small phone and a desk.</summary>
    private static readonly int[] Widths = [320, 1280];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Nobody looks at the pictures of an automatic run, and drawing them takes time.</summary>
    private static readonly bool KeepsPictures = Environment.GetEnvironmentVariable("CI") is not "true";

    public IPage Page => page;

    public IBrowserContext Context => context;

    /// <summary>Chooses a person on the page for it.</summary>
    public async Task SignIn(string person)
    {
        await Go("/en/sign-in");
        await page.Locator($"button[name=person][value='{person}']").ClickAsync();
    }

    public async Task<IResponse> Go(string path) => await page.GotoAsync(path) ?? throw new InvalidOperationException($"{path} gave no answer.");

    /// <summary>
    /// What holds for every page: it is laid out as it should be at both widths, there axe (WCAG 2.2 AA) finds nothing, and neither longer
    /// words nor a zoom of 200 % (WCAG 1.4.4) push it out of its window.
    /// </summary>
    /// <param name="widths">The widest and the narrowest when left out.</param>
    public async Task HoldsTheHouseRules(string picture, params int[] widths)
    {
        var copy = await browser.Beside();
        await CopyTo(copy);
        foreach (var width in widths is [] ? Widths : widths)
        {
            await IsLaidOut(picture, width);
            await PassesAxe(copy, width);
        }

        await copy.SetViewportSizeAsync(Widths[^1] / 2, 900);
        await LooksRight(copy, "at 200 % zoom of a desk");
        await copy.EvaluateAsync(LongerWords);
        await copy.SetViewportSizeAsync(Widths[0], 900);
        await LooksRight(copy, "with longer words");
        browser.Free(copy);
    }

    /// <summary>At this width the page looks right; where it does not, or where somebody may look at it, it is kept as a picture.</summary>
    public async Task IsLaidOut(string picture, int width)
    {
        await page.SetViewportSizeAsync(width, 900);
        if (KeepsPictures) await Draw();
        try
        {
            await LooksRight(page, "as it stands");
        }
        catch when (!KeepsPictures)
        {
            await Draw();
            throw;
        }

        Task Draw() => page.ScreenshotAsync(new()
        {
            FullPage = true,
            Path = Path.Combine(Tree.Artifacts("pages"), string.Create(CultureInfo.InvariantCulture, $"{picture}-{width}.png")),
        });
    }

    /// <summary>It does not scroll sideways; it has one h1, a language and a title; each control has a name and is large enough to hit.</summary>
    private static async Task LooksRight(IPage page, string how)
    {
        var found = await page.EvaluateAsync<string[]>(SeenAt).WaitAsync(Patience);
        Assert.True(found.Length == 0, $"{page.Url} at {page.ViewportSize?.Width} px, {how}: {string.Join("; ", found)}");
    }

    /// <summary>A page's own weight as sent, Brotli at its best: HTML at most 14 KB (what fits the first round trips).</summary>
    public static async Task IsLight(RunningServer server, string path, int htmlKilobytesMax = 14) => IsLight(path, await server.Http.GetByteArrayAsync(path), htmlKilobytesMax);

    public static void IsLight(string path, ReadOnlySpan<byte> html, int htmlKilobytesMax = 14)
    {
        var weight = BrotliLength(html);
        Assert.True(weight <= htmlKilobytesMax * 1_024, $"{path} weighs {weight} bytes.");
    }

    public static int BrotliLength(ReadOnlySpan<byte> bytes)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, packed, out var length, quality: 11, window: 22)
            ? length
            : throw new InvalidOperationException("Brotli did not fit its own bound.");
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    /// <summary>
    /// axe waits on timers, which stand still where JavaScript is off. So it is given the page as it stands, opened again beside at its
    /// own address with JavaScript on; the page's own scripts stay away there too.
    /// </summary>
    private async Task CopyTo(IPage copy)
    {
        var (address, html) = (page.Url, await page.ContentAsync());
        await copy.RouteAsync(address, route => route.FulfillAsync(new() { Body = html, ContentType = "text/html; charset=utf-8" }));
        await copy.GotoAsync(address);
        await copy.UnrouteAsync(address);
        await copy.EvaluateAsync(Axe);
    }

    private static async Task PassesAxe(IPage copy, int width)
    {
        await copy.SetViewportSizeAsync(width, 900);
        var found = await copy.EvaluateAsync<string[]>(FoundByAxe).WaitAsync(Patience);
        Assert.True(found.Length == 0, $"{copy.Url} at {width} px:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>What axe finds wrong, each as one line; that it looked at nothing is wrong too.</summary>
    private const string FoundByAxe = """
        async () => {
          const looked = await axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
          });
          if (looked.passes.length === 0) return ['axe looked at nothing'];
          return looked.violations.flatMap(wrong => wrong.nodes.map(node => `${wrong.id}: ${wrong.help}: ${node.html}`));
        }
        """;

    /// <summary>A pseudo-translation, as en-XA has it: accents, and some 40 percent more letters, which is what German or Tamil need.</summary>
    private const string LongerWords = """
        () => {
          const accented = { a: 'á', e: 'ê', i: 'î', o: 'ö', u: 'û', c: 'ç', n: 'ñ' };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const text = texts.currentNode;
            if (!text.data.trim() || text.parentElement.closest('script, style, svg, textarea')) continue;
            const wanted = text.data.trim().length * 0.4;
            const more = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
            for (let length = 0; length < wanted; length += more[0].length + 1, more.push(more.shift())) text.data = `${text.data.trimEnd()} ${more[0]}`;
            text.data = text.data.replace(/[aeioucn]/g, letter => accented[letter]);
          }
        }
        """;

    /// <summary>Mistakes that can be seen in the page itself, each as one line.</summary>
    private const string SeenAt = """
        () => {
          const found = [];
          const root = document.documentElement;
          if (root.scrollWidth > root.clientWidth) {
            const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1).slice(0, 3);
            found.push(`scrolls sideways: ${root.scrollWidth} px, such as ${wide.map(e => e.outerHTML.slice(0, 120)).join(' | ')}`);
          }
          if (document.querySelectorAll('h1').length !== 1) found.push(`${document.querySelectorAll('h1').length} h1`);
          if (!root.lang) found.push('no language');
          if (!document.title.trim()) found.push('no title');
          for (const control of document.querySelectorAll('input:not([type=hidden]), select, textarea, button')) {
            const named = control.labels?.length || control.getAttribute('aria-label') || control.getAttribute('aria-labelledby') || control.textContent.trim();
            if (!named) found.push(`no label: ${control.outerHTML.slice(0, 120)}`);
            const seen = (control.labels?.[0] && ['radio', 'checkbox'].includes(control.type) ? control.labels[0] : control).getBoundingClientRect();
            if (seen.height > 0 && (seen.height < 24 || seen.width < 24)) found.push(`smaller than 24 px: ${control.outerHTML.slice(0, 120)}`);
          }
          return found;
        }
        """;
}
