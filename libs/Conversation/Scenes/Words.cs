using System.Text.RegularExpressions;
using Limner.Conversation.Worlds;

namespace Limner.Conversation.Scenes;

/// <summary>Reads a text word by word; a comma or a full stop is a word of its own, which every reader may skip.</summary>
internal sealed partial class Words(IReadOnlyList<string> words)
{
    private int _at;

    public Words(string text) : this([.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)])
    {
    }

    public bool IsAtEnd => _at >= words.Count || words.Skip(_at).All(IsMark);

    /// <summary>What was not read yet, as a text.</summary>
    public string Rest => string.Join(' ', words.Skip(_at).Where(word => !IsMark(word)));

    public bool NextIsMark => _at < words.Count && IsMark(words[_at]);

    public int Count => words.Count(word => !IsMark(word));

    public static bool IsMark(string word) => word is "," or "." or ";";

    /// <summary>Where reading stands, to come back to.</summary>
    public int Mark() => _at;

    public void Return(int mark) => _at = mark;

    /// <summary>Reads the phrase if it is next.</summary>
    public bool Take(string phrase) => Take(phrase.Split(' '));

    /// <summary>Reads the first of the phrases that is next.</summary>
    public bool TakeAny(params ReadOnlySpan<string> phrases)
    {
        foreach (string phrase in phrases)
        {
            if (Take(phrase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a phrase of the table if one is next.</summary>
    public bool Take<T>(PhraseTable<T> table, out T? meaning)
    {
        foreach ((string[] phrase, T value) in table.Phrases)
        {
            if (Take(phrase))
            {
                meaning = value;
                return true;
            }
        }

        meaning = default;
        return false;
    }

    private bool Take(string[] phrase)
    {
        int start = _at;
        while (start < words.Count && IsMark(words[start]))
        {
            start++;
        }

        if (start + phrase.Length > words.Count || !phrase.Index().All(word => words[start + word.Index] == word.Item))
        {
            return false;
        }

        _at = start + phrase.Length;
        return true;
    }

    [GeneratedRegex("[\\p{L}\\p{N}'-]+|[,.;]")]
    private static partial Regex Word();
}
