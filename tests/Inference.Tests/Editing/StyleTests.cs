using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using static Limner.Inference.Tests.Editing.PictureMeasures;

namespace Limner.Inference.Tests.Editing;

/// <summary>Pictures whose meaning is moved by the difference of two prompts, which speak of other things than the picture shows.</summary>
public sealed class StyleTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private static readonly float[] Weights = [0, 0.5f, 1];

    [Fact]
    public void A_background_changes_step_by_step_and_the_thing_stays()
    {
        SourceImage source = shipped.Generate(ShippedModel.Small("a large red moon on a yellow background", 5))[0];
        SourceImage[] styled = Along(source, "a green star on a blue background", "a green star on a yellow background");
        Assert.Equal((0, true), (Share(styled[0], IsBlue), Share(styled[^1], IsBlue) > 0.5));
        AssertMoves(source, styled, "a large red moon on a blue background");
        Assert.All(styled, picture => Assert.InRange(Share(picture, IsRed) / Share(source, IsRed), 0.6, 1.6));
        ((double X, double Y) before, (double X, double Y) after) = (Centre(source, IsRed), Centre(styled[^1], IsRed));
        Assert.InRange(Math.Abs(after.X - before.X) + Math.Abs(after.Y - before.Y), 0, 6);
    }

    [Fact]
    public void A_colour_changes_step_by_step_and_the_shape_stays()
    {
        SourceImage source = shipped.Generate(ShippedModel.Small("a large red star on a white background", 5))[0];
        SourceImage[] styled = Along(source, "a blue house on a white background", "a red house on a white background");
        Assert.Equal((0, 0), (Share(styled[0], IsBlue), Share(styled[^1], IsRed)));
        AssertMoves(source, styled, "a large blue star on a white background");
        Assert.InRange(Share(styled[^1], IsBlue) / Share(source, IsRed), 0.6, 1.6);
    }

    [Fact]
    public void Only_a_mixture_can_have_a_style_and_its_weight_is_a_number()
    {
        string Refusal(UnclipRequest request) => Assert.Throws<RefusedRequestException>(() => shipped.Generate(request)).Message;
        var style = new StyleShift("a", "b");
        Assert.Equal("A style was given and nothing that it is to change.", Refusal(ShippedModel.Small("a", 1) with { Style = style }));
        Assert.Equal("The style's weight is -1; expected a number of at least 0.", Refusal(ShippedModel.Small("a", 1) with { Parts = [BlendPart.Of("a")], Style = style with { Weight = -1 } }));
    }

    private SourceImage[] Along(SourceImage source, string towards, string from) =>
        [.. Weights.Select(weight => shipped.Generate(ShippedModel.Small("", 8) with { Parts = [BlendPart.Of(source)], Style = new(towards, from, weight) })[0])];

    // At every step further from the source, and nearer to what a prompt draws that says the whole.
    private void AssertMoves(SourceImage source, SourceImage[] styled, string whole)
    {
        (float[] begin, float[] end) = (shipped.Embed(source), shipped.Embed(shipped.Generate(ShippedModel.Small(whole, 5))[0]));
        double[] first = [.. styled.Select(picture => ShippedModel.Similarity(shipped.Embed(picture), begin))];
        double[] last = [.. styled.Select(picture => ShippedModel.Similarity(shipped.Embed(picture), end))];
        Assert.All(first.Zip(first.Skip(1)), pair => Assert.True(pair.First > pair.Second + 0.005, string.Join(", ", first)));
        Assert.All(last.Zip(last.Skip(1)), pair => Assert.True(pair.First + 0.005 < pair.Second, string.Join(", ", last)));
    }
}
