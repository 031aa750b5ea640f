using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace InnovationScale.Trials;

/// <summary>
/// The rows of an uploaded file, one at a time and forward: a table in text, or the first sheet that a workbook shows. Which of them it is its bytes tell, whatever it is called.
/// Where something is wrong the rows end and <see cref="Trouble"/> says what.
/// </summary>
internal abstract class UploadRows : IDisposable
{
    public static async ValueTask<UploadRows> Open(Stream file, UploadLimits limits, CancellationToken cancel)
    {
        var start = new byte[4];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        return Workbook.IsBegunBy(start.AsSpan(0, read))
            ? await SheetRows.Open(start, file, limits, cancel)
            : await CsvRows.Open(start.AsMemory(0, read), file, limits, cancel);
    }

    /// <summary>The row that was read last, as a spreadsheet counts.</summary>
    public int At { get; protected set; }

    /// <summary>Cells in it.</summary>
    public abstract int Count { get; }

    public abstract string this[int cell] { get; }

    /// <summary>What a cell holds as a number; null where it is text, which may be written with either decimal sign.</summary>
    public virtual double? Number(int cell) => null;

    public virtual UploadError? Trouble { get; protected set; }

    /// <summary>The file's size as it was sent.</summary>
    public abstract long Bytes { get; }

    /// <summary>The whole file's hash, once its end was reached.</summary>
    public abstract string? Sha256 { get; }

    /// <summary>Only the first of them is read.</summary>
    public virtual int Sheets => 1;

    /// <summary>False at the end, and where there is trouble.</summary>
    public abstract ValueTask<bool> ReadAsync();

    public abstract void Dispose();

    protected static UploadError CellTooLong(int row, UploadLimits limits) => new(row, null, null, "cell-too-long", $"A cell is longer than {limits.Cell:N0} characters.",
        (Sentence)"Shorten it, leave its column out, or close the quote that began it.");
}

/// <summary>The rows of a table in text, parted as RFC 4180 says.</summary>
internal sealed class CsvRows : UploadRows
{
    private readonly UploadText text;
    private readonly UploadLimits limits;
    private readonly CsvParser parser;

    private CsvRows(UploadText text, UploadLimits limits)
    {
        (this.text, this.limits) = (text, limits);
        parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = text.Delimiter.ToString(), IgnoreBlankLines = false, MaxFieldSize = limits.Cell, BufferSize = 16 * 1024, BadDataFound = null,
        });
    }

    internal static async ValueTask<UploadRows> Open(ReadOnlyMemory<byte> start, Stream file, UploadLimits limits, CancellationToken cancel)
    {
        var read = new UploadText(start, file, limits);
        await read.BeginAsync(cancel);
        return new CsvRows(read, limits);
    }

    public override int Count => parser.Count;

    public override string this[int cell] => parser[cell];

    public override UploadError? Trouble { get => text.Trouble ?? base.Trouble; protected set => base.Trouble = value; }

    public override long Bytes => text.Bytes;

    public override string? Sha256 => text.Sha256;

    public override async ValueTask<bool> ReadAsync()
    {
        try
        {
            if (!await parser.ReadAsync() || text.Trouble is not null) return false;
        }
        catch (MaxFieldSizeException)
        {
            Trouble = CellTooLong(At + 1, limits);
            return false;
        }

        At++;
        return true;
    }

    public override void Dispose()
    {
        parser.Dispose();
        text.Dispose();
    }
}
