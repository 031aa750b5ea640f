using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.People;

/// <summary>The person signed in, with the roles they hold today. A handler of the API that takes one is for people signed in: others get 401.</summary>
public sealed record CurrentPerson(string Id, string Name, ImmutableArray<HeldRole> Roles)
{
    /// <summary>Where the person is signed in; none where a program acts, or where anybody chooses who to be.</summary>
    [JsonIgnore] public Session? Session { get; init; }

    /// <summary>What lets the program in that acts for the person.</summary>
    [JsonIgnore] public ApiToken? Token { get; init; }

    public static CurrentPerson? Of(HttpContext context) => context.Features.Get<CurrentPerson>();

    /// <summary>Lets a handler take the person as a parameter.</summary>
    /// <exception cref="Api.BadRequest">Nobody is signed in.</exception>
    public static ValueTask<CurrentPerson?> BindAsync(HttpContext context) =>
        new(Of(context) ?? throw Needed);

    /// <summary>Nobody is signed in.</summary>
    internal static Api.BadRequest Needed => new("sign-in-needed", "Sign in first.", StatusCodes.Status401Unauthorized);

    /// <summary>Whoever asks, a visitor included, as the desk knows them.</summary>
    public static Principal PrincipalOf(HttpContext context) => Of(context)?.AsPrincipal ?? Principal.Anonymous;

    public Principal AsPrincipal => new(Id, Name, Roles);

    public bool Holds(Role role) => Roles.Any(held => held.Role == role);

    /// <summary>The first of these roles the person holds, or null.</summary>
    public HeldRole? As(params ReadOnlySpan<Role> roles)
    {
        foreach (var role in roles)
            foreach (var held in Roles)
                if (held.Role == role) return held;

        return null;
    }
}
