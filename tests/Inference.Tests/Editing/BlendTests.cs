using Limner.Diffusion.Editing;
using static Limner.Inference.Tests.Editing.PictureMeasures;

namespace Limner.Inference.Tests.Editing;

public sealed class BlendTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    [Fact]
    public void A_strip_leaves_the_first_part_step_by_step_and_comes_to_the_second()
    {
        SourceImage star = shipped.Generate(ShippedModel.Small("a large red star on a white background", 5))[0];
        SourceImage[] strip = [.. Enumerable.Range(0, 5).Select(i => i / 4f).Select(share => shipped.Generate(
            ShippedModel.Small("", 5) with { Parts = [BlendPart.Of(star, 1 - share), BlendPart.Of("a large blue circle on a white background", share)] })[0])];

        float[][] seen = [.. strip.Select(shipped.Embed)];
        double[] first = [.. seen.Select(embedding => ShippedModel.Similarity(embedding, seen[0]))];
        double[] last = [.. seen.Select(embedding => ShippedModel.Similarity(embedding, seen[^1]))];
        Assert.All(first.Zip(first.Skip(1)), pair => Assert.True(pair.First > pair.Second, string.Join(", ", first)));
        Assert.All(last.Zip(last.Skip(1)), pair => Assert.True(pair.First < pair.Second, string.Join(", ", last)));
        Assert.InRange(ShippedModel.Similarity(seen[0], shipped.Embed(star)), 0.9, 1);
        Assert.Equal((true, false), (Share(strip[0], IsRed) > 0.03, Share(strip[0], IsBlue) > 0.01));
        Assert.Equal((false, true), (Share(strip[^1], IsRed) > 0.01, Share(strip[^1], IsBlue) > 0.03));
    }
}
