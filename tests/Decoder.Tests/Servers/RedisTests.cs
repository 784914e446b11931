using Limner.Contracts.Images;
using Limner.Decoder.Conditionings;
using Limner.Fixtures.Workers;
using Limner.TestServers;

namespace Limner.Decoder.Tests.Servers;

public sealed class RedisTests
{
    [Fact]
    public async Task Without_Redis_the_picture_is_the_same()
    {
        await using TestRedis redis = await TestRedis.StartOwnAsync();
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Redis:Connection"] = redis.Connection });
        byte[] expected = DecoderUnderTest.Draw(DecoderUnderTest.Request)[0];

        // Encoded again, and kept: the second finds it.
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(expected, await DrawAsync(decoder));
        }

        await redis.KillAsync();
        Assert.Equal(expected, await DrawAsync(decoder));
        await redis.StartAsync();
        Assert.Equal(expected, await DrawAsync(decoder));
        Assert.True(decoder.Get<SpareEncoder>().IsLoaded);
    }

    private static async Task<byte[]?> DrawAsync(ServiceUnderTest decoder)
    {
        await decoder.PublishAsync(DecoderUnderTest.Encoded(ServiceUnderTest.Job(DecoderUnderTest.Request)));
        return await decoder.StoredAsync((await decoder.Events.NextAsync<ImageDecoded>()).Image.Key);
    }
}
