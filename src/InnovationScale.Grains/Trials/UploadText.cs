using System.Buffers;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace InnovationScale.Trials;

/// <summary>
/// An uploaded file's bytes as text, read once and forward: hashed, counted and checked on the way, so that the parser behind it never meets
/// a NUL, a broken character or a row without end. Where something is wrong the text ends and <see cref="Trouble"/> says what.
/// </summary>
/// <param name="start">Its first bytes, read already.</param>
internal sealed class UploadText(ReadOnlyMemory<byte> start, Stream stream, UploadLimits limits) : TextReader
{
    private const int BufferSize = 64 * 1024;
    private static readonly SearchValues<char> Telling = SearchValues.Create("\n\r\"\0");

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] bytes = new byte[BufferSize];
    private readonly char[] chars = new char[BufferSize];
    private int byteCount;
    private int charStart;
    private int charEnd;
    private bool begun;
    private bool ended;

    private int line = 1;
    private int rowLine = 1;
    private int rowLength;
    private bool quoted;
    private bool afterReturn;

    public UploadError? Trouble { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Comma, semicolon, tab or bar: whichever parts the first row most often.</summary>
    public char Delimiter { get; private set; } = ',';

    /// <summary>The whole file's hash, once its end was reached.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>Reads the first row far enough to know its delimiter.</summary>
    public async ValueTask BeginAsync(CancellationToken cancel)
    {
        start.CopyTo(bytes);
        (byteCount, Bytes) = (start.Length, start.Length);
        hash.AppendData(start.Span);
        do
        {
            await FillAsync(cancel);
        }
        while (!ended && charEnd < chars.Length / 2 && FirstRow().Length == charEnd);

        var counts = new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0, ['|'] = 0 };
        var inside = false;
        foreach (var c in FirstRow())
        {
            if (c == '"') inside = !inside;
            else if (!inside && counts.TryGetValue(c, out var count)) counts[c] = count + 1;
        }

        Delimiter = counts.MaxBy(count => count.Value).Key;
    }

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        if (charStart == charEnd) await FillAsync(cancellationToken);
        var given = Math.Min(buffer.Length, charEnd - charStart);
        chars.AsSpan(charStart, given).CopyTo(buffer.Span);
        charStart += given;
        return given;
    }

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();

    public override int Read(char[] buffer, int index, int count) => throw new NotSupportedException("An upload is read asynchronously.");

    private ReadOnlySpan<char> FirstRow()
    {
        var inside = false;
        for (var i = 0; i < charEnd; i++)
        {
            if (chars[i] == '"') inside = !inside;
            else if (!inside && chars[i] is '\n' or '\r') return chars.AsSpan(0, i);
        }

        return chars.AsSpan(0, charEnd);
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (charStart == charEnd) charStart = charEnd = 0;
        while (!ended && Trouble is null)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(byteCount, Math.Min(bytes.Length, chars.Length - charEnd) - byteCount), cancel);
            ended = read == 0;
            Bytes += read;
            if (Bytes > limits.Bytes)
            {
                Stop("file-too-large", $"The file is larger than {limits.Bytes:N0} bytes.", "Send the schools in several files, or class summaries instead of pupil rows.");
                return;
            }

            hash.AppendData(bytes, byteCount, read);
            byteCount += read;
            if (!begun && !ended && byteCount < 4) continue;
            if (!begun && !Begin()) return;

            var status = Utf8.ToUtf16(bytes.AsSpan(0, byteCount), chars.AsSpan(charEnd), out var used, out var written, replaceInvalidSequences: false, isFinalBlock: ended);
            bytes.AsSpan(used, byteCount - used).CopyTo(bytes);
            byteCount -= used;
            var fine = Check(chars.AsSpan(charEnd, written));
            if (!fine) return;
            charEnd += written;
            if (status == OperationStatus.InvalidData)
            {
                Stop("not-utf-8", "The file holds bytes that are not UTF-8 text.", "Save it again as “CSV UTF-8”; Excel offers that in the list of file types.");
                return;
            }

            if (written > 0) break;
        }

        if (!ended || Trouble is not null || Sha256 is not null) return;
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (quoted) StopAtQuote();
    }

    private bool Begin()
    {
        begun = true;
        switch (bytes.AsSpan(0, byteCount))
        {
            case [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]:
                Stop("utf-16", "The file is UTF-16 text.", "Save it again as “CSV UTF-8”; Excel's “Unicode text” is UTF-16.");
                return false;
            case [0xD0, 0xCF, 0x11, 0xE0, ..]:
                Stop("spreadsheet-not-csv", "The file is an old workbook (XLS) or one that is locked by a password.", "Open it and save it as XLSX without a password, or as “CSV UTF-8”.");
                return false;
            case [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..]:
                Stop("not-csv", "The file is a PDF, not CSV.", "Send the table itself, saved as XLSX or as “CSV UTF-8”.");
                return false;
            case [0xEF, 0xBB, 0xBF, ..]:
                byteCount -= 3;
                bytes.AsSpan(3, byteCount).CopyTo(bytes);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Counts lines and the length of the row, and looks for NUL. Quotes are followed as RFC 4180 has them: a doubled quote changes nothing.</summary>
    private bool Check(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var at = text.IndexOfAny(Telling);
            if (at != 0) afterReturn = false;
            rowLength += at < 0 ? text.Length : at + 1;
            if (rowLength > limits.Row)
            {
                if (quoted) StopAtQuote();
                else Stop("row-too-long", $"A row is longer than {limits.Row:N0} characters.", "Check that the file is a table with one pupil or class in each row.");
                return false;
            }

            if (at < 0) return true;
            switch (text[at])
            {
                case '\0':
                    Stop("nul-byte", "The file holds a NUL byte, which no text has.", "Save it again as “CSV UTF-8”; a damaged or UTF-16 file looks like this.");
                    return false;
                case '"':
                    quoted = !quoted;
                    afterReturn = false;
                    break;
                case '\n' when afterReturn:
                    afterReturn = false;
                    if (!quoted) rowLength = 0;
                    break;
                case var end:
                    afterReturn = end == '\r';
                    line++;
                    if (quoted) break;
                    rowLength = 0;
                    rowLine = line;
                    break;
            }

            text = text[(at + 1)..];
        }
    }

    private void StopAtQuote() => Stop("quote-not-closed", "A quote is opened in this row and never closed.",
        "Close the quote, or write a quote inside quotes twice.", rowLine);

    private void Stop(string code, Sentence sentence, Sentence fix, int? atLine = null)
    {
        Trouble ??= new(atLine ?? line, null, null, code, sentence, fix);
        ended = true;
        charStart = charEnd = 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}
