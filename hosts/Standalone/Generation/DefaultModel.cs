using Limner.Standalone.Commands;

namespace Limner.Standalone.Generation;

/// <summary>Where the model lies that is used when none is named.</summary>
internal static class DefaultModel
{
    private const string Folder = "models/limner-first";

    /// <summary>The folder named by --model, or the nearest <c>models/limner-first</c> at or above the program.</summary>
    public static string Find(string? named, string programFolder)
    {
        if (named is not null)
        {
            return Directory.Exists(named) ? named : throw Missing($"There is no model folder '{named}'; --model takes a folder with a model_index.json.");
        }

        for (DirectoryInfo? folder = new(programFolder); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, Folder);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw Missing($"The default model is missing: no {Folder} lies at or above {programFolder}; name a model folder with --model.");
    }

    private static CommandException Missing(string message) => new(ExitCode.Model, message);
}
