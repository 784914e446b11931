using System.Text.Json;

namespace Limner.Micro.Reports;

/// <summary>One line of what <c>benchmarks/pytorch.py</c> printed: the network calls of one picture in PyTorch.</summary>
/// <param name="Setup">How PyTorch was run.</param>
/// <param name="Version">Its version.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Weights">Where the weights came from.</param>
/// <param name="Milliseconds">Of each run.</param>
/// <param name="Stages">Median milliseconds of each stage.</param>
internal sealed record PyTorchRun(
    string Setup, string Version, int Threads, string Weights, IReadOnlyList<double> Milliseconds, IReadOnlyDictionary<string, double> Stages)
{
    /// <summary>Whether its text had the prompt's words alone instead of 77 places, as the exported graphs compute it.</summary>
    public bool WordsAlone => Setup.Contains("words alone", StringComparison.Ordinal);

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<PyTorchRun> ReadAll(string? file) =>
        file is null ? [] : [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<PyTorchRun>(line, Json)!)];
}
