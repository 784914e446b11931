using Limner.Deployment.Tests;

namespace Limner.Clients.Tests;

/// <summary>Scripts with packages of npm: installed once beside the build, again when the lock file changes.</summary>
internal static class NodePackages
{
    private static readonly string Source = Repository.At("tests/Clients.Tests/Node");
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>Where scripts find the packages.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    /// <summary>What a script prints; a script that fails is a failure.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        string folder = await Installed.Value;
        return await Command.OutputAsync("node", [Path.Combine(folder, script), .. arguments], folder);
    }

    private static async Task<string> InstallAsync()
    {
        await Command.RequireAsync("npm", "nodejs", "npm");
        string folder = Repository.At("tests/Clients.Tests/obj/node");
        Directory.CreateDirectory(folder);
        // Beside the packages, since that is where a module looks for them.
        foreach (string file in Directory.EnumerateFiles(Source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        string locked = Path.Combine(Source, "package-lock.json"), installed = Path.Combine(folder, "installed.json");
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != await File.ReadAllTextAsync(locked))
        {
            await Command.OutputAsync("npm", ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
            File.Copy(locked, installed, overwrite: true);
        }

        return folder;
    }
}
