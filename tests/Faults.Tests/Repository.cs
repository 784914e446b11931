namespace Limner.Faults.Tests;

/// <summary>Where the built services and the fixtures lie.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A service's Host, built in the same configuration as these tests.</summary>
    public static string Host(string service) => Path.Combine(
        [Root, $"services/{service}/{service}.Host", .. Path.GetRelativePath(Root, AppContext.BaseDirectory).Split('/')[2..], $"Limner.{service}.Host.dll"]);

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
