namespace Limner.Diffusion.Tokenization;

/// <summary>The byte-pair tokenizer of CLIP, with the semantics of openai/CLIP's <c>SimpleTokenizer</c> without ftfy.</summary>
public sealed class ClipTokenizer
{
    private ClipTokenizer()
    {
    }

    /// <summary>Context length of the model, 77 for CLIP: the number of ids that <see cref="Pad"/> writes.</summary>
    public int MaxLength { get; }

    /// <summary>Id put before every text.</summary>
    public int StartId { get; }

    /// <summary>Id put after every text.</summary>
    public int EndId { get; }

    /// <summary>Id that fills up to <see cref="MaxLength"/>.</summary>
    public int PadId { get; }

    /// <summary>Reads <c>vocab.json</c>, <c>merges.txt</c>, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
    /// <exception cref="InvalidDataException">A file is missing or malformed; the message names it and what was expected.</exception>
    public static ClipTokenizer Load(string folder) => throw new NotImplementedException();

    /// <summary>The ids of <paramref name="text"/>: no start or end, not truncated.</summary>
    public IReadOnlyList<int> Encode(string text) => throw new NotImplementedException();

    /// <summary>The cleaned text that <paramref name="ids"/> stand for, with a blank after each word.</summary>
    public string Decode(ReadOnlySpan<int> ids) => throw new NotImplementedException();

    /// <summary>Writes start, ids and end, padded to <see cref="MaxLength"/>; a text that is too long is cut and ends with the end id.</summary>
    /// <param name="text">The prompt.</param>
    /// <param name="inputIds"><see cref="MaxLength"/> ids.</param>
    /// <param name="attentionMask"><see cref="MaxLength"/> values, true where the id is not padding.</param>
    /// <returns>The number of ids before cutting, with start and end, so that a caller can refuse a text that is too long.</returns>
    /// <exception cref="ArgumentException">A span is not <see cref="MaxLength"/> long.</exception>
    public int Pad(string text, Span<long> inputIds, Span<bool> attentionMask) => throw new NotImplementedException();
}
