using Limner.Diffusion.Editing;
using static Limner.Inference.Tests.Editing.PictureMeasures;

namespace Limner.Inference.Tests.Editing;

/// <summary>What a conversation asks of the engine: a picture and a prompt that was changed in one word.</summary>
public sealed class RevisionTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private const string Before = "a red star left of a blue house on a yellow background";
    private const string After = "a red star left of a green house on a yellow background";

    /// <summary>What the services ask for where nobody says how much.</summary>
    private const float Strength = 0.7f;

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    public void What_was_named_changes_and_what_was_not_stays_where_it_was(ulong seed)
    {
        SourceImage source = shipped.Generate(ShippedModel.Small(Before, seed))[0];
        Assert.InRange(Share(source, IsBlue), 0.01, 1);
        SourceImage revised = shipped.Generate(ShippedModel.Small(After, seed) with { Parts = [BlendPart.Of(source)], Strength = Strength })[0];

        Assert.InRange(Share(revised, IsBlue), 0, 0.002);
        Assert.InRange(Share(revised, IsGreen), 0.01, 1);
        Assert.InRange(Distance(Centre(source, IsRed), Centre(revised, IsRed)), 0, 4);
        Assert.InRange(Distance(Centre(source, IsBlue), Centre(revised, IsGreen)), 0, 6);

        // Not so for another picture of the new prompt: it is the source that keeps things where they are.
        SourceImage other = shipped.Generate(ShippedModel.Small(After, seed + 100))[0];
        Assert.InRange(Distance(Centre(source, IsRed), Centre(other, IsRed)), 4, 64);
    }

    private static double Distance((double X, double Y) one, (double X, double Y) other) => Math.Sqrt(Math.Pow(one.X - other.X, 2) + Math.Pow(one.Y - other.Y, 2));
}
