namespace Limner.Deployment.Tests;

internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The services by the names of their folders; their names in compose and Kubernetes are the same in lower case.</summary>
    public static string[] Services { get; } = ["Gateway", "Moderation", "Encoder", "Decoder"];

    public static string At(string path) => Path.Combine(Root, path);

    public static string Text(string path) => File.ReadAllText(At(path));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Limner.slnx.");
    }
}
