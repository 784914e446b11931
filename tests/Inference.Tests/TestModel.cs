using Limner.Fixtures;

namespace Limner.Inference.Tests;

/// <summary>The tiny models of the fixtures.</summary>
internal static class TestModel
{
    public static readonly ExecutionOptions Cpu = new() { Provider = ExecutionProvider.Cpu, Threads = 2 };

    /// <summary>Made by the original code: pixels, one timestep for the batch.</summary>
    public static string Reference => ReferenceFolder.Path("unclip_tiny");

    /// <summary>Random weights: latents, a timestep for each row, two super-resolution stages (see its make.py).</summary>
    public static string Latent => Repository("tests", "fixtures", "latent_tiny");

    /// <summary>Random weights in the layout of a public checkpoint, written by tools/export, with what diffusers draws with them (see tests/fixtures/public/make.py).</summary>
    public static string Public(string name) => Repository("tests", "fixtures", "public", name);

    /// <summary>The models of this repository.</summary>
    public static string[] Shipped => Directory.Exists(Path.Combine(Root, "models"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Root, "models"), "model_index.json", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)]
        : [];

    /// <summary>The one that is drawn with unless another is named.</summary>
    public static string Default => Assert.Single(Shipped, folder => Path.GetFileName(folder) == "limner-first");

    /// <summary>Copies a model folder without its golden data, to be damaged.</summary>
    public static DirectoryInfo Copy(string folder)
    {
        DirectoryInfo copy = Directory.CreateTempSubdirectory("limner-model-");
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, file);
            if (name.StartsWith("golden", StringComparison.Ordinal))
            {
                continue;
            }

            string target = Path.Combine(copy.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, File.ReadAllBytes(file)); // not File.Copy: the fixtures may be read-only
        }

        return copy;
    }

    private static string Root { get; } = FindRoot();

    private static string Repository(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "tests", "fixtures")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No tests/fixtures above {AppContext.BaseDirectory}.");
    }
}
