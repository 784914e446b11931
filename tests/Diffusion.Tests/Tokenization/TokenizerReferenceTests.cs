using System.Text.Json.Nodes;
using Limner.Diffusion.Tokenization;
using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Tokenization;

/// <summary>All cases of tokenizer.json, as openai/CLIP tokenizes them without ftfy.</summary>
public sealed class TokenizerReferenceTests(ITestOutputHelper output)
{
    private static readonly ClipTokenizer Tokenizer = ClipTokenizer.Load(ReferenceFolder.Path("clip_tokenizer_hf"));
    private static readonly JsonArray Cases =
        JsonNode.Parse(File.ReadAllText(ReferenceFolder.Path("tokenizer.json")))!["cases"]!.AsArray();

    [Fact]
    public void Every_case_encodes_to_the_reference_ids()
    {
        Assert.Equal(287, Cases.Count);
        var wrong = new List<string>();
        foreach (JsonNode? entry in Cases)
        {
            string text = (string)entry!["text"]!;
            IReadOnlyList<int> ids = Tokenizer.Encode(text);
            if (!ids.SequenceEqual(Expected(entry)))
            {
                wrong.Add($"{entry["category"]} {Visible(text)}: [{string.Join(' ', ids)}], expected [{string.Join(' ', Expected(entry))}]");
            }
        }

        output.WriteLine($"{Cases.Count - wrong.Count} of {Cases.Count} cases equal");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("padded77_eot", null)]
    [InlineData("padded77_zero", "!")]
    public void Every_case_pads_to_the_reference_ids(string key, string? padToken)
    {
        using var folder = TokenizerFolder.Copy("clip_tokenizer_hf");
        if (padToken is not null)
        {
            folder.Rewrite("tokenizer_config.json", text => text.Replace("\"pad_token\": \"<|endoftext|>\"", $"\"pad_token\": \"{padToken}\"", StringComparison.Ordinal));
        }

        var tokenizer = ClipTokenizer.Load(folder.Path);
        (long[] inputIds, bool[] mask) = (new long[77], new bool[77]);
        foreach (JsonNode? entry in Cases)
        {
            int[] expected = Expected(entry!);
            int count = tokenizer.Pad((string)entry!["text"]!, inputIds, mask);

            // The file has padded ids with ftfy alone; without it they follow from the ids: start, ids cut to 75, end, padding.
            int[] padded = entry["ids_without_ftfy"] is null
                ? Ints(entry[key]!)
                : [49406, .. expected.Take(75), 49407, .. Enumerable.Repeat(padToken is null ? 49407 : 0, Math.Max(0, 75 - expected.Length))];
            Assert.Equal(padded, inputIds.Select(id => (int)id));
            Assert.Equal(expected.Length + 2, count);
            Assert.Equal(Math.Min(count, 77), mask.Count(on => on));
            if (entry["ids_without_ftfy"] is null)
            {
                Assert.Equal((bool)entry["truncated"]!, count > 77);
            }
        }
    }

    [Fact]
    public void Every_case_decodes_to_the_reference_text()
    {
        foreach (JsonNode? entry in Cases)
        {
            Assert.Equal((string)entry!["decoded"]!, Tokenizer.Decode(Ints(entry["ids"]!)));
        }
    }

    private static int[] Expected(JsonNode entry) => Ints(entry["ids_without_ftfy"] ?? entry["ids"]!);

    private static int[] Ints(JsonNode values) => [.. values.AsArray().Select(value => (int)value!)];

    private static string Visible(string text) => JsonValue.Create(text)!.ToJsonString();
}
