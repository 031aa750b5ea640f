using System.Net;
using System.Net.Http.Headers;
using System.Text;
using InnovationScale.People;
using static InnovationScale.ServerWithAccounts;

namespace InnovationScale;

/// <summary>How people look after how they get in, through the pages alone. <see cref="LivingWithAnAccount"/> is how it is lived.</summary>
public sealed class HavingAnAccount(ServerWithAccounts accounts) : IClassFixture<ServerWithAccounts>
{
    private RunningServer Server => accounts.Server;

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
