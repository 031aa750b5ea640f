using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace InnovationScale;

/// <summary>Plants scores and pupils' codes that occur nowhere else, and looks for them afterwards wherever the server could have written.</summary>
public class WhatAnUploadLeavesBehind
{
    private const string Code = "zebrafinch";

    // Each differs from every mean, sum and count in the file, and has a spelling nobody writes by chance.
    private static readonly double[] Scores = [.. Enumerable.Range(0, 24).Select(pupil => Math.Round(413.0718281 + pupil * 7.3141593, 7))];

    private static string Planted(string separator) => string.Join('\n', (string[])
    [
        string.Join(separator, "pupil", "school", "class", "arm", "score"),
        .. Scores.Select((score, pupil) => string.Join(separator,
            $"{Code}{pupil}", $"{1 + pupil / 12}", $"c{pupil / 6}", pupil / 6 % 2 == 0 ? "small" : "regular", score.ToString("F7", CultureInfo.InvariantCulture))),
    ]) + "\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Holds_no_score_and_no_code_of_any_pupil(bool refused)
    {
        await using var server = await RunningServer.Start("--sign-in", "local-people");
        var trial = await TrialInTheField.Begin(server, TrialInTheField.Plan(), ["1", "2"]);
        var before = Directory.EnumerateFileSystemEntries(Path.GetTempPath()).ToHashSet(StringComparer.Ordinal);
        var file = Planted(",") + (refused ? $"{Code}99,1,c0,nobody-s-group,{Scores[3].ToString("F7", CultureInfo.InvariantCulture)}\n" : "");

        await trial.Upload(file, "?dryRun=true");
        var reply = await trial.Upload(file);
        var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", $"{Code}.csv" } };
        using (form) await trial.Researcher.Post($"{trial.At}/uploads", form);
        reply.Expect(refused ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Created);

        byte[][] marks = [Encoding.UTF8.GetBytes(Code), Encoding.Unicode.GetBytes(Code), .. Scores.SelectMany(Spellings)];
        var files = Directory.EnumerateFiles(server.DataFolder, "*", Quietly).ToList();
        Assert.Contains(files, path => path.EndsWith("-wal", StringComparison.Ordinal));
        var found = Marks(files, marks).ToList();
        Assert.Empty(found);
        Assert.DoesNotContain(Code, server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Code, reply.Body, StringComparison.Ordinal);
        Assert.All(Scores, score => Assert.DoesNotContain(score.ToString("F7", CultureInfo.InvariantCulture), server.Output + reply.Body, StringComparison.Ordinal));
        Assert.Empty(Marks(Directory.EnumerateFileSystemEntries(Path.GetTempPath()).Where(path => !before.Contains(path)).SelectMany(FilesIn), marks));

        if (!refused) await Keeps_what_it_should(server, trial);
        await server.Stop();
        Assert.Empty(Marks(Directory.EnumerateFiles(server.DataFolder, "*", Quietly), marks));
    }

    /// <summary>The search would find something: the classes' own numbers are there.</summary>
    private static async Task Keeps_what_it_should(RunningServer server, TrialInTheField trial)
    {
        var mean = (await trial.Researcher.Get($"{trial.At}/cells")).Expect(HttpStatusCode.OK).Json["items"]![0]!["cell"]!["outcome"]!["mean"]!.ToJsonString();
        Assert.NotEmpty(Marks(Directory.EnumerateFiles(server.DataFolder, "*", Quietly), [Encoding.UTF8.GetBytes(mean)]));
    }

    private static IEnumerable<string> FilesIn(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", Quietly) : [path];

    private static EnumerationOptions Quietly => new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>A score as text, and as the eight bytes of a double in either order.</summary>
    private static IEnumerable<byte[]> Spellings(double score)
    {
        yield return Encoding.UTF8.GetBytes(score.ToString("F7", CultureInfo.InvariantCulture));
        yield return Encoding.UTF8.GetBytes(score.ToString("R", CultureInfo.InvariantCulture));
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, score);
        yield return bytes;
        yield return [.. bytes.Reverse()];
    }

    private static IEnumerable<string> Marks(IEnumerable<string> files, IReadOnlyList<byte[]> marks)
    {
        foreach (var path in files)
        {
            byte[] bytes;
            try
            {
                // What holds nothing is not opened: a pipe of another process would wait for its writer.
                if (new FileInfo(path).Length == 0) continue;
                using var open = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (open.Length > 200_000_000) continue;
                bytes = new byte[open.Length];
                open.ReadExactly(bytes);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Another process's file, or the mark that the folder is in use, which holds nothing and which nobody else may open.
                continue;
            }

            foreach (var mark in marks)
            {
                if (bytes.AsSpan().IndexOf(mark) >= 0) yield return $"{path}: {Encoding.UTF8.GetString(mark)}";
            }
        }
    }
}
