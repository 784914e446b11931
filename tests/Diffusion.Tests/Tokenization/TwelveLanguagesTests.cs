using System.Text.Json.Nodes;
using Limner.Diffusion.Tokenization;
using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Tokenization;

/// <summary>Prompts of twelve languages, with the ids that the training's own tokenizer gives them.</summary>
public sealed class TwelveLanguagesTests
{
    [Fact]
    public void Every_prompt_has_the_ids_that_the_training_gave_it()
    {
        var tokenizer = ClipTokenizer.Load(ReferenceFolder.Path("..", "..", "..", "training", "world", "tokenizer"));
        JsonArray cases = JsonNode.Parse(File.ReadAllText(ReferenceFolder.Path("..", "twelve_languages.json")))!.AsArray();

        Assert.Equal(152, cases.Count);
        IEnumerable<JsonNode?> wrong = cases.Where(entry => !tokenizer.Encode((string)entry!["text"]!).SequenceEqual(entry["ids"]!.AsArray().Select(id => (int)id!)));
        Assert.Empty(wrong.Select(entry => (string)entry!["text"]!));
    }
}
