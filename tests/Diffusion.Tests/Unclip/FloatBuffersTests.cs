using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Tests.Unclip;

public sealed class FloatBuffersTests
{
    [Fact]
    public void A_buffer_that_was_given_back_is_the_next_one_of_its_size()
    {
        var buffers = new FloatBuffers();
        float[] first = buffers.Rent(12);
        buffers.Return(first);
        Assert.NotSame(first, buffers.Rent(13));
        Assert.Same(first, buffers.Rent(12));
        Assert.NotSame(first, buffers.Rent(12));
    }

    [Fact]
    public void Buffers_of_any_number_of_sizes_do_not_stay()
    {
        var buffers = new FloatBuffers();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int size = 0; size < 200; size++)
        {
            buffers.Return(buffers.Rent((1 << 20) + size)); // 4 MiB each
        }
        // Of 800 MiB; the tests beside this one have memory of their own.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 400L << 20);
        GC.KeepAlive(buffers);
    }
}
