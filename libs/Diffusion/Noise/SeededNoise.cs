using System.Runtime.Intrinsics;

namespace Limner.Diffusion.Noise;

/// <summary>Gaussian noise as a pure function of its key and position: Philox4x32-10 and the Box-Muller transform.</summary>
/// <remarks>
/// The seed is Philox's key; block number, candidate, stage and step are the four words of its counter, so different keys can never
/// draw the same block. The same bytes come out on every machine: integer arithmetic, then IEEE float32 operations in a fixed order.
/// Blocks go in groups of eight: value 8 k + i of a group of 32 is output k of block i, which lets eight blocks be stored unshuffled.
/// </remarks>
public static class SeededNoise
{
    private const int Lanes = 8;
    private const int GroupLength = 4 * Lanes;

    /// <summary>
    /// Fills <paramref name="destination"/> with unit Gaussian noise. A value depends on the key and its index alone, so a
    /// shorter span gets the beginning of a longer one.
    /// </summary>
    public static void FillGaussian(NoiseKey key, Span<float> destination) =>
        Fill(key, destination, Vector128.IsHardwareAccelerated);

    // Both ways give the same bits; the scalar one is for processors without vectors, and the witness of the other in the tests.
    internal static void Fill(NoiseKey key, Span<float> destination, bool vectorized)
    {
        uint block = 0;
        for (; destination.Length >= GroupLength; destination = destination[GroupLength..], block += Lanes)
            FillGroup(key, block, destination, vectorized);

        if (destination.IsEmpty)
            return;

        Span<float> group = stackalloc float[GroupLength];
        FillGroup(key, block, group, vectorized);
        group[..destination.Length].CopyTo(destination);
    }

    private static void FillGroup(NoiseKey key, uint block, Span<float> group, bool vectorized)
    {
        if (vectorized)
            FillVectors(key, block, group);
        else
            FillScalars(key, block, group);
    }

    private static void FillVectors(NoiseKey key, uint block, Span<float> group)
    {
        var (x0, x1, x2, x3) = Philox.EightBlocks(key.Seed, block, (uint)key.Candidate, (uint)key.Stage, (uint)key.Step);
        var (z0, z1) = BoxMuller.Transform(x0, x1);
        var (z2, z3) = BoxMuller.Transform(x2, x3);
        z0.CopyTo(group);
        z1.CopyTo(group[Lanes..]);
        z2.CopyTo(group[(2 * Lanes)..]);
        z3.CopyTo(group[(3 * Lanes)..]);
    }

    private static void FillScalars(NoiseKey key, uint block, Span<float> group)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            var (x0, x1, x2, x3) = Philox.Block(
                key.Seed, block + (uint)lane, (uint)key.Candidate, (uint)key.Stage, (uint)key.Step);
            (group[lane], group[Lanes + lane]) = BoxMuller.Transform(x0, x1);
            (group[(2 * Lanes) + lane], group[(3 * Lanes) + lane]) = BoxMuller.Transform(x2, x3);
        }
    }
}
