using System.Text.Json.Nodes;
using Limner.Fixtures;
using Limner.Inference.Folders;

namespace Limner.Inference.Tests.Parity;

/// <summary>The golden arrays of the reference's tiny model.</summary>
internal static class Golden
{
    public static NpyFile Load(params string[] parts) => NpyFile.Load(ReferenceFolder.Path(["unclip_tiny", "golden", .. parts]));

    public static JsonNode Json(params string[] parts) =>
        JsonNode.Parse(File.ReadAllText(ReferenceFolder.Path(["unclip_tiny", "golden", .. parts])))!;

    /// <summary>Item <paramref name="index"/> along the first dimension.</summary>
    public static ReadOnlySpan<T> Item<T>(ReadOnlySpan<T> values, NpyFile file, int index)
    {
        int length = values.Length / file.Shape[0];
        return values.Slice(index * length, length);
    }

    public static double LargestError(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = 0.0;
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]), $"value {i} is {actual[i]}");
            worst = Math.Max(worst, Math.Abs((double)actual[i] - expected[i]));
        }

        return worst;
    }
}
