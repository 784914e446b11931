namespace Limner.Inference;

/// <summary>A model folder cannot be used. The message lists every problem, each naming its file and what was expected.</summary>
public sealed class ModelFolderException : Exception
{
    internal ModelFolderException(string folder, IReadOnlyList<string> problems)
        : base(problems.Count == 1
            ? $"Model folder {folder}: {problems[0]}"
            : $"Model folder {folder} has {problems.Count} problems:{string.Concat(problems.Select(problem => $"\n  {problem}"))}")
    {
        Folder = folder;
        Problems = problems;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>One sentence for each problem.</summary>
    public IReadOnlyList<string> Problems { get; }
}
