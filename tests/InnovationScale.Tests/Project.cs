namespace InnovationScale;

/// <summary>The project's own folder, found by walking up from where the tests run.</summary>
public static class Project
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "InnovationScale.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No InnovationScale.sln above {AppContext.BaseDirectory}.");
    }
}
