using System.Data.Common;
using InnovationScale.Storage;

namespace InnovationScale.Demonstration;

/// <summary>A folder that keeps the demonstration, and nothing that anybody else needs.</summary>
public static class DemonstrationFolder
{
    /// <summary>Deletes the demonstration with whatever was done in it, so that the next start tells it from the beginning.</summary>
    /// <exception cref="InvalidDataException">The folder keeps other records, or none: nothing was deleted.</exception>
    /// <exception cref="DataFolderInUseException">A server owns the folder.</exception>
    public static void Empty(string folder)
    {
        var database = Path.Combine(folder, SqliteEngine.FileName);
        if (!File.Exists(database)) throw new InvalidDataException($"There is no demonstration in {folder}: nothing was deleted.");

        using var engine = new SqliteEngine(folder);
        if (!Keeps(engine)) throw new InvalidDataException($"What {folder} keeps did not begin as the demonstration: nothing was deleted.");

        // The database goes last: while it is there, the rest can be deleted again.
        foreach (var beside in (string[])["keys", "witness", "mail"])
        {
            if (Path.Combine(folder, beside) is var kept && Directory.Exists(kept)) Directory.Delete(kept, recursive: true);
        }

        foreach (var part in (string[])["-wal", "-shm", ""]) File.Delete(database + part);
        File.Delete(Path.Combine(folder, Vault.KeyFileName));
    }

    /// <summary>The first record was made by the first command of the story.</summary>
    private static bool Keeps(SqliteEngine engine)
    {
        using DbConnection connection = engine.Connect(forWriting: false);
        connection.Open();
        return connection.Query("select command_id from event order by position limit 1", r => r.GetString(0)).GetAwaiter().GetResult() is [var first]
            && first.StartsWith(DemonstrationSteps.Mark, StringComparison.Ordinal);
    }
}
