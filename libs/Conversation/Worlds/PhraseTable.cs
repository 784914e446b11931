namespace Limner.Conversation.Worlds;

/// <summary>Phrases of one or more words and what each means; of two that fit, the longer is meant.</summary>
internal sealed class PhraseTable<T>(IEnumerable<(string Phrase, T Meaning)> phrases)
{
    public IReadOnlyList<(string[] Words, T Meaning)> Phrases { get; } =
        [.. phrases.Select(entry => (Words: entry.Phrase.Split(' '), entry.Meaning)).OrderByDescending(entry => entry.Words.Length)];
}
