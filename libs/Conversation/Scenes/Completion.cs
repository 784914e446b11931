using Limner.Conversation.Worlds;

namespace Limner.Conversation.Scenes;

/// <summary>Fills in what a prompt of a word or two leaves open. What it says is kept.</summary>
internal static class Completion
{
    private const int Short = 2;

    /// <summary>As in training: less than this, and a thing does not stand out from its background.</summary>
    private const int LeastContrast = 160;

    public static string? Of(World world, string prompt, ulong seed)
    {
        var words = new Words(prompt);
        if (words.Count > Short || new ThingReader(world).Read(words) is not { } thing || !words.IsAtEnd)
        {
            return null;
        }

        var chance = new Chance(seed);
        string colour = thing.Colour ?? chance.Pick(world.ColourNames);
        Thing full = thing with
        {
            Count = thing.Count ?? (2 + chance.Below(world.MostAlike - 1)),
            Colour = colour,
            // The model's usual size has no word; a single thing fills the picture better when it is large.
            Size = thing.Size ?? (thing.Count == 1 ? "large" : null),
        };
        string background = chance.Pick([.. world.ColourNames.Where(other => world.Contrast(colour, other) > LeastContrast)]);
        return SceneWriter.Write(world, new Scene([full], Background: new Backdrop(background)));
    }

    /// <summary>Chance that a seed decides (SplitMix64).</summary>
    private sealed class Chance(ulong seed)
    {
        private ulong _state = seed;

        public int Below(int end)
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)end);
        }

        public string Pick(IReadOnlyList<string> choices) => choices[Below(choices.Count)];
    }
}
