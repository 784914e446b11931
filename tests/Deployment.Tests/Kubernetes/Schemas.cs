namespace Limner.Deployment.Tests.Kubernetes;

/// <summary>The schemas of Kubernetes and KEDA, which npm has: installed once beside the build, again when the lock file changes.</summary>
internal static class Schemas
{
    private static readonly string Source = Repository.At("tests/Deployment.Tests/Schemas");
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>One line for each fault.</summary>
    public static async Task<string[]> FaultsAsync(string manifests)
    {
        string folder = await Installed.Value;
        string output = await Command.OutputAsync("node", [Path.Combine(Source, "validate.mjs")], folder, manifests);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> InstallAsync()
    {
        await Command.RequireAsync("npm", "nodejs", "npm");
        string folder = Repository.At("tests/Deployment.Tests/obj/schemas");
        string locked = Path.Combine(Source, "package-lock.json"), installed = Path.Combine(folder, "installed.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == await File.ReadAllTextAsync(locked))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        foreach (string file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(Source, file), Path.Combine(folder, file), overwrite: true);
        }

        await Command.OutputAsync("npm", ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
        File.Copy(locked, installed, overwrite: true);
        return folder;
    }
}
