using FsCheck;
using FsCheck.Fluent;
using InnovationScale.Api;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Tests.Api;

public class AnIdempotencyKey
{
    [Theory]
    [InlineData("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    public void Is_read_quoted_or_bare(string sent, string value)
    {
        Assert.True(IdempotencyKey.TryParse(sent, out var key));
        Assert.Equal(value, key.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("a b")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"a\\\"")]
    [InlineData("a\"b")]
    [InlineData("schlüssel")]
    public void Is_refused_when_it_cannot_be_read(string sent) => Assert.False(IdempotencyKey.TryParse(sent, out _));

    [Fact]
    public void Is_refused_when_too_long()
    {
        Assert.True(IdempotencyKey.TryParse(new string('k', IdempotencyKey.LengthMax), out _));
        Assert.False(IdempotencyKey.TryParse(new string('k', IdempotencyKey.LengthMax + 1), out _));
    }

    [Fact]
    public async Task Is_needed() => Assert.Equal("idempotency-key-needed", (await Assert.ThrowsAsync<BadRequest>(async () => await IdempotencyKey.BindAsync(new DefaultHttpContext()))).Code);
}

public class AnExpectedVersion
{
    [Fact]
    public async Task Is_read_from_a_strong_tag() => Assert.Equal(12, (await Of("\"12\"")).Value);

    [Theory]
    [InlineData("W/\"12\"")]
    [InlineData("*")]
    [InlineData("12")]
    [InlineData("\"12\", \"13\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"abc\"")]
    public async Task Is_refused_when_it_is_no_tag_of_ours(string sent)
    {
        var refused = await Assert.ThrowsAsync<BadRequest>(async () => await Of(sent));
        Assert.Equal(("version-malformed", 400), (refused.Code, refused.StatusCode));
    }

    [Fact]
    public async Task Is_needed()
    {
        var refused = await Assert.ThrowsAsync<BadRequest>(async () => await ExpectedVersion.BindAsync(new DefaultHttpContext()));
        Assert.Equal(("version-needed", 428), (refused.Code, refused.StatusCode));
    }

    private static ValueTask<ExpectedVersion> Of(string sent)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.IfMatch = sent;
        return ExpectedVersion.BindAsync(context);
    }
}

public class AVersionTheClientHas
{
    [Theory]
    [InlineData("\"7\"", true)]
    [InlineData("W/\"7\"", true)]
    [InlineData("\"6\", \"7\"", true)]
    [InlineData("*", true)]
    [InlineData("\"8\"", false)]
    [InlineData("7", false)]
    public void Is_recognised_in_If_None_Match(string sent, bool has)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.IfNoneMatch = sent;
        Assert.Equal(has, EntityTag.ClientHas(context.Request, EntityTag.Of(7)));
    }
}

public class ACursor
{
    [Fact]
    public void Comes_back_as_it_was_written() => Prop.ForAll<NonNull<string>, NonNull<string>>((first, second) =>
    {
        var read = Cursor.Read(Cursor.Write(first.Get, second.Get), 2);
        // Text that is no valid UTF-16 cannot be a sort key; it comes back with replacement characters.
        return read is not null && (read is [var one, var two] && (one == first.Get && two == second.Get || first.Get.Any(char.IsSurrogate) || second.Get.Any(char.IsSurrogate)));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("!!")]
    [InlineData("bm90IGpzb24")]
    [InlineData("WyIyIiwiYSJd")] // ["2","a"]: another version
    [InlineData("WyIxIl0")] // ["1"]: no key
    [InlineData("WyIxIixudWxsXQ")] // ["1",null]
    [InlineData("eyJhIjoxfQ")] // {"a":1}
    public void Is_refused_when_it_is_none_of_ours(string cursor) => Assert.Null(Cursor.Read(cursor, 1));
}

public class APartOfAList
{
    [Fact]
    public void Keeps_the_filters_in_the_address_of_the_next()
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/api/v1/pilots";
        context.Request.QueryString = new("?country=KE&after=old&limit=2");
        var page = Page<int>.Of(context, [1, 2], "new");
        Assert.Equal("/api/v1/pilots?country=KE&limit=2&after=new", page.Next);
        Assert.Equal("</api/v1/pilots?country=KE&limit=2&after=new>; rel=\"next\"", context.Response.Headers["Link"].ToString());
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=501")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=ten")]
    public async Task Has_at_most_500(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new(query);
        Assert.Equal("limit-out-of-range", (await Assert.ThrowsAsync<BadRequest>(async () => await PageAsked.BindAsync(context))).Code);
    }

    [Fact]
    public async Task Has_50_when_nothing_is_asked() => Assert.Equal(new PageAsked(50, null), await PageAsked.BindAsync(new DefaultHttpContext()));
}

public class ARefusalOverHttp
{
    [Theory]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.Invalid, 422)]
    [InlineData(RefusalKind.NotAllowed, 403)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Stale, 412)]
    public void Has_the_status_of_its_kind(RefusalKind kind, int status) => Assert.Equal(status, Problem.From(new Refusal("c", "s") { Kind = kind }).Status);

    [Fact]
    public async Task Carries_its_guard_what_is_missing_and_where_the_mistakes_stand()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        context.TraceIdentifier = "trace";
        var refusal = new Refusal("gate-not-met", "Not yet.") { Guard = "enquiry-to-trial", Missing = [new("ethics-decision", "No ethics decision.", Role.SafeguardingLead)] };

        await Answer.Refused(refusal, new Mistake("not-a-number", "“x” is no number.", Row: 3, Column: "score")).ExecuteAsync(context);

        Assert.Equal(409, context.Response.StatusCode);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Equal(
            """{"type":"/problems/gate-not-met","title":"This cannot be done as things stand","status":409,"code":"gate-not-met","detail":"Not yet.","guard":"enquiry-to-trial","missing":[{"code":"ethics-decision","sentence":"No ethics decision.","who":"safeguarding-lead"}],"errors":[{"code":"not-a-number","detail":"“x” is no number.","row":3,"column":"score"}],"traceId":"trace"}""",
            System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    [Fact]
    public void Has_a_title_and_a_mend_for_every_status_of_http()
    {
        foreach (var status in Enumerable.Range(400, 200))
        {
            var problem = Problem.From(status);
            Assert.NotEqual($"problem.{problem.Code}", problem.Title);
            Assert.NotEqual($"problem.{problem.Code}.mend", problem.Detail);
        }
    }
}
