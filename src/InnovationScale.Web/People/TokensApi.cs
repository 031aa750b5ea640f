using System.Collections.Immutable;
using InnovationScale.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.People;

/// <summary>A person's tokens. They are looked after from a browser by somebody who has just proved to be the person: a token makes no tokens.</summary>
public static class TokensApi
{
    private const string Tokens = "/api/v1/tokens";

    public static void MapTokens(this IEndpointRouteBuilder app)
    {
        var tokens = app.MapGroup(Tokens).WithTags("tokens");
        tokens.MapGet("", async (CurrentPerson person, IGrains grains, TimeProvider clock) => TypedResults.Ok(new Page<TokenListed>(
                [.. (await grains.Look<Person>(person.Id)).State.Tokens.Where(one => !one.Revoked && one.Expires > clock.GetUtcNow()).Select(one => new TokenListed(one.Id, one.Purpose, one.Scopes, one.Expires))], null)))
            .WithSummary("Your tokens, without their secrets.").Produces<Page<TokenListed>>();
        tokens.MapPost("", async (NewToken asked, CurrentPerson person, IdempotencyKey key, Accounts accounts, Sessions sessions) =>
            {
                if (NotProved(person, sessions) is { } no) return no;
                var (refusal, token) = await accounts.MakeToken(person.Id, asked.Purpose, asked.Scopes, asked.Days, new(key.Value));
                return refusal is null ? TypedResults.Json(new TokenMadeKnown(token), ApiJson.Options, statusCode: StatusCodes.Status201Created) : Answer.Refused(refusal);
            })
            .WithSummary("Makes a token, which is told this once.").Produces<TokenMadeKnown>(StatusCodes.Status201Created);
        tokens.MapDelete("/{id}", async (string id, CurrentPerson person, IdempotencyKey key, Accounts accounts, Sessions sessions) =>
                NotProved(person, sessions) ?? (await accounts.RevokeToken(person.Id, id, new(key.Value)) is { } refusal ? Answer.Refused(refusal) : TypedResults.NoContent()))
            .WithSummary("Revokes a token, at once.").Produces(StatusCodes.Status204NoContent);
    }

    internal static IResult? NotProved(CurrentPerson person, Sessions sessions) => person.Session is { } session && sessions.IsFresh(session)
        ? null
        : Answer.Refused(Refusal.NotAllowed("proof-needed", "Sign in with a browser, or prove there again who you are: ten minutes ago is too long."));
}

/// <param name="Days">Until it ends, at most 366.</param>
public sealed record NewToken(string Purpose, ImmutableArray<TokenScope> Scopes, int Days);

/// <param name="Token">Sent as <c>Authorization: Bearer isk_…</c>.</param>
public sealed record TokenMadeKnown(string Token);

public sealed record TokenListed(string Id, string Purpose, ImmutableArray<TokenScope> Scopes, DateTimeOffset Expires);
