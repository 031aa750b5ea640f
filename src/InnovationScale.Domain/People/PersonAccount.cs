using System.Collections.Immutable;

namespace InnovationScale.People;

/// <summary>How a person gets in. Everything in it is kept in the vault.</summary>
/// <param name="EmailKey">The keyed hash by which the address is found.</param>
/// <param name="AuthenticatorKey">Shared with the person's authenticator app (RFC 6238), base32; empty where there is no second factor.</param>
/// <param name="RecoveryCodes">Hashes of those not used yet.</param>
/// <param name="Credentials">Grows with every change of address, password or second factor: a link made before it is worth nothing.</param>
public sealed record Account(string Email, string EmailKey, string PasswordHash, string AuthenticatorKey, ImmutableArray<string> RecoveryCodes, int Credentials)
{
    public bool HasSecondFactor => AuthenticatorKey.Length > 0;

    public ImmutableArray<Passkey> Passkeys { get; init; } = [];
}

/// <summary>A key pair that a device of the person's keeps and uses for this site alone (WebAuthn): of it the public half is known.</summary>
/// <param name="Id">The device's name for it, base64url.</param>
/// <param name="Handle">Names it to its owner and in the history; follows from the id, and tells nothing.</param>
/// <param name="Name">By which the person knows it again.</param>
/// <param name="PublicKey">COSE, base64url.</param>
/// <param name="Uses">What the device counted when it was used last; a copy of it counts the same again. 0 where it does not count.</param>
/// <param name="Transports">How a browser reaches the device.</param>
/// <param name="MayBeBackedUp">It can be carried to other devices of the person's. It stays so, or stays otherwise.</param>
public sealed record Passkey(
    string Id, string Handle, string Name, string PublicKey, long Uses, ImmutableArray<string> Transports, bool MayBeBackedUp, bool IsBackedUp, DateTimeOffset Added, DateTimeOffset? LastUsed = null);

/// <summary>A link that was given out and not used yet.</summary>
public sealed record Invitation(string? Home, HeldRole? Role, string SecretSha256, DateTimeOffset Expires, DateOnly? Until);

/// <summary>What a program may do for a person. <see cref="Upload"/> is for results, which need no <see cref="Write"/>.</summary>
public enum TokenScope
{
    Read,
    Write,
    Upload,
}

/// <summary>Lets a program in as the person.</summary>
/// <param name="Id">Names it in lists; no secret.</param>
public sealed record ApiToken(string Id, [property: Personal] string Purpose, string SecretSha256, ImmutableArray<TokenScope> Scopes, DateTimeOffset Expires, bool Revoked = false);

/// <summary>Why one person would have another forgotten. A list, because what somebody writes would be remembered.</summary>
public enum ErasureReason
{
    /// <summary>The person asked for it.</summary>
    Asked,

    /// <summary>The person left long ago.</summary>
    Left,

    /// <summary>Nobody should have been registered so.</summary>
    Mistake,
}

/// <summary>The first of two administrators has said that a person is to be erased.</summary>
public sealed record ProposedErasure(string By, ErasureReason Because, DateTimeOffset At);

/// <content>The rules of getting in.</content>
public sealed partial record Person
{
    private const int InvitationDaysMost = 30, DelegationDaysMost = 366, TokenDaysMost = 366, TokensMost = 20, PasskeysMost = 20, EmailLettersMost = 254;

    private Decision<PersonEvent> Invite(InvitePerson invite, Stamp stamp)
    {
        if (Account is not null) return new Refusal("account-open-already", "This person has an account already: no invitation is needed.");
        if (invite.Expires <= stamp.At || invite.Expires > stamp.At.AddDays(InvitationDaysMost))
            return Refusal.Invalid("expiry-impossible", $"An invitation ends within {InvitationDaysMost} days.");
        if (IsRegistered) return MayNotInvite(stamp) is { } no ? no : new PersonInvited(null, null, invite.SecretSha256, invite.Expires, null);
        if (invite.Role is not { } role) return Refusal.Invalid("role-not-grantable", "Say which role the person gets, and where it is held.");
        if (MayNotGrant(role, stamp.Day, invite.Until, stamp) is { } refused) return refused;
        if (string.IsNullOrWhiteSpace(invite.Home) && stamp.Role.Role is not Role.System)
            return Refusal.Invalid("home-missing", "Say which school or organisation this person works in.");

        return new PersonInvited(Blank(invite.Home), role, invite.SecretSha256, invite.Expires, invite.Until);
    }

    private static Refusal? MayNotInvite(Stamp stamp) => stamp.Role.Role is Role.Admin or Role.System
        ? null
        : Refusal.NotAllowed("may-not-invite", "Somebody who is registered already gets an account from the programme's admin.");

    private Decision<PersonEvent> Withdraw(Stamp stamp)
    {
        if (Invitations.IsEmpty) return new Refusal("not-invited", "There is no open invitation.");
        if (Invitations.Select(one => one.Role is { } role ? MayNotGrant(role, stamp.Day, one.Until, stamp) : MayNotInvite(stamp)).OfType<Refusal>().FirstOrDefault() is { } refused) return refused;
        return new InvitationsWithdrawn();
    }

    private Decision<PersonEvent> Accept(AcceptInvitation accept, Stamp stamp)
    {
        if (Account is not null) return new Refusal("account-open-already", "This link was used before. Sign in, or ask for a new password.");
        if (Invitations.FirstOrDefault(one => one.SecretSha256 == accept.SecretSha256) is not { } invitation || invitation.Expires <= stamp.At)
            return Refusal.NotFound("invitation-unknown", "This link is not valid, or not any more. Ask whoever sent it for a new one.");
        if (BadEmail(accept.Email) is { } badEmail) return badEmail;

        var opened = new AccountOpened(accept.Email.Trim(), accept.EmailKey, accept.PasswordHash);
        if (IsRegistered) return opened;
        if (BadName(accept.DisplayName) is { } badName) return badName;
        if ((invitation.Home ?? Blank(accept.Home)) is not { } home) return Refusal.Invalid("home-missing", "Say which school or organisation this person works in.");

        return new Decision<PersonEvent>(new PersonRegistered(accept.DisplayName.Trim(), home), opened, new RoleGranted(invitation.Role!.Value, stamp.Day, invitation.Until));
    }

    private Decision<PersonEvent> Change(ChangePassword change)
    {
        var changed = new PasswordChanged(change.PasswordHash);
        if (change.Credentials is not { } made) return changed;
        if (made != Account!.Credentials) return LinkUsed;

        // It was forgotten. By a passkey that somebody else had added they would be back at once.
        var passkeys = Account.Passkeys;
        return new Decision<PersonEvent>([changed, .. passkeys.Select((passkey, n) => new PasskeyRemoved(passkey.Handle, passkeys.RemoveRange(0, n + 1)))]);
    }

    private Decision<PersonEvent> Change(ChangeEmail change)
    {
        if (change.Credentials != Account!.Credentials) return LinkUsed;
        return BadEmail(change.Email) is { } bad ? bad : new EmailChanged(change.Email.Trim(), change.EmailKey);
    }

    private static Refusal LinkUsed => new Refusal("link-used", "This link was used before, or something changed since it was sent. Ask for a new one.");

    private Decision<PersonEvent> Set(SetSecondFactor set) => Account!.HasSecondFactor
        ? new Refusal("second-factor-set-already", "A second factor is set already. Remove it first to set another one.")
        : new SecondFactorSet(set.AuthenticatorKey, set.RecoveryCodes);

    private Decision<PersonEvent> RemoveFactor() => Account!.HasSecondFactor
        ? new SecondFactorRemoved("", [])
        : NoSecondFactor;

    private Decision<PersonEvent> Use(UseRecoveryCode use) => Account!.RecoveryCodes.Contains(use.Sha256)
        ? new RecoveryCodeUsed(Account.RecoveryCodes.Remove(use.Sha256))
        : new Refusal("recovery-code-unknown", "This is none of the recovery codes that are left.");

    private static Refusal NoSecondFactor => new Refusal("no-second-factor", "No second factor is set.");

    private Decision<PersonEvent> Add(AddPasskey add, Stamp stamp)
    {
        if (add.Passkey.Name.Trim().Length is 0 or > 50) return Refusal.Invalid("passkey-name-missing", "Give the passkey a name by which you know it again, in at most 50 letters.");
        if (Account!.Passkeys.Any(known => known.Id == add.Passkey.Id)) return new Refusal("passkey-known", "This passkey is registered already.");
        if (Account.Passkeys.Length >= PasskeysMost) return new Refusal("too-many-passkeys", $"Remove a passkey first: {PasskeysMost} are registered.");

        return new PasskeyAdded(add.Passkey.Handle, Account.Passkeys.Add(add.Passkey with { Name = add.Passkey.Name.Trim(), Added = stamp.At, LastUsed = null }));
    }

    private Decision<PersonEvent> Use(UsePasskey use, Stamp stamp)
    {
        if (Account!.Passkeys.FirstOrDefault(known => known.Handle == use.Handle) is not { } passkey) return NoSuchPasskey;
        // WebAuthn level 3, 7.2, step 22: two signatures with one count mean that the key was copied, or that one was sent twice at once.
        if ((use.Uses, passkey.Uses) is not (0, 0) && use.Uses <= passkey.Uses)
            return Refusal.Invalid("passkey-copied", "This passkey did not count on since it was used last: somebody may have copied it. Remove it and add a new one.");

        return new PasskeyUsed(use.Handle, Account.Passkeys.Replace(passkey, passkey with { Uses = use.Uses, IsBackedUp = use.IsBackedUp, LastUsed = stamp.At }));
    }

    private Decision<PersonEvent> Remove(RemovePasskey remove) => Account!.Passkeys.FirstOrDefault(known => known.Handle == remove.Handle) is { } passkey
        ? new PasskeyRemoved(remove.Handle, Account.Passkeys.Remove(passkey))
        : NoSuchPasskey;

    private static Refusal NoSuchPasskey => Refusal.NotFound("no-such-passkey", "There is no such passkey, or it was removed before.");

    private Decision<PersonEvent> Make(MakeToken make, Stamp stamp)
    {
        if (make.Purpose.Trim().Length is 0 or > 50) return Refusal.Invalid("purpose-missing", "Say what the token is for, in at most 50 letters.");
        if (make.Scopes.IsDefaultOrEmpty) return Refusal.Invalid("scope-missing", "Choose at least one thing that the token may do.");
        if (make.Expires <= stamp.At || make.Expires > stamp.At.AddDays(TokenDaysMost)) return Refusal.Invalid("expiry-impossible", $"A token ends within {TokenDaysMost} days.");
        if (Tokens.Count(token => !token.Revoked && token.Expires > stamp.At) >= TokensMost) return new Refusal("too-many-tokens", $"Revoke a token first: {TokensMost} are in use.");

        return new TokenMade(make.Token, make.Purpose.Trim(), make.SecretSha256, [.. make.Scopes.Distinct().Order()], make.Expires);
    }

    private Decision<PersonEvent> Revoke(RevokeToken revoke) => Tokens.Any(token => token.Id == revoke.Token && !token.Revoked)
        ? new TokenRevoked(revoke.Token)
        : Refusal.NotFound("no-such-token", "There is no such token, or it was revoked before.");

    private static Decision<PersonEvent> Erase(ErasePerson erase, Stamp stamp) => stamp.Actor == erase.Person
        ? new SubjectErased()
        : Refusal.NotAllowed("may-not-erase", "A person is erased by herself, or by two administrators, one after the other.");

    private Decision<PersonEvent> Propose(ProposeErasure propose, Stamp stamp)
    {
        if (stamp.Actor == propose.Person) return ErasureOfYourself;
        if (ProposedErasure is not null) return new Refusal("erasure-proposed-already", "This person's erasure was proposed already. Another administrator confirms it or takes it back.");
        return new ErasureProposed(propose.Because);
    }

    private Decision<PersonEvent> Confirm(ConfirmErasure confirm, Stamp stamp)
    {
        if (stamp.Actor == confirm.Person) return ErasureOfYourself;
        if (ProposedErasure is null) return ErasureNotProposed;
        if (ProposedErasure.By == stamp.Actor) return Refusal.NotAllowed("erasure-same-person", "Two administrators erase a person; you are the one who proposed it.");
        return new SubjectErased();
    }

    private Decision<PersonEvent> Withdraw(WithdrawErasure withdraw, Stamp stamp)
    {
        if (stamp.Actor == withdraw.Person) return ErasureOfYourself;
        return ProposedErasure is null ? ErasureNotProposed : new ErasureWithdrawn();
    }

    private static Refusal ErasureOfYourself => Refusal.NotAllowed("erasure-of-yourself", "This is about you: others decide it. You can erase your account from its own page.");

    private static Refusal ErasureNotProposed => new Refusal("erasure-not-proposed", "Nobody has proposed to erase this person, or it was taken back.");

    /// <summary>The person as if nothing had been known but what was done and in which roles.</summary>
    private Person WithoutPersonal(DateOnly day) => this with
    {
        DisplayName = ErasedName,
        Erased = true,
        Account = null,
        Invitations = [],
        Tokens = [],
        ProposedErasure = null,
        Roles = [.. Roles.Select(held => held.Until is null || held.Until > day ? held with { Until = held.From > day ? held.From : day } : held)],
    };

    public static Refusal? BadEmail(string email) => email.Trim() is { Length: <= EmailLettersMost } address && address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at == address.LastIndexOf('@') && at < address.Length - 1 && !address.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
            ? null
            : Refusal.Invalid("email-impossible", "Give an e-mail address such as amina@example.org.");

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
