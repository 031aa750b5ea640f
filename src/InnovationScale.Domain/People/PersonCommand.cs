using System.Collections.Immutable;

namespace InnovationScale.People;

/// <summary>What can be asked of a <see cref="Person"/>.</summary>
public abstract record PersonCommand : ICommand<Person>;

public sealed record RegisterPerson(string DisplayName, string Home) : PersonCommand;

public sealed record RenamePerson(string DisplayName) : PersonCommand;

/// <summary>The person works elsewhere now.</summary>
public sealed record MovePerson(string Home) : PersonCommand;

/// <summary>Gives a role from a day, until a last day or for as long as it lasts.</summary>
public sealed record GrantRole(HeldRole Role, DateOnly From, DateOnly? Until = null) : PersonCommand;

/// <summary>Ends a role on a day. People may end their own (<paramref name="Person"/> is this person's id).</summary>
public sealed record EndRole(string Person, HeldRole Role, DateOnly Until) : PersonCommand;

/// <summary>
/// Whoever has the link may open an account here once, until it expires. Somebody who is not registered yet gets a role with it. Of the link only
/// the hash of its secret is known.
/// </summary>
/// <param name="Home">Where the person will work; none for the first one, who registers the first school herself.</param>
/// <param name="Until">The role's last day.</param>
public sealed record InvitePerson(string? Home, HeldRole? Role, string SecretSha256, DateTimeOffset Expires, DateOnly? Until = null) : PersonCommand;

/// <summary>The links given out open nothing any more.</summary>
public sealed record WithdrawInvitations : PersonCommand;

/// <summary>Opens the account that a link invites to. The password comes as its hash, the address also as the keyed hash by which it is found.</summary>
/// <param name="Home">Needed where the invitation names none.</param>
public sealed record AcceptInvitation(string SecretSha256, string DisplayName, string? Home, string Email, string EmailKey, string PasswordHash) : PersonCommand;

/// <param name="Credentials">The count of changes that a link to choose a new password was made for; none where the old password was given.</param>
public sealed record ChangePassword(string PasswordHash, int? Credentials = null) : PersonCommand;

/// <summary>The person can read mail sent to this address.</summary>
/// <param name="Credentials">The count of changes that the link was made for.</param>
public sealed record ChangeEmail(string Email, string EmailKey, int Credentials) : PersonCommand;

/// <summary>Codes that change with time (RFC 6238) are asked at sign-in from now on; each recovery code, known by its hash, stands in for one once.</summary>
public sealed record SetSecondFactor(string AuthenticatorKey, ImmutableArray<string> RecoveryCodes) : PersonCommand;

public sealed record RemoveSecondFactor : PersonCommand;

public sealed record UseRecoveryCode(string Sha256) : PersonCommand;

/// <summary>The device that keeps this passkey lets the person in from now on.</summary>
public sealed record AddPasskey(Passkey Passkey) : PersonCommand;

/// <summary>The person proved with a passkey who she is.</summary>
/// <param name="Uses">How many uses the device has counted, this one too; 0 where it does not count.</param>
public sealed record UsePasskey(string Handle, long Uses, bool IsBackedUp) : PersonCommand;

public sealed record RemovePasskey(string Handle) : PersonCommand;

/// <summary>The person got in, or proved who she is, after tries that were refused.</summary>
/// <param name="Throttled">So many of them were not looked at: there had been too many.</param>
/// <param name="Last">When the last one was.</param>
public sealed record NoteRefusedTries(int Refused, int Throttled, DateTimeOffset Last) : PersonCommand;

/// <summary>Somebody's session was ended by hand. It is named by what its owner sees of it.</summary>
public sealed record RevokeSession(string Session) : PersonCommand;

/// <summary>A program may act for the person, within its scopes, until the token expires.</summary>
/// <param name="Token">Names the token; no secret.</param>
public sealed record MakeToken(string Token, string Purpose, string SecretSha256, ImmutableArray<TokenScope> Scopes, DateTimeOffset Expires) : PersonCommand;

public sealed record RevokeToken(string Token) : PersonCommand;

/// <summary>Forgets what is known of the person; the history stays. People do it to themselves (<paramref name="Person"/> is this person's id).</summary>
public sealed record ErasePerson(string Person) : PersonCommand;

/// <summary>The first of two administrators: this person (<paramref name="Person"/> is her id) is to be erased.</summary>
public sealed record ProposeErasure(string Person, ErasureReason Because) : PersonCommand;

/// <summary>The second one: what is known of her is forgotten; the history stays.</summary>
public sealed record ConfirmErasure(string Person) : PersonCommand;

public sealed record WithdrawErasure(string Person) : PersonCommand;
