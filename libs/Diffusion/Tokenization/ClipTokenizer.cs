using System.Text;

namespace Limner.Diffusion.Tokenization;

/// <summary>The byte-pair tokenizer of CLIP, with the semantics of openai/CLIP's <c>SimpleTokenizer</c> without ftfy.</summary>
public sealed class ClipTokenizer
{
    private const string WordEnd = "</w>";

    private readonly BytePairMerges _merges;
    private readonly int[] _byteIds = new int[256];
    private readonly int[] _lastByteIds = new int[256];
    private readonly string[] _symbols;
    private readonly string[] _specials;

    private ClipTokenizer(TokenizerFiles files)
    {
        Dictionary<string, int> vocabulary = files.ReadVocabulary();
        _merges = new BytePairMerges(files.ReadMerges(vocabulary));
        _symbols = new string[vocabulary.Count];
        foreach ((string symbol, int id) in vocabulary)
        {
            _symbols[id] = symbol;
        }

        int Id(string symbol) => vocabulary.TryGetValue(symbol, out int id)
            ? id
            : throw files.Invalid("vocab.json", $"it lacks \"{symbol}\"; all 256 byte symbols, with and without {WordEnd}, and the tokens "
                + "that tokenizer_config.json names must be in it.");
        for (int value = 0; value < 256; value++)
        {
            char symbol = ByteSymbols.Of((byte)value);
            (_byteIds[value], _lastByteIds[value]) = (Id(symbol.ToString()), Id(symbol + WordEnd));
        }

        (MaxLength, string start, string end, string pad) = files.ReadConfig();
        (StartId, EndId, PadId) = (Id(start), Id(end), Id(pad));
        _specials = [start, end];
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
    public static ClipTokenizer Load(string folder) => new(new TokenizerFiles(folder));

    /// <summary>The ids of <paramref name="text"/>: no start or end, not truncated.</summary>
    public IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        for (ReadOnlySpan<char> rest = PromptText.Clean(text).AsSpan(); !rest.IsEmpty;)
        {
            int length = WordSplitter.WordLength(rest, _specials);
            if (length > 0)
            {
                EncodeWord(rest[..length], ids);
            }

            rest = rest[Math.Max(1, length)..];
        }

        return ids;
    }

    /// <summary>The cleaned text that <paramref name="ids"/> stand for, with a blank after each word.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_symbols.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary has ids 0 to {_symbols.Length - 1}.");
            }

            foreach (char symbol in _symbols[id])
            {
                bytes.Add((byte)ByteSymbols.Byte(symbol));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]).Replace(WordEnd, " ", StringComparison.Ordinal);
    }

    /// <summary>Writes start, ids and end, padded to <see cref="MaxLength"/>; a text that is too long is cut and ends with the end id.</summary>
    /// <param name="text">The prompt.</param>
    /// <param name="inputIds"><see cref="MaxLength"/> ids.</param>
    /// <param name="attentionMask"><see cref="MaxLength"/> values, true where the id is not padding.</param>
    /// <returns>The number of ids before cutting, with start and end, so that a caller can refuse a text that is too long.</returns>
    /// <exception cref="ArgumentException">A span is not <see cref="MaxLength"/> long.</exception>
    public int Pad(string text, Span<long> inputIds, Span<bool> attentionMask)
    {
        if (inputIds.Length != MaxLength || attentionMask.Length != MaxLength)
        {
            throw new ArgumentException($"Ids ({inputIds.Length}) and mask ({attentionMask.Length}) must each have {MaxLength} values.");
        }

        IReadOnlyList<int> ids = Encode(text);
        int used = Math.Min(ids.Count + 2, MaxLength);
        inputIds.Fill(PadId);
        inputIds[0] = StartId;
        for (int i = 1; i < used - 1; i++)
        {
            inputIds[i] = ids[i - 1];
        }

        inputIds[used - 1] = EndId;
        attentionMask[..used].Fill(true);
        attentionMask[used..].Clear();
        return ids.Count + 2;
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.SequenceEqual(_specials[0]) || word.SequenceEqual(_specials[1]))
        {
            ids.Add(word.SequenceEqual(_specials[0]) ? StartId : EndId);
            return;
        }

        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        int[] symbols = new int[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            symbols[i] = i < bytes.Length - 1 ? _byteIds[bytes[i]] : _lastByteIds[bytes[i]];
        }

        ids.AddRange(symbols.AsSpan(0, _merges.Apply(symbols)));
    }
}
