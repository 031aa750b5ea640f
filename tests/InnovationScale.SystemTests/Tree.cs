using System.Reflection;

namespace InnovationScale;

/// <summary>Where things stand in this clone: what was built, and the ignored folder that tests may leave things in.</summary>
internal static class Tree
{
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>The server as built in this run's configuration, with the files that belong beside it.</summary>
    public static string Server { get; } = Path.Combine(Root, "src", "InnovationScale.Server", "bin", Configuration, "net10.0", "InnovationScale.Server.dll");

    private static string Configuration => typeof(Tree).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration
        ?? throw new InvalidOperationException("The build names its configuration.");

    /// <summary>A folder for what a person may want to look at afterwards: screenshots, logs of servers.</summary>
    public static string Artifacts(string name) => Directory.CreateDirectory(Path.Combine(Root, "artifacts", name)).FullName;

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "InnovationScale.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the tree: no InnovationScale.sln was found above them."));
}
