using System.Buffers.Text;
using InnovationScale.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InnovationScale.People;

/// <summary>
/// Passkeys (WebAuthn level 3) instead of a password, and as a fresh proof. ASP.NET Core Identity checks what a browser signed: challenge, origin, site,
/// that the device knew its user, signature and count. What follows from it is a command of the person's own record. What is to be signed is good for
/// five minutes, and once: the command that a signature causes is named after it.
/// </summary>
public sealed partial class Passkeys(
    Desk desk, IGrains grains, SqlLogStore store, Sessions sessions, Tries tries, IDataProtectionProvider protection, TimeProvider clock, ILogger<Passkeys> logger) : IDisposable
{
    private const int IdLettersMost = 64;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    private readonly UserManager<View<Person>> users = new(new PasskeyUsers(grains), null!, null!, [], [], null!, null!, null!, null!);
    private readonly IDataProtector additions = protection.CreateProtector("passkey to add"), uses = protection.CreateProtector("passkey to use");

    private static Refusal NotFitting { get; } = Refusal.Invalid("passkey-refused", "That passkey does not fit here, or it took too long. Try again, or use your password.");

    /// <summary>Browsers keep passkeys for sites that have a name, and talk of them over https or on the machine itself.</summary>
    public static bool WorkAt(Uri site) => site.HostNameType is UriHostNameType.Dns && (site.Scheme == Uri.UriSchemeHttps || site.IsLoopback);

    /// <summary>What a browser is asked for, to make a passkey for whoever is signed in.</summary>
    public async Task<PasskeyQuestion> AskToAdd(Session session, Uri site)
    {
        var person = await grains.Look<Person>(session.Person);
        var options = await At(site).MakeCreationOptionsAsync(
            new() { Id = person.Id, Name = person.State.Account!.Email, DisplayName = person.State.DisplayName }, Nowhere);
        return Ask(additions, options.CreationOptionsJson, options.AttestationState!, session);
    }

    public async Task<Refusal?> Add(Session session, Uri site, PasskeyAnswer answer, string? name)
    {
        if (Asked(additions, answer, session) is not { } asked) return NotFitting;
        var made = await At(site).PerformAttestationAsync(new() { HttpContext = Nowhere, CredentialJson = answer.Credential!, AttestationState = asked.State });
        if (!made.Succeeded) return NotFittingBecause(made.Failure);

        var (id, key) = (Base64Url.EncodeToString(made.Passkey.CredentialId), made.Passkey);
        if (await store.Query(connection => connection.Query("select 1 from passkey where id_sha256 = @id and passkey.id <> @person", r => r.GetInt32(0), ("id", Secret.Sha256(id)), ("person", session.Person))) is not [])
            return NotFitting;
        return (await As(session.Person, asked, new AddPasskey(
            new(id, HandleOf(id), name ?? "", Base64Url.EncodeToString(key.PublicKey), key.SignCount, [.. key.Transports ?? []], key.IsBackupEligible, key.IsBackedUp, default)))).Refusal;
    }

    /// <summary>What a browser is asked for, to prove by a passkey who somebody is: whoever is signed in, or anybody who has one.</summary>
    public async Task<PasskeyQuestion> AskToUse(Session? session, Uri site)
    {
        var options = await At(site).MakeRequestOptionsAsync(session is null ? null : await grains.Look<Person>(session.Person), Nowhere);
        return Ask(uses, options.RequestOptionsJson, options.AssertionState!, session);
    }

    /// <summary>The device has asked for a finger, a face or a number: that and the device are two factors, and no code is asked for.</summary>
    public async Task<SignInOutcome> SignIn(Uri site, PasskeyAnswer answer, Place place)
    {
        if (!tries.MayFrom(place.Address)) return new(Accounts.TooOften);
        if (await Used(site, answer, null) is not { } person) return new(NotFitting);
        await TellRefused(person);
        return new(Session: await sessions.Begin(person, place.Device, place.Session));
    }

    /// <summary>A person who is signed in proves again who she is.</summary>
    public async Task<Refusal?> Prove(Session session, Uri site, PasskeyAnswer answer)
    {
        if (await Used(site, answer, session) != session.Person) return NotFitting;
        await TellRefused(session.Person);
        await sessions.Proved(session);
        return null;
    }

    /// <summary>The device may be in other hands, and signed in: all other sessions end.</summary>
    public async Task<Refusal?> Remove(Session session, string handle, Request request)
    {
        var outcome = await desk.Execute(Principal.Of(session.Person), request, session.Person, new RemovePasskey(handle));
        if (outcome.Refusal is null) await sessions.EndAll(session.Person, but: session);
        return outcome.Refusal;
    }

    public void Dispose() => users.Dispose();

    private async Task TellRefused(string person)
    {
        if ((await grains.Look<Person>(person)).State.Account is { } account) await Accounts.TellRefused(tries, desk, person, account);
    }

    /// <summary>Who used a passkey; null where nobody did.</summary>
    private async Task<string?> Used(Uri site, PasskeyAnswer answer, Session? session)
    {
        if (Asked(uses, answer, session) is not { } asked) return null;
        var found = await At(site).PerformAssertionAsync(new() { HttpContext = Nowhere, CredentialJson = answer.Credential!, AssertionState = asked.State });
        if (!found.Succeeded)
        {
            _ = NotFittingBecause(found.Failure);
            return null;
        }

        var (person, key) = (found.User.Id, found.Passkey);
        var outcome = await As(person, asked, new UsePasskey(HandleOf(Base64Url.EncodeToString(key.CredentialId)), key.SignCount, key.IsBackedUp));
        return outcome.Receipt is { Replayed: false } ? person : null;
    }

    private PasskeyQuestion Ask(IDataProtector protector, string options, string state, Session? session) =>
        new(options, protector.Write(new Ticket(state, session?.Id, clock.GetUtcNow() + Within)));

    private Ticket? Asked(IDataProtector protector, PasskeyAnswer answer, Session? session) =>
        !string.IsNullOrEmpty(answer.Credential) && protector.Read<Ticket>(answer.Ticket) is { } ticket && ticket.Session == session?.Id && ticket.Until >= clock.GetUtcNow() ? ticket : null;

    private Task<Outcome> As(string person, Ticket asked, PersonCommand command) => desk.Execute(Principal.Of(person), new($"passkey {Secret.Sha256(asked.State)}"), person, command);

    private static string HandleOf(string id) => Secret.Sha256(id)[..12];

    private PasskeyHandler<View<Person>> At(Uri site)
    {
        var origin = $"{site.Scheme}://{site.IdnHost}{(site.IsDefaultPort ? "" : $":{site.Port}")}";
        return new(users, Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = site.IdnHost,
            AuthenticatorTimeout = Within,
            // Found without an address being typed, and by a device that knows its user.
            ResidentKeyRequirement = "required",
            UserVerificationRequirement = "required",
            ValidateOrigin = from => ValueTask.FromResult(!from.CrossOrigin && from.Origin == origin),
        }));
    }

    /// <summary>The site is known from the settings, so that the request is not asked what it says of itself.</summary>
    private static HttpContext Nowhere => new DefaultHttpContext();

    private Refusal NotFittingBecause(PasskeyException why)
    {
        // What the browser sent is quoted, and stays out of the log.
        LogNotFitting(logger, why.InnerException is { } inner ? inner.GetType().Name : why.Message.Split('\'')[0]);
        return NotFitting;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A passkey did not fit: {Why}")]
    private static partial void LogNotFitting(ILogger logger, string why);

    private sealed record Ticket(string State, string? Session, DateTimeOffset Until);

    /// <summary>People as Identity's handler looks them up. It changes nothing.</summary>
    private sealed class PasskeyUsers(IGrains grains) : IUserPasskeyStore<View<Person>>
    {
        // Anybody may say any id before a signature is looked at.
        public async Task<View<Person>?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
            userId.Length is > 0 and <= IdLettersMost && userId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-')
            && await grains.Look<Person>(userId) is { State.Account: not null } person ? person : null;

        public Task<string> GetUserIdAsync(View<Person> user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

        public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(View<Person> user, CancellationToken cancellationToken) => Task.FromResult<IList<UserPasskeyInfo>>([.. KnownOf(user).Select(Info)]);

        public Task<UserPasskeyInfo?> FindPasskeyAsync(View<Person> user, byte[] credentialId, CancellationToken cancellationToken) =>
            Task.FromResult(KnownOf(user).FirstOrDefault(known => known.Id == Base64Url.EncodeToString(credentialId)) is { } passkey ? Info(passkey) : null);

        /// <summary>Whether somebody else has it is asked where the answer can tell a form that was sent twice.</summary>
        public Task<View<Person>?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => Task.FromResult<View<Person>?>(null);

        private static IEnumerable<Passkey> KnownOf(View<Person> user) => user.State.Account?.Passkeys ?? [];

        private static UserPasskeyInfo Info(Passkey passkey) => new(
            Base64Url.DecodeFromChars(passkey.Id), Base64Url.DecodeFromChars(passkey.PublicKey), passkey.Added, (uint)passkey.Uses, [.. passkey.Transports],
            isUserVerified: true, passkey.MayBeBackedUp, passkey.IsBackedUp, attestationObject: [], clientDataJson: []);

        public void Dispose()
        {
            // Holds nothing of its own.
        }

        public Task<string?> GetUserNameAsync(View<Person> user, CancellationToken cancellationToken) => throw NotAsked;

        public Task SetUserNameAsync(View<Person> user, string? userName, CancellationToken cancellationToken) => throw NotAsked;

        public Task<string?> GetNormalizedUserNameAsync(View<Person> user, CancellationToken cancellationToken) => throw NotAsked;

        public Task SetNormalizedUserNameAsync(View<Person> user, string? normalizedName, CancellationToken cancellationToken) => throw NotAsked;

        public Task<IdentityResult> CreateAsync(View<Person> user, CancellationToken cancellationToken) => throw NotAsked;

        public Task<IdentityResult> UpdateAsync(View<Person> user, CancellationToken cancellationToken) => throw NotAsked;

        public Task<IdentityResult> DeleteAsync(View<Person> user, CancellationToken cancellationToken) => throw NotAsked;

        public Task<View<Person>?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw NotAsked;

        public Task AddOrUpdatePasskeyAsync(View<Person> user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw NotAsked;

        public Task RemovePasskeyAsync(View<Person> user, byte[] credentialId, CancellationToken cancellationToken) => throw NotAsked;

        private static NotSupportedException NotAsked => new NotSupportedException("Checking a passkey asks no more than who has it: people change by their own commands.");
    }
}

/// <summary>What a page hands to a browser that is to make or use a passkey.</summary>
/// <param name="Options">As navigator.credentials takes them, JSON.</param>
/// <param name="Ticket">Comes back with the answer.</param>
public sealed record PasskeyQuestion(string Options, string Ticket);

/// <param name="Credential">What navigator.credentials answered, JSON.</param>
public sealed record PasskeyAnswer(string? Ticket, string? Credential);
