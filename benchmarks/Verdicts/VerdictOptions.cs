using System.Globalization;

namespace Limner.Verdicts;

internal sealed record VerdictOptions(string Model, string Out, int Pictures, int? Size)
{
    public const int EachPrompt = 4;

    public static VerdictOptions Parse(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;
        string Required(string name) => Value(name) ?? throw new ArgumentException($"{name} is missing; start with benchmarks/verdicts.sh.");
        int? Number(string name) => Value(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        return new(Required("--model"), Required("--out"), Number("--pictures") ?? 480, Number("--size"));
    }
}
