namespace Limner.Moderation.Tests;

internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PolicyFile => PathOf("services", "Moderation", "Moderation", "Policy", "prompt-policy.txt");

    /// <summary>A path in the repository, which must exist.</summary>
    public static string PathOf(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there.");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Limner.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Limner.slnx above {AppContext.BaseDirectory}.");
    }
}
