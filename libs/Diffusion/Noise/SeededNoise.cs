using System.Runtime.Intrinsics;

namespace Limner.Diffusion.Noise;

/// <summary>Gaussian noise as a pure function of its key and position: Philox4x32-10 and the Box-Muller transform.</summary>
/// <remarks>
/// The seed is Philox's key; block number, candidate, stage and step are the four words of its counter, so different keys can never
/// draw the same block. The same bytes come out on every machine: integer arithmetic, then IEEE float32 operations in a fixed order.
/// Blocks go in groups of eight: value 8 k + i of a group of 32 is output k of block i, which lets eight blocks be stored unshuffled.
/// Vectors make two groups at a time: with AVX-512 that is four times as fast as one, without it as fast.
/// </remarks>
public static class SeededNoise
{
    private const int Lanes = 8;
    private const int GroupLength = 4 * Lanes;
    private const int PairLength = 2 * GroupLength;

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
        for (; destination.Length >= PairLength; destination = destination[PairLength..], block += 2 * Lanes)
        {
            FillPair(key, block, destination, vectorized);
        }

        if (destination.IsEmpty)
        {
            return;
        }

        Span<float> pair = stackalloc float[PairLength];
        FillPair(key, block, pair, vectorized);
        pair[..destination.Length].CopyTo(destination);
    }

    private static void FillPair(NoiseKey key, uint block, Span<float> pair, bool vectorized)
    {
        if (vectorized)
        {
            FillVectors(key, block, pair);
        }
        else
        {
            FillScalars(key, block, pair);
            FillScalars(key, block + Lanes, pair[GroupLength..]);
        }
    }

    // The lower halves of the vectors are one group, the upper halves the next.
    private static void FillVectors(NoiseKey key, uint block, Span<float> pair)
    {
        (Vector512<uint> x0, Vector512<uint> x1, Vector512<uint> x2, Vector512<uint> x3) = Philox.SixteenBlocks(key.Seed, block, (uint)key.Candidate, (uint)key.Stage, (uint)key.Step);
        (Vector512<float> z0, Vector512<float> z1) = BoxMuller.Transform(x0, x1);
        (Vector512<float> z2, Vector512<float> z3) = BoxMuller.Transform(x2, x3);
        Store(z0, pair);
        Store(z1, pair[Lanes..]);
        Store(z2, pair[(2 * Lanes)..]);
        Store(z3, pair[(3 * Lanes)..]);
    }

    private static void Store(Vector512<float> values, Span<float> pair)
    {
        values.GetLower().CopyTo(pair);
        values.GetUpper().CopyTo(pair[GroupLength..]);
    }

    private static void FillScalars(NoiseKey key, uint block, Span<float> group)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            (uint x0, uint x1, uint x2, uint x3) = Philox.Block(
                key.Seed, block + (uint)lane, (uint)key.Candidate, (uint)key.Stage, (uint)key.Step);
            (group[lane], group[Lanes + lane]) = BoxMuller.Transform(x0, x1);
            (group[(2 * Lanes) + lane], group[(3 * Lanes) + lane]) = BoxMuller.Transform(x2, x3);
        }
    }
}
