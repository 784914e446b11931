namespace Limner.Standalone.Tests;

/// <summary>Where the repository lies.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
