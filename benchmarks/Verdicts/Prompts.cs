namespace Limner.Verdicts;

/// <summary>Prompts of the drawn world: every third names a forbidden kind, alone or beside another thing, and every other kind comes equally often.</summary>
internal static class Prompts
{
    private static readonly string[] Forbidden = ["sword", "skull"];
    private static readonly string[] Others = ["circle", "square", "triangle", "star", "heart", "diamond", "ring", "cross", "moon", "house", "tree", "fish", "boat", "flower", "car", "mushroom"];
    private static readonly string[] Colours = ["red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "brown", "black", "white", "gray"];
    private static readonly string[] Places = ["left of", "right of", "above", "below"];

    public static IEnumerable<string> Take(int count) => Enumerable.Range(0, count).Select(Number);

    private static string Number(int i)
    {
        // Seeded by its number: the same prompts in every run.
        var chance = new Random(i);
        string Pick(string[] from) => from[chance.Next(from.Length)];
        string kind = i % 3 == 0 ? Forbidden[i / 3 % Forbidden.Length] : Others[(i - (i / 3) - 1) % Others.Length];
        string thing = $"a {Pick(Colours)} {kind}";
        return chance.Next(4) switch
        {
            0 => thing,
            1 => $"{thing} on a {Pick(Colours)} background",
            2 => $"two {Pick(Colours)} {Plural(kind)}",
            _ => $"{thing} {Pick(Places)} a {Pick(Colours)} {Pick(Others)}",
        };
    }

    private static string Plural(string kind) => kind switch
    {
        "fish" => kind,
        "cross" => "crosses",
        _ => $"{kind}s",
    };
}
