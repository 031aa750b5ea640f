using System.Globalization;
using System.Text;

namespace InnovationScale.People;

/// <summary>Words to somebody's address.</summary>
/// <param name="Person">Whom it is for, by id: what was sent is forgotten with the person.</param>
public sealed record Mail(string Person, string To, string Subject, string Text);

/// <summary>What a mail says, in the language of whoever asked for it.</summary>
public sealed record Letter(string Subject, string Text);

/// <summary>Takes mail to people.</summary>
public interface IMailer
{
    /// <exception cref="IOException">It was not taken.</exception>
    Task Send(Mail mail);

    /// <summary>Nothing that was sent to a person is kept.</summary>
    void Forget(string person);
}

/// <summary>Puts each mail into a file: for demonstrations, for tests, and for a program that sends what it finds there.</summary>
public sealed class MailFolder(string folder, TimeProvider clock) : IMailer
{
    public async Task Send(Mail mail)
    {
        var to = Path.Combine(folder, mail.Person);
        Directory.CreateDirectory(to);
        var now = clock.GetUtcNow();
        var file = Path.Combine(to, $"{now.UtcTicks.ToString("D19", CultureInfo.InvariantCulture)}-{Guid.CreateVersion7():n}.eml");
        var text = $"Date: {now.ToString("r", CultureInfo.InvariantCulture)}\r\nFrom: InnovationScale <no-reply@localhost>\r\nTo: {mail.To}\r\nSubject: {Encoded(mail.Subject)}\r\n" +
            $"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{mail.Text.ReplaceLineEndings("\r\n")}\r\n";
        // It appears under its name only when it is whole.
        await File.WriteAllTextAsync(file + ".partial", text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(file + ".partial", file);
    }

    /// <summary>A header holds letters of ASCII alone; others are encoded (RFC 2047).</summary>
    private static string Encoded(string subject) => subject.All(char.IsAscii) ? subject : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(subject))}?=";

    public void Forget(string person)
    {
        var of = Path.Combine(folder, person);
        if (Directory.Exists(of)) Directory.Delete(of, recursive: true);
    }
}
