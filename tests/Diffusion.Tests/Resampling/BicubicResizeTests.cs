using System.Text.Json.Nodes;
using Limner.Diffusion.Resampling;
using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Resampling;

public sealed class BicubicResizeTests(ITestOutputHelper output)
{
    // Sums of at most a few dozen float32 products in another order than torch's.
    private const double Tolerance = 1e-6;

    [Fact]
    public void Every_case_equals_the_antialiased_reference_and_not_the_plain_one()
    {
        JsonArray cases = JsonNode.Parse(File.ReadAllText(ReferenceFolder.Path("resize.json")))!["cases"]!.AsArray();
        Assert.Equal(8, cases.Count);
        foreach (JsonNode? entry in cases)
        {
            (float[] input, int[] from, int[] to) = (Floats(entry!["input"]!), Ints(entry["in_shape"]!), Ints(entry["out_shape"]!));
            float[] result = new float[to[1] * to[2] * to[3]];
            new BicubicResize(from[2], from[3], to[2], to[3]).Apply(input, result, from[1]);

            double worst = Parity.LargestError(result, Floats(entry["bicubic_antialias"]!));
            output.WriteLine($"{string.Join('x', from)} to {string.Join('x', to)}: largest error {worst:E2}");
            Assert.True(worst <= Tolerance, $"{worst:E2} exceeds {Tolerance:E0}");
            Assert.True(Parity.LargestError(result, Floats(entry["bicubic"]!)) > 0.01, "plain bicubic was computed");
        }
    }

    [Fact]
    public void An_instance_gives_the_same_bits_again_and_for_each_plane_alone()
    {
        var resize = new BicubicResize(7, 5, 13, 21);
        float[] source = Enumerable.Range(0, 3 * 35).Select(i => MathF.Sin(i)).ToArray();
        (float[] all, float[] again, float[] alone) = (new float[3 * 273], new float[3 * 273], new float[273]);
        resize.Apply(source, all, 3);
        resize.Apply(source, again, 3);
        Assert.Equal(all, again);
        resize.Apply(source.AsSpan(35, 35), alone, 1);
        Assert.Equal(all[273..546], alone);
    }

    [Fact]
    public void A_wrong_length_is_refused_with_the_right_one()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new BicubicResize(2, 2, 4, 4).Apply(new float[5], new float[16], 1));
        Assert.Contains("need 4 and 16 values, not 5 and 16", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BicubicResize(0, 2, 4, 4));
    }

    private static float[] Floats(JsonNode values) => [.. values.AsArray().Select(value => (float)value!)];

    private static int[] Ints(JsonNode values) => [.. values.AsArray().Select(value => (int)value!)];
}
