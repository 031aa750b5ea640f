using System.Collections.Frozen;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace InnovationScale.People;

/// <summary>
/// Passwords as NIST SP 800-63B-4 (3.1.1) asks: a least length, no rules of composition, none of the commonest; kept as PBKDF2 with HMAC-SHA512 by ASP.NET
/// Core Identity's hasher, as often as OWASP advises.
/// </summary>
public sealed class Passwords
{
    public const int LettersLeast = 10, LettersMost = 128;

    private const int Rounds = 210_000;

    private readonly PasswordHasher<Person> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private readonly string nobodys;

    public Passwords() => nobodys = Hash(Secret.New());

    public string Hash(string password) => hasher.HashPassword(Person.New, password);

    /// <summary>Takes as long whether there is an account or not.</summary>
    public bool Fits(Account? account, string password) =>
        hasher.VerifyHashedPassword(Person.New, account?.PasswordHash is { Length: > 0 } hash ? hash : nobodys, password.Length <= LettersMost ? password : "") is not PasswordVerificationResult.Failed
        && account is not null && password.Length <= LettersMost;

    /// <summary>Why this cannot be a password here; null where it can.</summary>
    /// <param name="about">What somebody who knows the person would try first.</param>
    public static Refusal? Fault(string? password, params ReadOnlySpan<string?> about)
    {
        if (password is null || password.Length is < LettersLeast or > LettersMost)
            return Refusal.Invalid("password-length", $"A password has {LettersLeast} to {LettersMost} letters. A few words in a row are easy to remember.");

        var plain = new string([.. password.ToLowerInvariant().Where(char.IsLetterOrDigit)]);
        var guessed = Commonest.Contains(plain) || Commonest.Contains(plain.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')) || plain.Distinct().Count() < 4;
        foreach (var known in about) guessed |= known is { Length: > 3 } && password.Contains(known, StringComparison.OrdinalIgnoreCase) && password.Length - known.Length < 4;
        return guessed ? Refusal.Invalid("password-common", "This password is among the first that anybody would try. Choose another one.") : null;
    }

    // With digits after them taken off, what is left of the commonest passwords of ten letters and more in published lists.
    private static readonly FrozenSet<string> Commonest = FrozenSet.ToFrozenSet(
    [
        "password", "passwort", "passw0rd", "p4ssword", "passwordpassword", "qwerty", "qwertyuiop", "qwertyqwerty", "azertyuiop", "asdfghjkl", "asdfghjklzxcvbnm", "zxcvbnm", "qazwsxedc",
        "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "q1w2e3r4t5y6", "qwerty12345", "abc", "abcd", "abcdef", "abcdefg", "abcdefgh", "abcdefghij", "iloveyou", "welcome", "letmein", "letmeinnow",
        "administrator", "admin", "changeme", "changemenow", "default", "secret", "topsecret", "football", "baseball", "basketball", "superman", "princess", "sunshine", "monkey", "dragon", "master",
        "michelle", "trustno", "whatever", "football", "liverpool", "unicorn", "teacher", "school", "myschool", "schoolschool", "innovationscale", "innovation", "0123456789", "1234567890", "12345678910",
        "9876543210", "0987654321", "123123123123", "1234554321", "1122334455", "123456789a", "a123456789", "abc123456789", "password1234567", "aa12345678", "a1b2c3d4e5", "mypassword", "thisismypassword",
    ], StringComparer.Ordinal);
}
