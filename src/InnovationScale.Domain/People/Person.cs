using System.Collections.Immutable;
using System.Diagnostics;

namespace InnovationScale.People;

/// <summary>An adult who takes part: a name to show, an account to get in with, and the roles held. Who it is can be forgotten; what was done cannot.</summary>
public sealed partial record Person : IAggregate<Person, PersonCommand, PersonEvent>
{
    /// <summary>What is shown of a person who was erased.</summary>
    public const string ErasedName = "an erased person";

    public static string Kind => "person";

    public static Person New { get; } = new();

    /// <summary>Empty until the person is registered.</summary>
    [Personal] public string DisplayName { get; init; } = "";

    /// <summary>The school or organisation the person works in; empty until the person is registered.</summary>
    public string Home { get; init; } = "";

    /// <summary>Every role ever held, the ended ones too.</summary>
    public ImmutableArray<RoleHeld> Roles { get; init; } = [];

    /// <summary>Links that open an account.</summary>
    public ImmutableArray<Invitation> Invitations { get; init; } = [];

    /// <summary>How the person gets in; null for somebody who cannot.</summary>
    [Personal] public Account? Account { get; init; }

    /// <summary>Every token ever made, until the person is erased.</summary>
    public ImmutableArray<ApiToken> Tokens { get; init; } = [];

    /// <summary>Waits for a second administrator.</summary>
    public ProposedErasure? ProposedErasure { get; init; }

    public bool Erased { get; init; }

    public bool IsRegistered => Home.Length > 0;

    public bool Holds(HeldRole role, DateOnly day) => Roles.Any(held => held.Role == role && held.On(day));

    public IEnumerable<HeldRole> RolesOn(DateOnly day) => Roles.Where(held => held.On(day)).Select(held => held.Role);

    public Decision<PersonEvent> Decide(PersonCommand command, Stamp stamp) => command switch
    {
        _ when Erased => Refusal.NotFound("person-erased", "This person was erased."),
        RegisterPerson register => Register(register),
        InvitePerson invite => Invite(invite, stamp),
        WithdrawInvitations => Withdraw(stamp),
        AcceptInvitation accept => Accept(accept, stamp),
        _ when !IsRegistered => Refusal.NotFound("no-such-person", "This person has not been registered yet."),
        RenamePerson rename => Rename(rename),
        MovePerson move => Move(move),
        GrantRole grant => Grant(grant, stamp),
        EndRole end => End(end, stamp),
        ErasePerson erase => Erase(erase, stamp),
        ProposeErasure propose => Propose(propose, stamp),
        ConfirmErasure confirm => Confirm(confirm, stamp),
        WithdrawErasure withdraw => Withdraw(withdraw, stamp),
        MakeToken make => Make(make, stamp),
        RevokeToken revoke => Revoke(revoke),
        _ when Account is null => new Refusal("no-account", "This person has no account."),
        ChangePassword change => Change(change),
        ChangeEmail change => Change(change),
        SetSecondFactor set => Set(set),
        RemoveSecondFactor => RemoveFactor(),
        UseRecoveryCode use => Use(use),
        AddPasskey add => Add(add, stamp),
        UsePasskey use => Use(use, stamp),
        RemovePasskey remove => Remove(remove),
        NoteRefusedTries note => new TriesRefused(note.Refused, note.Throttled, note.Last),
        RevokeSession revoke => new SessionRevoked(revoke.Session),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    public Person Evolve(PersonEvent happened, Stamp stamp) => happened switch
    {
        PersonRegistered e => this with { DisplayName = e.DisplayName ?? ErasedName, Home = e.Home },
        PersonRenamed e => this with { DisplayName = e.DisplayName ?? ErasedName },
        PersonMoved e => this with { Home = e.Home },
        RoleGranted e => this with { Roles = Roles.Add(new(e.Role, e.From, e.Until)) },
        RoleEnded e => this with { Roles = [.. Roles.Select(held => held.Role == e.Role && held.Outlasts(e.Until) ? held with { Until = e.Until } : held)] },
        PersonInvited e => this with { Invitations = [.. Invitations.Where(one => one.Expires > stamp.At), new(e.Home, e.Role, e.SecretSha256, e.Expires, e.Until)] },
        InvitationsWithdrawn => this with { Invitations = [] },
        AccountOpened e => this with { Invitations = [], Account = new(e.Email ?? "", e.EmailKey ?? "", e.PasswordHash ?? "", "", [], 0) },
        PasswordChanged e => Changed(account => account with { PasswordHash = e.PasswordHash ?? "" }),
        EmailChanged e => Changed(account => account with { Email = e.Email ?? "", EmailKey = e.EmailKey ?? "" }),
        SecondFactorSet e => Changed(account => account with { AuthenticatorKey = e.AuthenticatorKey ?? "", RecoveryCodes = e.RecoveryCodes ?? [] }),
        SecondFactorRemoved => Changed(account => account with { AuthenticatorKey = "", RecoveryCodes = [] }),
        RecoveryCodeUsed e => this with { Account = Account! with { RecoveryCodes = e.RecoveryCodes ?? [] } },
        PasskeyAdded e => Changed(account => account with { Passkeys = e.Passkeys ?? [] }),
        PasskeyUsed e => this with { Account = Account! with { Passkeys = e.Passkeys ?? [] } },
        PasskeyRemoved e => Changed(account => account with { Passkeys = e.Passkeys ?? [] }),
        TriesRefused or SessionRevoked => this,
        TokenMade e => this with { Tokens = Tokens.Add(new(e.Token, e.Purpose ?? "", e.SecretSha256, e.Scopes, e.Expires)) },
        TokenRevoked e => this with { Tokens = [.. Tokens.Select(token => token.Id == e.Token ? token with { Revoked = true } : token)] },
        ErasureProposed e => this with { ProposedErasure = new(stamp.Actor, e.Because, stamp.At) },
        ErasureWithdrawn => this with { ProposedErasure = null },
        SubjectErased => WithoutPersonal(stamp.Day),
        _ => throw new UnreachableException($"No change for {happened.GetType().Name}."),
    };

    private Person Changed(Func<Account, Account> change) => this with { Account = change(Account!) with { Credentials = Account!.Credentials + 1 } };

    private Decision<PersonEvent> Register(RegisterPerson register)
    {
        if (IsRegistered) return new Refusal("person-already-registered", $"This person is registered already, as “{DisplayName}”.");
        if (BadName(register.DisplayName) is { } bad) return bad;
        if (string.IsNullOrWhiteSpace(register.Home)) return Refusal.Invalid("home-missing", "Say which school or organisation this person works in.");

        return new PersonRegistered(register.DisplayName.Trim(), register.Home.Trim());
    }

    private static Decision<PersonEvent> Rename(RenamePerson rename) =>
        BadName(rename.DisplayName) is { } bad ? bad : new PersonRenamed(rename.DisplayName.Trim());

    private static Decision<PersonEvent> Move(MovePerson move) => string.IsNullOrWhiteSpace(move.Home)
        ? Refusal.Invalid("home-missing", "Say which school or organisation this person works in.")
        : new PersonMoved(move.Home.Trim());

    private Decision<PersonEvent> Grant(GrantRole grant, Stamp stamp)
    {
        if (MayNotGrant(grant.Role, grant.From, grant.Until, stamp) is { } refused) return refused;
        if (Roles.Any(held => held.Role == grant.Role && held.Outlasts(grant.From.AddDays(-1))))
            return new Refusal("role-already-held", $"{DisplayName} is {grant.Role} already.");

        return new RoleGranted(grant.Role, grant.From, grant.Until);
    }

    private static Refusal? MayNotGrant(HeldRole role, DateOnly from, DateOnly? until, Stamp stamp)
    {
        if (role.Role is Role.Public or Role.System || string.IsNullOrWhiteSpace(role.In))
            return Refusal.Invalid("role-not-grantable", "This role is not given to people, or it does not say where it is held.");
        if (until < from) return Refusal.Invalid("ends-before-start", $"The role begins on {from:yyyy-MM-dd}; it cannot end before that.");

        return MaySetRoles(role, stamp) || Delegates(role, from, until, stamp) ? null : MayNotSetRoles;
    }

    private Decision<PersonEvent> End(EndRole end, Stamp stamp)
    {
        var held = Roles.FirstOrDefault(held => held.Role == end.Role && held.Outlasts(end.Until));
        // Whoever named a stand-in may let it end earlier.
        if (stamp.Actor != end.Person && !MaySetRoles(end.Role, stamp) && !(held?.Until is not null && Delegates(end.Role, held.From, held.Until, stamp))) return MayNotSetRoles;
        if (held is null)
            return new Refusal("role-not-held", $"{DisplayName} is not {end.Role}, or not any more by then.");
        if (end.Until < held.From) return Refusal.Invalid("ends-before-start", $"The role began on {held.From:yyyy-MM-dd}; it cannot end before that.");

        return new RoleEnded(end.Role, end.Until);
    }

    // The first Admin of a new programme is granted by the product itself at the first run.
    private static bool MaySetRoles(HeldRole role, Stamp stamp) => stamp.Role.Role is Role.Admin or Role.System
        || (stamp.Role.Role is Role.SchoolLead && role.Role is Role.Teacher && role.In == stamp.Role.In);

    /// <summary>A lead who is away has somebody stand in for her, until a day that is known.</summary>
    private static bool Delegates(HeldRole role, DateOnly from, DateOnly? until, Stamp stamp) =>
        role.Role is Role.SchoolLead && role == stamp.Role && until is { } last && last <= from.AddDays(DelegationDaysMost);

    private static Refusal MayNotSetRoles => Refusal.NotAllowed("may-not-set-roles",
        "Roles are given and ended by the programme's admin; a school's lead does it for its teachers, and names who stands in for her until a day.");

    private static Refusal? BadName(string name) => name.Trim().Length is > 0 and <= 100
        ? null
        : Refusal.Invalid("name-missing", "Give the name to show, at most 100 letters.");
}

/// <summary>A role over time. <see cref="Until"/> is the last day; null while it lasts.</summary>
public sealed record RoleHeld(HeldRole Role, DateOnly From, DateOnly? Until = null)
{
    public bool On(DateOnly day) => From <= day && (Until is null || day <= Until);

    /// <summary>It lasts longer than that day.</summary>
    public bool Outlasts(DateOnly day) => Until is null || Until > day;
}
