using System.Text.Json;

namespace Limner.Diffusion.Tokenization;

/// <summary>Reads a tokenizer folder in Hugging Face's layout; every error names the file and what was expected of it.</summary>
internal sealed class TokenizerFiles(string folder)
{
    private const int LargestContext = 4096;

    public Dictionary<string, int> ReadVocabulary()
    {
        const string File = "vocab.json";
        using JsonDocument document = ReadJson(File);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || !vocabulary.TryAdd(entry.Name, id))
            {
                throw Invalid(File, $"the entry \"{entry.Name}\" must appear once and have a whole number as its id.");
            }
        }

        if (!vocabulary.Values.Order().SequenceEqual(Enumerable.Range(0, vocabulary.Count)))
        {
            throw Invalid(File, $"its {vocabulary.Count} ids must be 0 to {vocabulary.Count - 1}, each once.");
        }

        return vocabulary;
    }

    public Dictionary<(int Left, int Right), (int Rank, int Merged)> ReadMerges(Dictionary<string, int> vocabulary)
    {
        const string File = "merges.txt";
        var merges = new Dictionary<(int, int), (int, int)>();
        int number = 0;
        foreach (string line in ReadText(File).Split('\n'))
        {
            number++;
            string pair = line.TrimEnd('\r');
            if (pair.Length == 0 || (number == 1 && pair.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            string[] parts = pair.Split(' ');
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
            {
                throw Invalid(File, $"line {number} is \"{pair}\"; expected two symbols separated by one blank.");
            }

            string? unknown = new[] { parts[0], parts[1], parts[0] + parts[1] }.FirstOrDefault(symbol => !vocabulary.ContainsKey(symbol));
            if (unknown is not null)
            {
                throw Invalid(File, $"line {number} needs the symbol \"{unknown}\", which vocab.json does not have.");
            }

            if (!merges.TryAdd((vocabulary[parts[0]], vocabulary[parts[1]]), (merges.Count, vocabulary[parts[0] + parts[1]])))
            {
                throw Invalid(File, $"line {number} repeats the merge \"{pair}\".");
            }
        }

        return merges;
    }

    /// <summary>Context length, and the texts of the tokens at the start, at the end and for padding.</summary>
    public (int MaxLength, string Start, string End, string Pad) ReadConfig()
    {
        const string File = "tokenizer_config.json";
        using JsonDocument config = ReadJson(File);
        using JsonDocument specials = ReadJson("special_tokens_map.json");
        if (!config.RootElement.TryGetProperty("model_max_length", out JsonElement value)
            || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int length) || length is < 3 or > LargestContext)
        {
            throw Invalid(File, $"model_max_length must be a whole number from 3 to {LargestContext}.");
        }

        string Token(string key) => Text(config.RootElement, key) ?? Text(specials.RootElement, key)
            ?? throw Invalid(File, $"neither it nor special_tokens_map.json has {key}.");
        return (length, Token("bos_token"), Token("eos_token"), Token("pad_token"));
    }

    public InvalidDataException Invalid(string file, string what) => new($"{Path.Combine(folder, file)}: {what}");

    // A token is written as its text, or as an object with the text in "content".
    private static string? Text(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object when value.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String
                => content.GetString(),
            _ => null,
        }
        : null;

    private JsonDocument ReadJson(string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(ReadText(file));
        }
        catch (JsonException e)
        {
            throw Invalid(file, $"not valid JSON: {e.Message}");
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        using (document)
        {
            throw Invalid(file, "expected a JSON object.");
        }
    }

    private string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(file, $"cannot be read, and a tokenizer folder needs it: {e.Message}");
        }
    }
}
