namespace Limner.Conversation.Worlds;

/// <summary>The words of a world as its file has them; of several words for the same, the first is the one that is written.</summary>
/// <param name="Model">The model that draws it.</param>
/// <param name="Version">Of the file.</param>
/// <param name="Things">Kinds, and of each its words: one, and several of it.</param>
/// <param name="Colours">Colours.</param>
/// <param name="Sizes">Sizes beside the usual one, which has no word.</param>
/// <param name="Places">How one thing stands to another.</param>
/// <param name="Numbers">Numbers as digits, and their words.</param>
/// <param name="Settings">Where things can be, as phrases.</param>
/// <param name="MostKinds">How many kinds fit into one picture.</param>
/// <param name="MostAlike">How many alike fit into one picture.</param>
internal sealed record WorldFile(
    string Model, string Version, Dictionary<string, string[][]> Things, Dictionary<string, ColourWords> Colours, Dictionary<string, string[]> Sizes,
    Dictionary<string, PlaceWords> Places, Dictionary<string, string[]> Numbers, Dictionary<string, string[]> Settings, int MostKinds, int MostAlike);

internal sealed record ColourWords(string[] Words, int[] Rgb);

/// <param name="Of">Before the other thing: <c>left of</c>.</param>
/// <param name="It">Without naming it: <c>to its left</c>.</param>
/// <param name="Opposite">How the other thing then stands to the first; null where there is no word for it.</param>
internal sealed record PlaceWords(string[] Of, string[] It, string? Opposite);
