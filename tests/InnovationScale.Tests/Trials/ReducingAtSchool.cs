using System.Text;

namespace InnovationScale.Trials;

/// <summary>Rows stay where they are; what is sent are cells, and somebody may have written them by hand.</summary>
public class ReducingAtSchool
{
    private static readonly UploadPlan Plan = new()
    {
        Arms = [new("small"), new("regular")], Measure = new("Maths", 200, 700, 1), Subgroups = [new("free-lunch", new Accepted("yes"), new Accepted("no"))], EveryAllocatedPupilHasARow = true,
    };

    private static async Task<(Reduction Rows, string File)> Reduce()
    {
        var rows = new StringBuilder("pupil,school,class,arm,baseline,score,free_lunch\n");
        foreach (var row in MadeUpPupils.Rows(400)) rows.Append($"{row.Pupil},{row.School},{row.Class},{row.Arm},{row.Baseline},{row.Score},{row.Lunch}\n");
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(rows.ToString())), Plan);
        using var to = new StringWriter();
        ReducedFile.Write(reduction, pooled: false, to);
        return (reduction, to.ToString());
    }

    private static Task<Reduction> Read(string file, UploadPlan? plan = null) => ReducedFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), plan ?? Plan, CancellationToken.None);

    [Fact]
    public async Task Sends_the_very_cells_that_the_rows_would_have_become()
    {
        var (rows, file) = await Reduce();
        var read = await Read(file);

        Assert.True(read.Accepted);
        Assert.Equal(CellRows.Sha256(rows.Cells), CellRows.Sha256(read.Cells));
        Assert.Equal((rows.FileSha256, 400, "cells-2"), (read.From!.FileSha256, read.Rows, read.From.Reduction));
        Assert.Equal(rows.Arms.ToArray(), read.Arms.ToArray());
        Assert.NotEqual(rows.FileSha256, read.FileSha256);
    }

    [Theory]
    [InlineData("c0", "amal@school.org"), InlineData("c0", "=1+1"), InlineData("c0", "c\\u202E0"), InlineData("\"n\":", "\"n\":\"many\","), InlineData("\"class\":\"c0\"", "\"class\":null")]
    public async Task Takes_no_line_that_the_program_would_not_have_written(string was, string now)
    {
        var lines = (await Reduce()).File.Split('\n');
        var at = Array.FindIndex(lines, 1, line => line.Contains("\"c0\"", StringComparison.Ordinal));
        lines[at] = lines[at].Replace(was, now, StringComparison.Ordinal);
        var error = Assert.Single((await Read(string.Join('\n', lines))).Errors);

        Assert.Equal(("not-reduced", at + 1, null), (error.Code, error.Row, error.Value));
    }

    [Fact]
    public async Task Says_first_of_which_file_it_is()
    {
        var file = (await Reduce()).File;
        Assert.Equal("not-reduced", (await Read(file[(file.IndexOf('\n') + 1)..])).Errors.Single().Code);
        Assert.Equal("not-reduced", (await Read("")).Errors.Single().Code);
        Assert.Equal("not-reduced", (await Read("pupil,school\n1,2\n")).Errors.Single().Code);
    }

    [Fact]
    public async Task Keeps_to_the_limits_of_an_upload()
    {
        var file = (await Reduce()).File;
        Assert.Equal("file-too-large", (await Read(file, Plan with { Limits = new() { Bytes = 100 } })).Errors.Single().Code);
        Assert.Equal("too-many-classes", (await Read(file, Plan with { Limits = new() { Cells = 3 } })).Errors.Single().Code);
    }
}
