using System.Text;

namespace InnovationScale.People;

/// <summary>Codes that change with time, as RFC 6238 (appendix B) gives them for SHA-1, of which six digits are shown.</summary>
public class AOneTimeCode
{
    /// <summary>The RFC's key, “12345678901234567890”, in base32.</summary>
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Is_that_of_the_standard(long seconds, string code)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, OneTimeCode.At(Key, time));
        Assert.Equal(seconds / 30, OneTimeCode.StepOf(Key, $" {code[..3]} {code[3..]}", time));
    }

    [Fact]
    public void Is_taken_half_a_minute_early_or_late_and_not_longer()
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(1111111111);
        foreach (var off in (int[])[-30, 0, 30]) Assert.NotNull(OneTimeCode.StepOf(Key, OneTimeCode.At(Key, time.AddSeconds(off)), time));
        foreach (var off in (int[])[-61, 60]) Assert.Null(OneTimeCode.StepOf(Key, OneTimeCode.At(Key, time.AddSeconds(off)), time));
        foreach (var typed in (string?[])[null, "", "12345", "1234567"]) Assert.Null(OneTimeCode.StepOf(Key, typed, time));
        Assert.Null(OneTimeCode.StepOf("", OneTimeCode.At(Key, time), time));
    }

    [Fact]
    public void Has_a_new_key_for_everybody()
    {
        var key = OneTimeCode.NewKey();
        Assert.Matches("^[A-Z2-7]{32}$", key);
        Assert.NotEqual(key, OneTimeCode.NewKey());
        Assert.Contains($"secret={key}&issuer=InnovationScale", OneTimeCode.Link(key, "Ana M. & Co"), StringComparison.Ordinal);
        Assert.Contains("Ana%20M.%20%26%20Co", OneTimeCode.Link(key, "Ana M. & Co"), StringComparison.Ordinal);
    }
}

/// <summary>What may be a password, and how one is checked.</summary>
public class APassword
{
    [Theory]
    [InlineData("short", "password-length")]
    [InlineData("123456789", "password-length")]
    [InlineData("password1234", "password-common")]
    [InlineData("Pass-Word-2026", "password-common")]
    [InlineData("1234567890", "password-common")]
    [InlineData("aaaaaaaaaaaa", "password-common")]
    [InlineData("ana@example.org", "password-common")]
    [InlineData("a heron at low tide", null)]
    [InlineData("          x y z w  ", null)]
    [InlineData("صيف طويل في المدينة", null)]
    public void Is_long_and_not_among_the_first_that_are_tried(string password, string? refused) => Assert.Equal(refused, Passwords.Fault(password, "Ana", "ana@example.org")?.Code);

    [Fact]
    public void Fits_its_own_hash_alone_and_nobodys_account()
    {
        var passwords = new Passwords();
        var account = new Account("ana@example.org", "key", passwords.Hash("a heron at low tide"), "", [], 0);
        Assert.True(passwords.Fits(account, "a heron at low tide"));
        Assert.False(passwords.Fits(account, "a heron at high tide"));
        Assert.False(passwords.Fits(account, new string('x', Passwords.LettersMost + 1)));
        Assert.False(passwords.Fits(account with { PasswordHash = "" }, ""));
        Assert.False(passwords.Fits(null, "a heron at low tide"));
    }
}

/// <summary>A token as it is sent.</summary>
public class AToken
{
    [Fact]
    public void Is_told_from_a_mistyped_one_by_itself()
    {
        var token = TokenText.Of(Secret.New());
        Assert.True(TokenText.IsWhole(token));
        var chance = new Random(5);
        for (var n = 0; n < token.Length; n++)
        {
            var other = new StringBuilder(token) { [n] = token[n] == 'A' ? 'B' : 'A' }.ToString();
            Assert.False(TokenText.IsWhole(other), other);
        }

        foreach (var text in (string[])["", "isk_", "isk_abc", token[..^1], token + "0", token[(chance.Next(3) + 1)..]]) Assert.False(TokenText.IsWhole(text), text);
    }
}
