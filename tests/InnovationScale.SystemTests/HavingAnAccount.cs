using System.Net;
using System.Net.Http.Headers;
using System.Text;
using InnovationScale.People;
using static InnovationScale.ServerWithAccounts;

namespace InnovationScale;

/// <summary>How people get in and look after how they do, through the pages alone.</summary>
public sealed class HavingAnAccount(ServerWithAccounts accounts) : IClassFixture<ServerWithAccounts>
{
    private RunningServer Server => accounts.Server;

    [Fact]
    public async Task Begins_with_a_link_that_opens_one_account_once()
    {
        using var late = accounts.Somebody();
        Assert.True(Says(await late.Open(SetUpLink(Server), HttpStatusCode.NotFound), "This link is not valid"));
        using var ada = await accounts.SignedIn(AdminEmail);
        Assert.True(Says(await ada.Open("/en/account"), "Ada Quagmire"));
        Assert.Null(await ada.LedTo("/en/account"));
    }

    [Fact]
    public async Task Needs_the_address_and_its_password_and_says_no_more()
    {
        using var stranger = accounts.Somebody();
        var wrong = await stranger.Refused("/en/sign-in", HttpStatusCode.UnprocessableEntity, ("Email", AdminEmail), ("Password", "another heron"));
        var unknown = await stranger.Refused("/en/sign-in", HttpStatusCode.UnprocessableEntity, ("Email", "nobody@example.org"), ("Password", "another heron"));
        Assert.Equal(PageClient.Summary(wrong), PageClient.Summary(unknown));
        Assert.Contains("do not fit", PageClient.Summary(wrong), StringComparison.Ordinal);
        Assert.StartsWith("/en/sign-in?return=", await stranger.LedTo("/en/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comes_by_an_invitation_with_a_role_and_its_last_day()
    {
        var until = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(40).ToString("yyyy-MM-dd");
        var link = await accounts.Invitation(accounts.Admin, "Teacher", until);
        using var amina = accounts.Somebody();
        Assert.True(Says(await amina.Open(link), "You are invited as Teacher at Heron Bay."));
        Assert.Contains("among the first", PageClient.Summary(await amina.Refused(link, HttpStatusCode.UnprocessableEntity, ("Name", "Amina"), ("Email", "amina@example.org"), ("Password", "password1234"))), StringComparison.Ordinal);
        Assert.Contains("10 to 128", PageClient.Summary(await amina.Refused(link, HttpStatusCode.UnprocessableEntity, ("Name", "Amina"), ("Email", "amina@example.org"), ("Password", "short"))), StringComparison.Ordinal);
        Assert.Contains("an account already", PageClient.Summary(await amina.Refused(link, HttpStatusCode.UnprocessableEntity, ("Name", "Amina"), ("Email", AdminEmail.ToUpperInvariant()), ("Password", Password))), StringComparison.Ordinal);
        await amina.Send(link, ("Name", "Amina"), ("Email", "amina@example.org"), ("Password", Password));
        Assert.True(Says(await amina.Open("/en/account"), "Teacher"));
        Assert.Contains("Amina", (await accounts.Admin.Open($"/en/schools/{accounts.School}/people")).Body!.TextContent, StringComparison.Ordinal);

    }

    [Fact]
    public async Task Is_not_opened_by_an_invitation_that_was_withdrawn()
    {
        var link = await accounts.Invitation(accounts.Admin, "Teacher");
        var person = link.Split("key=")[1].Split('.')[0];
        await accounts.Admin.SendForm($"/en/schools/{accounts.School}/people", $"[name=person][value='{person}']", ("person", person));
        using var late = accounts.Somebody();
        await late.Open(link, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_a_lead_lets_her_name_who_stands_in_until_a_day()
    {
        var (lead, _) = await accounts.Joined("SchoolLead");
        var (teacher, _) = await accounts.Joined();
        using (lead)
        using (teacher)
        {
            var page = await lead.Open($"/en/schools/{accounts.School}/people");
            var name = await NameOf(teacher);
            var colleague = page.QuerySelectorAll("select[name=Colleague] option").First(option => option.TextContent == name).GetAttribute("value")!;
            var until = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(20).ToString("yyyy-MM-dd");
            Assert.Contains("stands in for her until a day", PageClient.Summary(await lead.SendForm($"/en/schools/{accounts.School}/people", "GivenRole", ("Colleague", colleague), ("GivenRole", "SchoolLead"))), StringComparison.Ordinal);
            await lead.SendForm($"/en/schools/{accounts.School}/people", "GivenRole", ("Colleague", colleague), ("GivenRole", "SchoolLead"), ("GivenUntil", until));
            Assert.True(Says(await teacher.Open("/en/account"), "School lead"));
            Assert.NotNull((await teacher.Open($"/en/schools/{accounts.School}/people")).QuerySelector("select[name=Role]"));
        }
    }

    private static async Task<string> NameOf(PageClient person) => (await person.Open("/en/account")).QuerySelector("main dd")!.TextContent.Trim();

    [Fact]
    public async Task Takes_a_second_factor_whose_codes_work_once()
    {
        var (person, email) = await accounts.Joined();
        using (person)
        {
            var page = await person.Open("/en/account/second-factor");
            var key = page.QuerySelector("main code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
            var ticket = page.QuerySelector("input[name=ticket]")!.GetAttribute("value")!;
            Assert.Contains("does not fit", PageClient.Summary(await person.Refused("/en/account/second-factor", HttpStatusCode.UnprocessableEntity, ("ticket", ticket), ("Code", "000000"))), StringComparison.Ordinal);
            var first = OneTimeCode.At(key, DateTimeOffset.UtcNow);
            var set = await person.SendForm("/en/account/second-factor", "ticket", ("ticket", ticket), ("Code", first));
            var recovery = set.QuerySelectorAll("main li code").Select(code => code.TextContent).ToList();
            Assert.Equal(10, recovery.Distinct().Count());

            using var again = accounts.Somebody();
            var second = await again.Send("/en/sign-in", ("Email", email), ("Password", Password));
            Assert.StartsWith("/en/sign-in/code?ticket=", second, StringComparison.Ordinal);
            Assert.StartsWith("/en/sign-in?", await again.LedTo("/en/account"), StringComparison.Ordinal);
            // The code that was used to set it up is spent.
            Assert.Contains("used before", PageClient.Summary(await again.Refused(second, HttpStatusCode.UnprocessableEntity, ("Code", first))), StringComparison.Ordinal);
            await again.Send(second, ("Code", OneTimeCode.At(key, DateTimeOffset.UtcNow.AddSeconds(30))));
            Assert.Null(await again.LedTo("/en/account"));

            using var third = accounts.Somebody();
            second = await third.Send("/en/sign-in", ("Email", email), ("Password", Password));
            await third.Send(second, ("Code", recovery[3].ToUpperInvariant()));
            Assert.True(Says(await third.Open("/en/account"), "9 recovery codes are left"));
            using var fourth = accounts.Somebody();
            second = await fourth.Send("/en/sign-in", ("Email", email), ("Password", Password));
            Assert.Contains("used before", PageClient.Summary(await fourth.Refused(second, HttpStatusCode.UnprocessableEntity, ("Code", recovery[3]))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ends_a_session_elsewhere_at_once()
    {
        var (here, email) = await accounts.Joined();
        using (here)
        using (var there = await accounts.SignedIn(email))
        {
            Assert.Null(await there.LedTo("/en/account"));
            var other = (await here.Open("/en/account")).QuerySelector("button[name=session]")!.GetAttribute("value")!;
            await here.SendForm("/en/account", "session", ("session", other));
            Assert.StartsWith("/en/sign-in?", await there.LedTo("/en/account"), StringComparison.Ordinal);
            Assert.Null(await here.LedTo("/en/account"));

            using var elsewhere = await accounts.SignedIn(email);
            await here.Send("/en/account/password", ("Password", "another tide entirely"));
            Assert.StartsWith("/en/sign-in?", await elsewhere.LedTo("/en/account"), StringComparison.Ordinal);
            Assert.Null(await here.LedTo("/en/account"));
            using var back = await accounts.SignedIn(email, "another tide entirely");
            Assert.Null(await back.LedTo("/en/account"));
        }
    }

    [Fact]
    public async Task Takes_a_new_password_by_a_mail_that_works_once()
    {
        var (person, email) = await accounts.Joined();
        using (person)
        using (var forgetful = accounts.Somebody())
        {
            Assert.True(Says(await forgetful.SendForm("/en/forgotten", "Email", ("Email", "nobody@example.org")), "If this address has an account"));
            Assert.True(Says(await forgetful.SendForm("/en/forgotten", "Email", ("Email", email)), "If this address has an account"));
            var link = accounts.Mailed(email);

            // Asked in Arabic, it is told in Arabic, the line of the subject too.
            await forgetful.SendForm("/ar/forgotten", "Email", ("Email", email));
            Assert.Contains($"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("كلمة مرور جديدة"))}?=\r\n", accounts.Mail(email), StringComparison.Ordinal);
            Assert.Contains("اختر واحدة خلال ساعة من هنا", accounts.Mail(email), StringComparison.Ordinal);
            Assert.StartsWith("/ar/reset", accounts.Mailed(email), StringComparison.Ordinal);

            Assert.StartsWith("/en/sign-in", await forgetful.Send(link, ("Password", "the tide came back")), StringComparison.Ordinal);
            await forgetful.Open(link, HttpStatusCode.NotFound);
            Assert.StartsWith("/en/sign-in?", await person.LedTo("/en/account"), StringComparison.Ordinal);
            using var back = await accounts.SignedIn(email, "the tide came back");
            Assert.Null(await back.LedTo("/en/account"));
        }
    }

    [Fact]
    public async Task Moves_to_another_address_when_that_was_shown_to_be_the_persons()
    {
        var (person, email) = await accounts.Joined();
        using (person)
        {
            await person.SendForm("/en/account/email", "Email", ("Email", $"new-{email}"));
            using (var still = await accounts.SignedIn(email)) Assert.Null(await still.LedTo("/en/account"));
            var link = accounts.Mailed($"new-{email}");
            await person.Send(link);
            using var moved = await accounts.SignedIn($"new-{email}");
            Assert.True(Says(await moved.Open("/en/account"), $"new-{email}"));
            Assert.Contains("not valid", PageClient.Summary(await moved.Refused(link, HttpStatusCode.UnprocessableEntity)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lets_programs_in_by_tokens_within_their_scopes_until_they_are_revoked()
    {
        var (person, _) = await accounts.Joined();
        using (person)
        {
            var made = await person.SendForm("/en/account/tokens", "Purpose", ("Purpose", "nightly export"), ("Scopes", "Read"), ("Days", "30"));
            var token = made.QuerySelector("main code")!.TextContent;
            Assert.StartsWith("isk_", token, StringComparison.Ordinal);
            Assert.DoesNotContain(token, (await person.Open("/en/account/tokens")).Body!.TextContent, StringComparison.Ordinal);

            async Task<Reply> With(string sent, HttpMethod method, string path, object? body = null) => await Server.Anyone().Send(method, path,
                body is null ? null : System.Net.Http.Json.JsonContent.Create(body), request =>
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", sent);
                    if (body is not null) request.Headers.Add("Idempotency-Key", $"\"{Guid.NewGuid()}\"");
                });

            (await With(token, HttpMethod.Get, "/api/v1/people")).Expect(HttpStatusCode.OK);
            Assert.Equal("token-scope", (await With(token, HttpMethod.Post, "/api/v1/pilots", new { title = "x" })).Expect(HttpStatusCode.Forbidden).Problem().Code);
            Assert.Equal("token-refused", (await With(token + "x", HttpMethod.Get, "/api/v1/people")).Expect(HttpStatusCode.Unauthorized).Problem().Code);
            Assert.Equal("token-refused", (await With(TokenText.Of(Secret.New()), HttpMethod.Get, "/api/v1/people")).Expect(HttpStatusCode.Unauthorized).Problem().Code);
            // A token is for programs: it opens no page.
            Assert.Equal(HttpStatusCode.Found, (await With(token, HttpMethod.Get, "/en/account")).Status);

            var page = await person.Open("/en/account/tokens");
            Assert.DoesNotContain("never", page.QuerySelector("main table")!.TextContent, StringComparison.Ordinal);
            await person.SendForm("/en/account/tokens", "token", ("token", page.QuerySelector("button[name=token]")!.GetAttribute("value")!));
            (await With(token, HttpMethod.Get, "/api/v1/people")).Expect(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Is_locked_for_a_while_after_many_wrong_passwords_and_says_nothing_of_it()
    {
        var (person, email) = await accounts.Joined();
        person.Dispose();
        using var guesser = accounts.Somebody();
        var told = new HashSet<string>(StringComparer.Ordinal);
        for (var n = 0; n < 6; n++) told.Add(PageClient.Summary(await guesser.Refused("/en/sign-in", HttpStatusCode.UnprocessableEntity, ("Email", email), ("Password", $"guess number {n}"))));
        told.Add(PageClient.Summary(await guesser.Refused("/en/sign-in", HttpStatusCode.UnprocessableEntity, ("Email", email), ("Password", Password))));
        Assert.Single(told);
    }

    [Fact]
    public async Task Is_erased_by_two_administrators_of_whom_the_second_is_told_what_waits()
    {
        var ((person, email), (second, _)) = (await accounts.Joined(), await accounts.Joined("Admin"));
        using (person)
        using (second)
        {
            var name = await NameOf(person);
            var who = (await accounts.Admin.Open($"/en/people/erasures?school={accounts.School}")).QuerySelectorAll("select[name=Subject] option").First(option => option.TextContent == name).GetAttribute("value")!;
            var page = $"/en/people/erasures?subject={who}";
            await person.Open(page, HttpStatusCode.NotFound);
            Assert.Contains("Say why.", PageClient.Summary(await accounts.Admin.SendForm(page, "Because")), StringComparison.Ordinal);
            Assert.True(Says(await accounts.Admin.SendForm(page, "Because", ("Because", "Left")), "You proposed it."));
            Assert.Null((await accounts.Admin.Open(page)).QuerySelector("[name=Sure]"));
            Assert.True(Says(await person.Open("/en/account"), "An administrator proposed to erase your account."));

            Assert.NotNull((await second.Open("/en/")).QuerySelector($"a[href$='{who}']"));
            Assert.Contains("Say that you are sure.", PageClient.Summary(await second.SendForm(page, "Sure")), StringComparison.Ordinal);
            await second.SendForm(page, "Sure", ("Sure", "yes"));
            Assert.StartsWith("/en/sign-in?", await person.LedTo("/en/account"), StringComparison.Ordinal);
            Assert.Contains("do not fit", PageClient.Summary(await person.Refused("/en/sign-in", HttpStatusCode.UnprocessableEntity, ("Email", email), ("Password", Password))), StringComparison.Ordinal);
            await second.Open(page, HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Erased_leaves_no_trace_of_who_it_was_in_any_file()
    {
        using var zoe = accounts.Somebody();
        await zoe.Send(await accounts.Invitation(accounts.Admin, "Teacher"), ("Name", "Zoe Zebrafinch"), ("Email", "zoe.zebrafinch@example.org"), ("Password", Password));
        await zoe.SendForm("/en/forgotten", "Email", ("Email", "zoe.zebrafinch@example.org"));
        Assert.NotEmpty(Found("Zebrafinch"));
        Assert.NotEmpty(Found("zoe.zebrafinch"));

        await zoe.Send("/en/account/erase", ("Sure", "yes"));
        Assert.StartsWith("/en/sign-in?", await zoe.LedTo("/en/account"), StringComparison.Ordinal);
        Assert.Empty(Found("Zebrafinch"));
        Assert.Empty(Found("zebrafinch"));
        Assert.DoesNotContain("ebrafinch", Server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Zoe", (await accounts.Admin.Open($"/en/schools/{accounts.School}/people")).QuerySelector("main table")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("do not fit", PageClient.Summary(await zoe.Refused("/en/sign-in", HttpStatusCode.UnprocessableEntity, ("Email", "zoe.zebrafinch@example.org"), ("Password", Password))), StringComparison.Ordinal);
        var (exitCode, told) = await RunningServer.Run("verify", "--data", Server.DataFolder);
        Assert.True(exitCode == 0, told);
    }

    private List<string> Found(string text)
    {
        var mark = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(Server.DataFolder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "in-use").Where(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray().AsSpan().IndexOf(mark) >= 0;
        })];
    }
}

/// <summary>What keeps a server from letting anybody in by mistake.</summary>
public sealed class LettingPeopleIn
{
    [Theory]
    [InlineData("--sign-in|local-people|--urls|http://0.0.0.0:0", "--sign-in local-people lets anybody act as anyone")]
    [InlineData("--vault-key|c2hvcnQ=", "--vault-key takes 32 random bytes")]
    [InlineData("--vault-key|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "--vault-key takes 32 random bytes")]
    [InlineData("--public-url|here", "--public-url takes an address")]
    public async Task Does_not_start_when_that_would_be_unsafe(string settings, string why)
    {
        var (exitCode, told) = await RunningServer.Run(settings.Split('|'));
        Assert.Equal(2, exitCode);
        Assert.Contains(why, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_start_with_another_key_than_its_records_have()
    {
        await using var server = await RunningServer.Start();
        await server.Stop();
        var (exitCode, told) = await RunningServer.Run("--data", server.DataFolder, "--urls", "http://127.0.0.1:0", "--vault-key", RunningServer.SharedVaultKey);
        Assert.Equal(2, exitCode);
        Assert.Contains("is not the one that seals", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_a_link_at_every_start_until_somebody_has_an_account_and_keeps_its_hash_only()
    {
        await using var server = await RunningServer.Start();
        var first = SetUpLink(server);
        await server.Stop();
        await server.StartAgain();
        var second = SetUpLink(server);
        Assert.NotEqual(first, second);
        var secret = Encoding.UTF8.GetBytes(first.Split('.')[^1]);
        Assert.DoesNotContain(Directory.EnumerateFiles(server.DataFolder, "*.db*"), file => File.ReadAllBytes(file).AsSpan().IndexOf(secret) >= 0);
        using var ada = new PageClient(new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address });
        await ada.Send(first, ("Name", "Ada"), ("Email", AdminEmail), ("Password", Password), ("Organisation", "Heron Bay"), ("Country", "KE"));
        await ada.Open(second, HttpStatusCode.NotFound);
        Assert.Equal(0, await server.Stop());
        await server.StartAgain();
        Assert.DoesNotContain("becomes the administrator", server.Output, StringComparison.Ordinal);
    }
}
