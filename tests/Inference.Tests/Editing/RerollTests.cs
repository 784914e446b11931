using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using static Limner.Inference.Tests.Editing.PictureMeasures;

namespace Limner.Inference.Tests.Editing;

/// <summary>Images that are drawn once more from the embedding of another.</summary>
public sealed class RerollTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private static readonly string[] Others = ["a red star right of a blue house on a yellow background", "two green fish", "a black cross on a yellow background", "three blue moons", "a red house"];

    [Fact]
    public void A_reroll_is_nearer_to_its_image_than_any_of_fifty_others_things_stay_where_they_were_and_no_two_are_equal()
    {
        UnclipRequest request = ShippedModel.Small("a red star left of a blue house on a yellow background", 5);
        SourceImage original = shipped.Generate(request with { Candidates = 2 })[1];
        SourceImage[] rerolls = shipped.Generate(request with { Candidates = 3, Composition = 1, DecoderSeed = 6 });
        float[] seen = shipped.Embed(original);
        double nearest = Others.SelectMany((prompt, i) => shipped.Generate(ShippedModel.Small(prompt, (ulong)i) with { Candidates = 10, PriorSteps = 6, DecoderSteps = 6 }))
            .Max(other => ShippedModel.Similarity(shipped.Embed(other), seen));
        Assert.All(rerolls, reroll => Assert.InRange(ShippedModel.Similarity(shipped.Embed(reroll), seen), Math.Max(0.9, nearest + 0.05), 0.99999));
        Assert.Equal(4, rerolls.Append(original).Select(picture => picture.Digest()).Distinct().Count());
        foreach (Func<byte, byte, byte, bool> counts in new Func<byte, byte, byte, bool>[] { IsRed, IsBlue })
        {
            (double X, double Y) before = Centre(original, counts);
            Assert.All(rerolls.Select(reroll => Centre(reroll, counts)), after => Assert.InRange(Math.Abs(after.X - before.X) + Math.Abs(after.Y - before.Y), 0, 3));
        }
    }

    [Fact]
    public void With_another_seed_of_the_prior_things_are_elsewhere()
    {
        UnclipRequest request = ShippedModel.Small("a red star left of a blue house on a yellow background", 5);
        (SourceImage first, SourceImage other) = (shipped.Generate(request)[0], shipped.Generate(request with { Seed = 6, DecoderSeed = 5 })[0]);
        SourceImage again = shipped.Generate(request with { DecoderSeed = 6 })[0];
        (double same, double different) = (ShippedModel.Similarity(shipped.Embed(first), shipped.Embed(again)), ShippedModel.Similarity(shipped.Embed(first), shipped.Embed(other)));
        Assert.True(same > different + 0.1, $"{same} {different}");
    }
}
