namespace Limner.EndToEnd.Tests;

/// <summary>Where the built command and the fixtures lie.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The command line, built in the same configuration as these tests.</summary>
    public static string Program { get; } = Path.Combine([Root, "hosts/Standalone", .. Path.GetRelativePath(Root, AppContext.BaseDirectory).Split('/')[2..], "limner.dll"]);

    /// <summary>A complete model of random weights that draws 64x64 in milliseconds a step.</summary>
    public static string TinyModel { get; } = Path.Combine(Root, "tests/fixtures/reference/unclip_tiny");

    public static string DefaultModel { get; } = Path.Combine(Root, "models/limner-first");

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
