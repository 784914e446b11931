using System.ComponentModel.DataAnnotations;

namespace Limner.Inference;

/// <summary>Which model a process runs; a plain record to bind from configuration (<c>Model:Folder</c>).</summary>
public sealed record ModelOptions
{
    /// <summary>Where the configuration has it.</summary>
    public const string Section = "Model";

    /// <summary>The model folder. A relative one is looked for in the working folder, then beside the program and above it.</summary>
    [Required]
    public string Folder { get; init; } = "models/limner-first";

    /// <summary>Where the folder is: the first that exists, or <see cref="Folder"/> itself, of which <see cref="ModelFolder.Load"/> says that it is missing.</summary>
    /// <param name="programFolder">Where the program lies.</param>
    public string Find(string programFolder)
    {
        if (Path.IsPathRooted(Folder) || Directory.Exists(Folder))
        {
            return Folder;
        }

        for (DirectoryInfo? folder = new(programFolder); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, Folder);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return Folder;
    }
}
