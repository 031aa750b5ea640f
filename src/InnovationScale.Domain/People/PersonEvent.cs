using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InnovationScale.People;

/// <summary>What has happened to a <see cref="Person"/>. What tells who the person is, or lets her in, is marked personal and stands in no event.</summary>
[JsonDerivedType(typeof(PersonRegistered), "person-registered")]
[JsonDerivedType(typeof(PersonRenamed), "person-renamed")]
[JsonDerivedType(typeof(PersonMoved), "person-moved")]
[JsonDerivedType(typeof(RoleGranted), "role-granted")]
[JsonDerivedType(typeof(RoleEnded), "role-ended")]
[JsonDerivedType(typeof(PersonInvited), "person-invited")]
[JsonDerivedType(typeof(InvitationsWithdrawn), "invitations-withdrawn")]
[JsonDerivedType(typeof(AccountOpened), "account-opened")]
[JsonDerivedType(typeof(PasswordChanged), "password-changed")]
[JsonDerivedType(typeof(EmailChanged), "email-changed")]
[JsonDerivedType(typeof(SecondFactorSet), "second-factor-set")]
[JsonDerivedType(typeof(SecondFactorRemoved), "second-factor-removed")]
[JsonDerivedType(typeof(RecoveryCodeUsed), "recovery-code-used")]
[JsonDerivedType(typeof(PasskeyAdded), "passkey-added")]
[JsonDerivedType(typeof(PasskeyUsed), "passkey-used")]
[JsonDerivedType(typeof(PasskeyRemoved), "passkey-removed")]
[JsonDerivedType(typeof(TriesRefused), "tries-refused")]
[JsonDerivedType(typeof(SessionRevoked), "session-revoked")]
[JsonDerivedType(typeof(TokenMade), "token-made")]
[JsonDerivedType(typeof(TokenRevoked), "token-revoked")]
[JsonDerivedType(typeof(ErasureProposed), "erasure-proposed")]
[JsonDerivedType(typeof(ErasureWithdrawn), "erasure-withdrawn")]
[JsonDerivedType(typeof(SubjectErased), "subject-erased")]
public abstract record PersonEvent : IEvent<Person>;

public sealed record PersonRegistered([property: Personal] string? DisplayName, string Home) : PersonEvent;

public sealed record PersonRenamed([property: Personal] string? DisplayName) : PersonEvent;

public sealed record PersonMoved(string Home) : PersonEvent;

public sealed record RoleGranted(HeldRole Role, DateOnly From, DateOnly? Until = null) : PersonEvent;

public sealed record RoleEnded(HeldRole Role, DateOnly Until) : PersonEvent;

public sealed record PersonInvited(string? Home, HeldRole? Role, string SecretSha256, DateTimeOffset Expires, DateOnly? Until) : PersonEvent;

public sealed record InvitationsWithdrawn : PersonEvent;

public sealed record AccountOpened([property: Personal] string? Email, [property: Personal] string? EmailKey, [property: Personal] string? PasswordHash) : PersonEvent;

public sealed record PasswordChanged([property: Personal] string? PasswordHash) : PersonEvent;

public sealed record EmailChanged([property: Personal] string? Email, [property: Personal] string? EmailKey) : PersonEvent;

public sealed record SecondFactorSet([property: Personal] string? AuthenticatorKey, [property: Personal] ImmutableArray<string>? RecoveryCodes) : PersonEvent;

/// <summary>Its personal members are empty: what was kept is replaced by nothing.</summary>
public sealed record SecondFactorRemoved([property: Personal] string? AuthenticatorKey, [property: Personal] ImmutableArray<string>? RecoveryCodes) : PersonEvent;

/// <summary>Those that are left.</summary>
public sealed record RecoveryCodeUsed([property: Personal] ImmutableArray<string>? RecoveryCodes) : PersonEvent;

public sealed record PasskeyAdded(string Handle, [property: Personal] ImmutableArray<Passkey>? Passkeys) : PersonEvent;

public sealed record PasskeyUsed(string Handle, [property: Personal] ImmutableArray<Passkey>? Passkeys) : PersonEvent;

/// <summary>Those that are left.</summary>
public sealed record PasskeyRemoved(string Handle, [property: Personal] ImmutableArray<Passkey>? Passkeys) : PersonEvent;

/// <summary>Tries to get in, before the person next proved who she is.</summary>
public sealed record TriesRefused(int Refused, int Throttled, DateTimeOffset Last) : PersonEvent;

public sealed record SessionRevoked(string Session) : PersonEvent;

public sealed record TokenMade(string Token, [property: Personal] string? Purpose, string SecretSha256, ImmutableArray<TokenScope> Scopes, DateTimeOffset Expires) : PersonEvent;

public sealed record TokenRevoked(string Token) : PersonEvent;

public sealed record ErasureProposed(ErasureReason Because) : PersonEvent;

public sealed record ErasureWithdrawn : PersonEvent;

public sealed record SubjectErased : PersonEvent, IErasesSubject;
