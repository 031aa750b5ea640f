using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using InnovationScale.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace InnovationScale.People;

/// <summary>
/// How people get in and look after how they do: each act is a command of the person's own record, asked by the product for whoever has proved to be the
/// person. Nothing here tells a stranger which addresses have accounts: neither its words nor how long it takes.
/// </summary>
public sealed class Accounts(
    Desk desk, IGrains grains, SqlLogStore store, EventLog log, Vault vault, Registry registry, Sessions sessions, Tries tries, Passwords passwords, IMailer mailer,
    IDataProtectionProvider protection, TimeProvider clock)
{
    private const int RecoveryCodes = 10;
    private static readonly TimeSpan CodeWithin = TimeSpan.FromMinutes(5), LinkLasts = TimeSpan.FromHours(1);

    private readonly IDataProtector tickets = protection.CreateProtector("sign-in ticket"), links = protection.CreateProtector("account link");

    private static Refusal NotFitting { get; } = Refusal.Invalid("sign-in-refused",
        "That e-mail address and password do not fit, or there were too many tries. Check both; after many tries, wait a quarter of an hour.");

    private static Refusal CodeRefused { get; } = Refusal.Invalid("code-refused",
        "That code does not fit, was used before, or there were too many tries. Wait for the next code and type that one.");

    internal static Refusal TooOften { get; } = new("too-many-tries", "Too many tries from where you are. Wait a minute and try again.");

    private static Refusal LinkOver { get; } = Refusal.Invalid("link-over", "This link is not valid, or not any more. Ask for a new one.");

    /// <summary>The first step: address and password.</summary>
    public async Task<SignInOutcome> SignIn(string? email, string? password, Place place)
    {
        if (!tries.MayFrom(place.Address)) return new(TooOften);
        var key = vault.LookUp(email ?? "");
        var person = await ByEmail(key);
        var may = await tries.MayAt(key);
        if (!passwords.Fits(person?.State.Account, password ?? "") || !may)
        {
            await tries.Failed(key, throttled: !may);
            return new(NotFitting);
        }

        await tries.Succeeded(key);
        var account = person!.State.Account!;
        if (account.HasSecondFactor) return new(Ticket: tickets.Write(new Pass(person.Id, account.Credentials, clock.GetUtcNow() + CodeWithin)));
        await TellRefused(person.Id, account);
        return new(Session: await sessions.Begin(person.Id, place.Device, place.Session));
    }

    /// <summary>The second step, where the person has set one: a code of the app, or a recovery code.</summary>
    public async Task<SignInOutcome> SignInWith(string? ticket, string? code, Request request, Place place)
    {
        if (!tries.MayFrom(place.Address)) return new(TooOften);
        if (tickets.Read<Pass>(ticket) is not { } pass || pass.Until < clock.GetUtcNow() || await Known(pass.Person) is not { Account: { } account } || account.Credentials != pass.Credentials)
            return new(LinkOver);

        var codes = CodesOf(pass.Person);
        var may = await tries.MayAt(codes);
        if (!may || !await CodeFits(pass.Person, account, code, request))
        {
            await tries.Failed(codes, throttled: !may);
            return new(CodeRefused);
        }

        await tries.Succeeded(codes);
        await TellRefused(pass.Person, account);
        return new(Session: await sessions.Begin(pass.Person, place.Device, place.Session));
    }

    /// <summary>A person who is signed in proves again who she is: by her password, or by a code where she has set a second factor.</summary>
    public async Task<Refusal?> Prove(Session session, string? secret, Request request)
    {
        if (await Known(session.Person) is not { Account: { } account }) return NotFitting;
        var may = await tries.MayAt(account.EmailKey);
        var fits = may && (passwords.Fits(account, secret ?? "") || (account.HasSecondFactor && await tries.MayAt(CodesOf(session.Person)) && await CodeFits(session.Person, account, secret, request)));
        if (!fits)
        {
            await tries.Failed(account.EmailKey, throttled: !may);
            return NotFitting;
        }

        await tries.Succeeded(account.EmailKey);
        await TellRefused(session.Person, account);
        await sessions.Proved(session);
        return null;
    }

    /// <summary>A link that lets somebody open an account: for a role, by whoever may give it.</summary>
    public async Task<(Outcome Outcome, InvitationKey Key)> Invite(Principal who, Request request, string? home, HeldRole role, DateOnly? until, int days)
    {
        var id = Ids.For(who, request, Person.Kind);
        return await Invite(who, request, id, home, role, until, TimeSpan.FromDays(days));
    }

    /// <summary>A link that opens an account for somebody who is registered already.</summary>
    public Task<(Outcome Outcome, InvitationKey Key)> InviteAgain(Principal who, Request request, string person, int days) =>
        Invite(who, request, person, null, null, null, TimeSpan.FromDays(days));

    private async Task<(Outcome, InvitationKey)> Invite(Principal who, Request request, string id, string? home, HeldRole? role, DateOnly? until, TimeSpan lasts)
    {
        var key = new InvitationKey(id, vault.SecretOf($"invitation\n{id}\n{who.Person}\n{request.CommandId}"));
        // The same request again asks for the same: the end it was given, not one counted from now.
        var expires = (await grains.Look<Person>(id)).State.Invitations.FirstOrDefault(one => one.SecretSha256 == Secret.Sha256(key.Secret))?.Expires ?? clock.GetUtcNow() + lasts;
        return (await desk.Execute(who, request, id, new InvitePerson(home, role, Secret.Sha256(key.Secret), expires, until)), key);
    }

    /// <summary>On a server that has no account yet: a link, for a day, that makes whoever opens it the programme's first administrator.</summary>
    public async Task<InvitationKey?> FirstInvitation()
    {
        if (await store.Query(connection => connection.Query("select 1 from person where email_key is not null limit 1", r => r.GetInt32(0))) is not []) return null;
        var (outcome, key) = await Invite(Principal.System, new($"set-up-{Guid.CreateVersion7()}"), Ids.For(Principal.System, new("set-up"), Person.Kind), null,
            new(Role.Admin, HeldRole.Programme), null, TimeSpan.FromDays(1));
        return outcome.Refusal is null ? key : throw new InvalidOperationException(outcome.Refusal.Sentence);
    }

    /// <summary>The invitation that a link opens, while it does.</summary>
    public async Task<(Person Person, Invitation Invitation)?> Invited(InvitationKey key)
    {
        if (key.Secret is null) return null;
        var person = (await grains.Look<Person>(key.Person)).State;
        return person is { Account: null, Erased: false } && person.Invitations.FirstOrDefault(one => one.SecretSha256 == Secret.Sha256(key.Secret)) is { } invitation && invitation.Expires > clock.GetUtcNow()
            ? (person, invitation)
            : null;
    }

    /// <summary>Opens the account and signs in. The first person of all registers her organisation with it.</summary>
    public async Task<SignInOutcome> Join(InvitationKey key, Request request, NewAccount asked, Place place)
    {
        if (await Invited(key) is not { } invited) return new(LinkOver);
        if (Passwords.Fault(asked.Password, asked.Name, asked.Email) is { } weak) return new(weak);
        var emailKey = vault.LookUp(asked.Email);
        if (await ByEmail(emailKey) is not null) return new(Refusal.Invalid("email-taken", "This address has an account already. Sign in with it, or give another address."));

        var home = invited.Invitation.Home;
        if (home is null && !invited.Person.IsRegistered)
        {
            var school = await registry.AddSchool(Principal.System, request.Part(1), new(asked.Organisation ?? "", asked.Country ?? ""));
            if (school.Refusal is { } refused) return new(refused);
            home = school.Receipt!.Id;
        }

        var outcome = await As(key.Person, request, new AcceptInvitation(Secret.Sha256(key.Secret), asked.Name, home, asked.Email, emailKey, passwords.Hash(asked.Password)));
        return outcome.Refusal is { } no ? new(no) : new(Session: await sessions.Begin(key.Person, place.Device, place.Session));
    }

    /// <summary>Sends a link to choose a new password, where the address has an account; says nothing either way.</summary>
    /// <param name="letter">Written with the link's secret.</param>
    public async Task<Refusal?> Forgotten(string? email, Place place, Func<string, Letter> letter)
    {
        if (!tries.MayFrom(place.Address)) return TooOften;
        var key = vault.LookUp(email ?? "");
        // Counted by itself: whoever is kept out by somebody's wrong passwords still gets a link.
        if (await tries.MayAt($"forgotten {key}") && await ByEmail(key) is { State.Account: { } account } person)
        {
            var pass = links.Write(new Pass(person.Id, account.Credentials, clock.GetUtcNow() + LinkLasts));
            await Send(person.Id, account.Email, letter(pass));
        }

        return null;
    }

    private Task Send(string person, string to, Letter letter) => mailer.Send(new(person, to, letter.Subject, letter.Text));

    /// <summary>Whether a link still lets somebody choose a new password.</summary>
    public async Task<bool> MayReset(string? link) => await Linked(link) is not null;

    public async Task<Refusal?> Reset(string? link, string? password, Request request)
    {
        if (await Linked(link) is not ({ } pass, { } account)) return LinkOver;
        if (Passwords.Fault(password, account.Email) is { } weak) return weak;
        var outcome = await As(pass.Person, request, new ChangePassword(passwords.Hash(password!), pass.Credentials));
        if (outcome.Refusal is { } refused) return refused;

        await sessions.EndAll(pass.Person);
        await tries.Succeeded(account.EmailKey);
        await TellRefused(pass.Person, account);
        return null;
    }

    /// <summary>Whoever had found out the old one is out: all other sessions end. Passkeys stay; a password that was forgotten takes them along.</summary>
    public async Task<Refusal?> ChangePassword(Session session, string? password, Request request)
    {
        if (await Known(session.Person) is not { Account: { } account } person) return LinkOver;
        if (Passwords.Fault(password, person.DisplayName, account.Email) is { } weak) return weak;
        var outcome = await As(session.Person, request, new ChangePassword(passwords.Hash(password!)));
        if (outcome.Refusal is null) await sessions.EndAll(session.Person, but: session);
        return outcome.Refusal;
    }

    /// <summary>Sends a link to the new address: it becomes the person's only when she has opened it there. The old address is told.</summary>
    public async Task<Refusal?> AskForEmail(Session session, string? email, Func<string, Letter> toNew, Letter toOld)
    {
        if (await Known(session.Person) is not { Account: { } account }) return LinkOver;
        if (Person.BadEmail(email ?? "") is { } bad) return bad;
        var pass = links.Write(new Pass(session.Person, account.Credentials, clock.GetUtcNow() + LinkLasts) { Email = email!.Trim() });
        await Send(session.Person, email.Trim(), toNew(pass));
        await Send(session.Person, account.Email, toOld);
        return null;
    }

    public async Task<Refusal?> ConfirmEmail(string? link, Request request)
    {
        if (await Linked(link, forEmail: true) is not ({ Email: { } email } pass, { } account)) return LinkOver;
        var key = vault.LookUp(email);
        if (await ByEmail(key) is { } other && other.Id != pass.Person) return LinkOver;
        // What was refused is counted by the address.
        await TellRefused(pass.Person, account);
        return (await As(pass.Person, request, new ChangeEmail(email, key, pass.Credentials))).Refusal;
    }

    /// <summary>A key that is offered and set only when a code from it has been given.</summary>
    public string OfferedKey(Session session, string? ticket) => tickets.Read<Offer>(ticket) is { } offer && offer.Session == session.Id ? offer.Key : OneTimeCode.NewKey();

    public string Offering(Session session, string key) => tickets.Write(new Offer(session.Id, key));

    /// <summary>Sets the second factor; answers the recovery codes, which are shown this once.</summary>
    public async Task<(Refusal? Refusal, ImmutableArray<string> Codes)> SetSecondFactor(Session session, string? ticket, string? code, Request request)
    {
        if (tickets.Read<Offer>(ticket) is not { } offer || offer.Session != session.Id) return (LinkOver, []);
        if (OneTimeCode.StepOf(offer.Key, code, clock.GetUtcNow()) is not { } step) return (CodeRefused, []);
        // The same for the same request, so that a form sent twice shows the codes that count.
        ImmutableArray<string> codes =
        [
            .. Enumerable.Range(0, RecoveryCodes).Select(n => vault.SecretOf($"recovery\n{session.Person}\n{request.CommandId}\n{n}"))
                .Select(secret => string.Concat(secret.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant()[..16]).Select(text => $"{text[..4]}-{text[4..8]}-{text[8..12]}-{text[12..]}"),
        ];
        var outcome = await As(session.Person, request, new SetSecondFactor(offer.Key, [.. codes.Select(Secret.Sha256)]));
        if (outcome.Refusal is null) await Takes(session.Person, step);
        return (outcome.Refusal, codes);
    }

    public async Task<Refusal?> RemoveSecondFactor(Session session, Request request) => (await As(session.Person, request, new RemoveSecondFactor())).Refusal;

    public async Task<Refusal?> EndSession(Session session, string handle, Request request)
    {
        if (!await sessions.End(session.Person, handle)) return null;
        return (await As(session.Person, request, new RevokeSession(handle))).Refusal;
    }

    /// <summary>A token for a program: shown this once, known by its hash.</summary>
    public async Task<(Refusal? Refusal, string Token)> MakeToken(string person, string purpose, ImmutableArray<TokenScope> scopes, int days, Request request)
    {
        var token = TokenText.Of(vault.SecretOf($"token\n{person}\n{request.CommandId}"));
        var hash = Secret.Sha256(token);
        var expires = (await Known(person))?.Tokens.FirstOrDefault(one => one.SecretSha256 == hash)?.Expires ?? clock.GetUtcNow().AddDays(days);
        return ((await As(person, request, new MakeToken(hash[..12], purpose, hash, scopes, expires))).Refusal, token);
    }

    public async Task<Refusal?> RevokeToken(string person, string token, Request request) => (await As(person, request, new RevokeToken(token))).Refusal;

    /// <summary>Whom a token lets in, and what for; null where it is none, or none any more.</summary>
    public async Task<(string Person, ApiToken Token)?> ByToken(string text)
    {
        if (!TokenText.IsWhole(text)) return null;
        var (hash, now) = (Secret.Sha256(text), clock.GetUtcNow());
        var found = await store.Query(connection => connection.Query("select t.id, u.last from api_token t left join token_use u on u.token = t.token where t.secret_sha256 = @hash",
            r => (Person: r.GetString(0), Last: r.TextOrNull(1)), ("hash", hash)));
        // The person's own record has the last word: a token that was revoked ends at once, wherever that was.
        if (found is not [var row] || (await Known(row.Person))?.Tokens.FirstOrDefault(one => one.SecretSha256 == hash) is not { Revoked: false } token || token.Expires <= now) return null;
        if (row.Last is null || now - Time.Read(row.Last) > TimeSpan.FromMinutes(5))
        {
            await log.Write(batch => batch.Do("insert into token_use (token, last) values (@token, @now) on conflict (token) do update set last = excluded.last",
                ("token", token.Id), ("now", Time.Write(now))));
        }

        return (row.Person, token);
    }

    /// <summary>When each of a person's tokens was used last, by its id: known to five minutes.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> LastUsed(string person) => (await store.Query(connection => connection.Query(
            "select u.token, u.last from token_use u join api_token t on t.token = u.token where t.id = @person", r => (r.GetString(0), Time.Read(r.GetString(1))), ("person", person))))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Forgets whoever asks for it, and nobody else; her roles may have ended before.</summary>
    public Task<Outcome> Erase(Principal who, Request request, string person) => Erase(Principal.Of(who.Person), request, person, new ErasePerson(person));

    /// <summary>Forgets somebody else: as the second of two administrators.</summary>
    public Task<Outcome> ConfirmErasure(Principal who, Request request, string person) => Erase(who, request, person, new ConfirmErasure(person));

    /// <summary>To ask for it again changes nothing.</summary>
    private async Task<Outcome> Erase(Principal who, Request request, string person, PersonCommand command)
    {
        var view = await grains.Look<Person>(person);
        if (view.State.Erased) return new Receipt(Streams.Of<Person>(person), view.Version, Replayed: true);

        var outcome = await desk.Execute(who, request, person, command);
        if (outcome.Refusal is not null) return outcome;
        await sessions.EndAll(person);
        if (view.State.Account?.EmailKey is { } key) await tries.Forget(key);
        await tries.Forget(CodesOf(person));
        await log.Write(batch => batch.Do("delete from second_factor_use where person = @person", ("person", person)));
        mailer.Forget(person);
        return outcome;
    }

    private async Task<bool> CodeFits(string person, Account account, string? code, Request request) =>
        OneTimeCode.StepOf(account.AuthenticatorKey, code, clock.GetUtcNow()) is { } step
            ? await Takes(person, step)
            : account.RecoveryCodes.Contains(Recovery(code)) && (await As(person, request, new UseRecoveryCode(Recovery(code)))).Refusal is null;

    private static string CodesOf(string person) => $"code {person}";

    private Task TellRefused(string person, Account account) => TellRefused(tries, desk, person, account);

    /// <summary>Somebody has proved to be the person: her history tells what was refused before, of passwords and of codes, each try once, even where she gets in twice at a time.</summary>
    public static async Task TellRefused(Tries tries, Desk desk, string person, Account account)
    {
        foreach (var tried in (string[])[account.EmailKey, CodesOf(person)])
        {
            if (await tries.Refused(tried) is not { } refused) continue;
            var outcome = await desk.Execute(Principal.Of(person), new($"refused before {Secret.Sha256($"{tried} {refused.Refused} {refused.Last:O}")}"), person, refused);
            // Whoever was forgotten meanwhile is told nothing.
            if (outcome.Receipt is { } receipt) await tries.Told(tried, refused, again: receipt.Replayed);
        }
    }

    private static string Recovery(string? code) => Secret.Sha256((code ?? "").Trim().ToLowerInvariant());

    /// <summary>Each code once, on whichever server: what was looked over somebody's shoulder is worth nothing.</summary>
    private async Task<bool> Takes(string person, long step) => await log.Write(batch => batch.Do(
        "insert into second_factor_use (person, step) values (@person, @step) on conflict (person) do update set step = excluded.step where second_factor_use.step < excluded.step",
        ("person", person), ("step", step))) > 0;

    private async Task<View<Person>?> ByEmail(string key) =>
        await store.Query(connection => connection.Query("select id from person where email_key = @key", r => r.GetString(0), ("key", key))) is [var id]
            && await grains.Look<Person>(id) is { State.Account: { } account } person && account.EmailKey == key
                ? person
                : null;

    private async Task<Person?> Known(string id) => (await grains.Look<Person>(id)).State is { IsRegistered: true, Erased: false } person ? person : null;

    private async Task<(Pass, Account)?> Linked(string? link, bool forEmail = false) =>
        links.Read<Pass>(link) is { } pass && pass.Email is not null == forEmail && pass.Until >= clock.GetUtcNow()
            && await Known(pass.Person) is { Account: { } account } && account.Credentials == pass.Credentials
                ? (pass, account)
                : null;

    private Task<Outcome> As(string person, Request request, PersonCommand command) => desk.Execute(Principal.Of(person), request, person, command);

    /// <summary>What a link or a ticket says to nobody but this server.</summary>
    private sealed record Pass(string Person, int Credentials, DateTimeOffset Until)
    {
        public string? Email { get; init; }
    }

    private sealed record Offer(string Session, string Key);
}

/// <summary>Where a request comes from.</summary>
/// <param name="Device">For the person, who tells her sessions apart by it.</param>
/// <param name="Session">What the browser held before.</param>
public sealed record Place(string Address, string Device, string? Session);

/// <summary>What somebody fills in who opens an account.</summary>
/// <param name="Organisation">Of the first person of all.</param>
public sealed record NewAccount(string Name, string Email, string Password, string? Organisation = null, string? Country = null);

/// <summary>Exactly one of these: why not, a ticket for the second step, or what the browser keeps of a new session.</summary>
public sealed record SignInOutcome(Refusal? Refusal = null, string? Ticket = null, string? Session = null);

/// <summary>A token as a program sends it: recognised by scanners of sources, with a check that tells a mistyped one without asking anybody.</summary>
public static class TokenText
{
    private const string Prefix = "isk_";
    private const int CheckLetters = 6;

    public static string Of(string secret) => $"{Prefix}{secret}{Check(secret)}";

    public static bool IsWhole(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length > Prefix.Length + CheckLetters
        && Check(text[Prefix.Length..^CheckLetters]) == text[^CheckLetters..];

    private static string Check(string secret) => Secret.Sha256(Prefix + secret)[..CheckLetters];
}

/// <summary>Small records, sealed with the server's own keys.</summary>
internal static class Sealed
{
    public static string Write<T>(this IDataProtector protector, T value) => protector.Protect(JsonSerializer.Serialize(value, StoredJson.Options));

    /// <summary>Null where it was not sealed here, for this.</summary>
    public static T? Read<T>(this IDataProtector protector, string? text) where T : class
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(protector.Unprotect(text), StoredJson.Options);
        }
        catch (Exception foreign) when (foreign is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
