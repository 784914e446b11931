using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Editing;

/// <summary>Pictures that begin from another one instead of a prompt.</summary>
public sealed class VariationTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private static readonly string[] Others =
        ["a blue house", "two green fish", "a black cross on a white background", "a red star left of a blue house", "three yellow moons", "a pink heart above a tree"];

    private readonly SourceImage _source = shipped.Generate(ShippedModel.Small("a large purple star on a yellow background", 4))[0];

    [Fact]
    public void A_variation_is_nearer_to_its_source_than_any_of_fifty_other_pictures_and_is_not_its_source()
    {
        float[] source = shipped.Embed(_source);
        double nearest = Others.SelectMany((prompt, i) => shipped.Generate(ShippedModel.Small(prompt, (ulong)i) with { Candidates = 9, PriorSteps = 6, DecoderSteps = 6 })).Take(50)
            .Max(other => ShippedModel.Similarity(shipped.Embed(other), source));

        SourceImage[] variations = shipped.Generate(Variation(strength: 0.5f) with { Candidates = 3 });
        Assert.All(variations, variation => Assert.InRange(ShippedModel.Similarity(shipped.Embed(variation), source), nearest + 0.2, 0.9999));
        Assert.Equal(4, variations.Append(_source).Select(picture => picture.Digest()).Distinct().Count());
    }

    [Fact]
    public void The_stronger_it_is_the_further_away_it_goes()
    {
        float[] source = shipped.Embed(_source);
        double[] similarities = [.. new[] { 0f, 0.7f, 1f }.Select(strength =>
            shipped.Generate(Variation(strength) with { Candidates = 3 }).Average(variation => ShippedModel.Similarity(shipped.Embed(variation), source)))];
        Assert.True(similarities[0] > similarities[1] && similarities[1] > similarities[2] + 0.1, string.Join(", ", similarities));
    }

    [Fact]
    public void The_same_variation_has_the_same_bytes_beside_ordinary_prompts_and_blends()
    {
        EncodeRequest[] requests =
        [
            Variation(0.5f).ToEncodeRequest(shipped.Model.Defaults),
            ShippedModel.Small("a blue house", 3).ToEncodeRequest(shipped.Model.Defaults),
            (Variation(0.3f) with { Parts = [BlendPart.Of(_source), BlendPart.Of("a blue house", 0.5f)], Candidates = 2 }).ToEncodeRequest(shipped.Model.Defaults),
        ];
        var encoder = new UnclipEncoder(shipped.Model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        float[][] alone = requests.SelectMany(request => encoder.Encode(request, TestContext.Current.CancellationToken)).Select(made => made.ImageEmbedding).ToArray();

        Array.ForEach(requests, encoder.Add);
        var together = new List<EncodedPrompt>();
        while (encoder.Occupied > 0)
        {
            together.AddRange(encoder.Step());
        }

        Assert.Equal(alone, together.OrderBy(left => Array.IndexOf(requests, left.Request)).SelectMany(left => left.Conditionings).Select(made => made.ImageEmbedding));
    }

    [Fact]
    public void A_cancelled_variation_leaves_at_the_next_step()
    {
        using var stop = new CancellationTokenSource();
        var encoder = new UnclipEncoder(shipped.Model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        encoder.Add(Variation(0.5f).ToEncodeRequest(shipped.Model.Defaults) with { Cancellation = stop.Token });
        Assert.Empty(encoder.Step());
        stop.Cancel();
        Assert.Equal(SampleEnd.Cancelled, Assert.Single(encoder.Step()).End);
        Assert.Equal(0, encoder.Occupied);
    }

    [Fact]
    public void What_makes_nothing_is_refused_in_a_sentence()
    {
        Refused("invalid_strength", "The strength is 1.5; expected a number from 0, which redraws nothing, to 1.", Variation(1.5f));
        Refused("invalid_strength", "The strength is NaN; expected a number from 0, which redraws nothing, to 1.", Variation(float.NaN));
        Refused("invalid_parts", "All weights are 0; expected one above 0 at least.", Variation(0) with { Parts = [BlendPart.Of(_source, 0), BlendPart.Of("a", 0)] });
        Refused("invalid_parts", "A part's weight is -1; expected a number of at least 0.", Variation(0) with { Parts = [BlendPart.Of(_source, -1)] });
        Refused("invalid_parts", "5 parts were given to mix; expected at most 4.", Variation(0) with { Parts = [.. Enumerable.Repeat(BlendPart.Of(_source), 5)] });
        Refused("invalid_parts", "A picture has 63x64 pixels; expected at least 64 on each side.", Variation(0) with { Parts = [BlendPart.Of(new SourceImage(63, 64, new byte[3 * 63 * 64]))] });
    }

    [Fact]
    public void A_model_that_cannot_see_says_so()
    {
        using UnclipModel blind = ModelFolder.Load(TestModel.Default, TestModel.Cpu, ModelParts.Encoder);
        var encoder = new UnclipEncoder(blind.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        RefusedRequestException refused = Assert.Throws<RefusedRequestException>(() => encoder.Add(Variation(0.5f).ToEncodeRequest(blind.Defaults)));
        Assert.Equal("missing_model_part", refused.Code);
        Assert.Equal("This model cannot see pictures: it has no image_encoder/, which variations and blends of pictures need.", refused.Message);
    }

    private UnclipRequest Variation(float strength) => ShippedModel.Small("", 77) with { Parts = [BlendPart.Of(_source)], Strength = strength };

    private void Refused(string code, string sentence, UnclipRequest request)
    {
        RefusedRequestException refused = Assert.Throws<RefusedRequestException>(() => shipped.Generate(request));
        Assert.Equal((code, sentence), (refused.Code, refused.Message));
    }
}
