using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Diffusion.Unclip;

namespace Limner.Deployment.Tests.Configuration;

/// <summary>What docs/capacity.md computes from the code comes out as it says.</summary>
public sealed class CapacityDocumentTests
{
    private static readonly string Document = Repository.Text("docs/capacity.md");

    [Fact]
    public void Conditioning_of_a_candidate_has_the_bytes_that_it_says()
    {
        JsonNode encoder = JsonNode.Parse(Repository.Text("models/limner-first/text_encoder/config.json"))!;
        (int embedding, int places) = ((int)encoder["projection_dim"]!, (int)encoder["max_position_embeddings"]!);
        var text = new TextEncoding(new float[embedding], new float[places * (int)encoder["hidden_size"]!], new bool[places]);
        int bytes = ConditioningFormat.Write(new Conditioning { ImageEmbedding = new float[embedding], Prompt = text, Unconditional = text }).Length;

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Conditioning of one candidate is {bytes:N0} bytes"), Document, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"512 MB hold {512 * 1024 * 1024 / bytes:N0} candidates"), Document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway", "Database:Connections", "`Database:Connections` ({0})")]
    [InlineData("Gateway", "Dispatch:CandidatesPerSlot", "`Dispatch:CandidatesPerSlot` ({0}) messages")]
    [InlineData("Decoder", "Decoder:Slots", "24 for a Decoder of {0}")]
    public void A_setting_has_the_default_that_it_says(string service, string setting, string text) =>
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, text, ServiceConfiguration.Default(service, setting)), Document, StringComparison.Ordinal);
}
