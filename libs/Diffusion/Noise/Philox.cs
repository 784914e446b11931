using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Limner.Diffusion.Noise;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11): a bijection of a
/// 128-bit counter for each 64-bit key. One block at a time, and sixteen blocks whose first counter word differs.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const uint MultiplierA = 0xD2511F53;
    private const uint MultiplierB = 0xCD9E8D57;
    private const uint KeyStepA = 0x9E3779B9;
    private const uint KeyStepB = 0xBB67AE85;

    public static (uint X0, uint X1, uint X2, uint X3) Block(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++, k0 += KeyStepA, k1 += KeyStepB)
        {
            ulong a = (ulong)MultiplierA * c0;
            ulong b = (ulong)MultiplierB * c2;
            (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ k0, (uint)b, (uint)(a >> 32) ^ c3 ^ k1, (uint)a);
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Blocks <paramref name="first"/> to <c>first + 15</c>; lane i of each result is the word of block <c>first + i</c>.</summary>
    public static (Vector512<uint> X0, Vector512<uint> X1, Vector512<uint> X2, Vector512<uint> X3) SixteenBlocks(
        ulong key, uint first, uint counter1, uint counter2, uint counter3)
    {
        Vector512<uint> c0 = Vector512.Create(first) + Vector512<uint>.Indices;
        var c1 = Vector512.Create(counter1);
        var c2 = Vector512.Create(counter2);
        var c3 = Vector512.Create(counter3);
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++, k0 += KeyStepA, k1 += KeyStepB)
        {
            (Vector512<uint> highA, Vector512<uint> lowA) = Multiply(c0, Vector512.Create(MultiplierA));
            (Vector512<uint> highB, Vector512<uint> lowB) = Multiply(c2, Vector512.Create(MultiplierB));
            (c0, c1, c2, c3) = (highB ^ c1 ^ Vector512.Create(k0), lowB, highA ^ c3 ^ Vector512.Create(k1), lowA);
        }

        return (c0, c1, c2, c3);
    }

    // The upper and lower halves of the 64-bit products. The products are made lane pair by lane pair: even lanes first, then odd ones.
    private static (Vector512<uint> High, Vector512<uint> Low) Multiply(Vector512<uint> x, Vector512<uint> multiplier)
    {
        var oddLanes = Vector512.Create(0xFFFFFFFF_00000000);
        Vector512<ulong> even = MultiplyEven(x, multiplier);
        Vector512<ulong> odd = MultiplyEven((x.AsUInt64() >> 32).AsUInt32(), multiplier);
        var high = Vector512.ConditionalSelect(oddLanes, odd, even >> 32);
        var low = Vector512.ConditionalSelect(oddLanes, odd << 32, even);
        return (high.AsUInt32(), low.AsUInt32());
    }

    // The portable product is exact as well, but without an instruction for it 64-bit lanes are multiplied in full.
    private static Vector512<ulong> MultiplyEven(Vector512<uint> x, Vector512<uint> multiplier)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(x, multiplier);
        }

        return Avx2.IsSupported
            ? Vector512.Create(Avx2.Multiply(x.GetLower(), multiplier.GetLower()), Avx2.Multiply(x.GetUpper(), multiplier.GetUpper()))
            : (x.AsUInt64() & Vector512.Create(0xFFFFFFFFUL)) * (multiplier.AsUInt64() & Vector512.Create(0xFFFFFFFFUL));
    }
}
