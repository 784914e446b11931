using System.Text.Json;

namespace Limner.Load.Deployments;

/// <summary>One job, the same for the services and for the bare engine.</summary>
internal sealed record JobRequest(string Prompt, ulong Seed, int Count, int Side)
{
    private static readonly string[] Things = ["circle", "star", "heart", "house", "tree", "fish", "boat", "flower", "car", "mushroom"];
    private static readonly string[] Colours = ["red", "yellow", "green", "blue", "purple", "brown"];

    /// <summary>As it is sent.</summary>
    public byte[] Body { get; } = JsonSerializer.SerializeToUtf8Bytes(new { prompt = Prompt, seed = Seed, n = Count, size = $"{Side}x{Side}" });

    /// <summary>Jobs that have nothing in common, so that no cache helps.</summary>
    public static JobRequest Numbered(int number, int count, int side) => new(
        $"a {Colours[number % Colours.Length]} {Things[number / Colours.Length % Things.Length]} left of a {Colours[number / 7 % Colours.Length]} {Things[number / 3 % Things.Length]}",
        (ulong)number, count, side);
}
