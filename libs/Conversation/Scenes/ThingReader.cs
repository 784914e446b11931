using Limner.Conversation.Worlds;

namespace Limner.Conversation.Scenes;

/// <summary>Reads <c>a large red star</c>, <c>three stars that are red</c> or <c>star</c>.</summary>
internal sealed class ThingReader(World world)
{
    /// <returns>Null, and nothing read, if there is none next.</returns>
    public Thing? Read(Words words)
    {
        int start = words.Mark();
        int? count = words.Take(world.Numbers, out int number) ? number : words.TakeAny("a", "an", "another") ? 1 : null;
        (string? colour, string? size) = ReadLook(words);
        if (ReadKind(words, ref count) is not { } kind)
        {
            words.Return(start);
            return null;
        }

        if (colour is null && words.TakeAny("that is", "that are") && !words.Take(world.Colours, out colour))
        {
            words.Return(start);
            return null;
        }

        return new Thing(kind, count, colour, size);
    }

    /// <summary>Reads colour and size, in any order; either may be missing.</summary>
    public (string? Colour, string? Size) ReadLook(Words words)
    {
        string? colour = null, size = null;
        while ((colour is null && words.Take(world.Colours, out colour)) || (size is null && words.Take(world.Sizes, out size)))
        {
        }

        return (colour, size);
    }

    /// <summary>Reads the kind; the word's number becomes the count where none was said.</summary>
    private string? ReadKind(Words words, ref int? count)
    {
        // "fish" is both: one, unless a number says otherwise.
        if (count is null or 1 && words.Take(world.Singulars, out string? kind))
        {
            count = 1;
            return kind;
        }

        return count != 1 && words.Take(world.Plurals, out kind) ? kind : null;
    }
}
