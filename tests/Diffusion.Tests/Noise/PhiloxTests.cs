using System.Runtime.Intrinsics;
using Limner.Diffusion.Noise;

namespace Limner.Diffusion.Tests.Noise;

public sealed class PhiloxTests
{
    // Random123's kat_vectors, philox4x32 with 10 rounds.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0UL, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0_a4093822UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Known_answers_come_out_of_both_forms(
        uint c0, uint c1, uint c2, uint c3, ulong key, uint x0, uint x1, uint x2, uint x3)
    {
        Assert.Equal((x0, x1, x2, x3), Philox.Block(key, c0, c1, c2, c3));

        // The counter's first word wraps around in the vectors as it does in the scalar form.
        foreach (int lane in new[] { 3, 12 })
        {
            (Vector512<uint> X0, Vector512<uint> X1, Vector512<uint> X2, Vector512<uint> X3) blocks = Philox.SixteenBlocks(key, unchecked(c0 - (uint)lane), c1, c2, c3);
            Assert.Equal((x0, x1, x2, x3), (blocks.X0[lane], blocks.X1[lane], blocks.X2[lane], blocks.X3[lane]));
        }
    }
}
