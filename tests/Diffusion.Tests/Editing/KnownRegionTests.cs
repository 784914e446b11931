using System.Security.Cryptography;
using Limner.Diffusion.Editing;

namespace Limner.Diffusion.Tests.Editing;

public sealed class KnownRegionTests
{
    [Fact]
    public void Its_digest_is_that_of_the_picture_and_of_what_stays()
    {
        // More than one block of the hash, and not a whole number of them.
        var image = new SourceImage(101, 97, Enumerable.Range(0, 3 * 101 * 97).Select(i => (byte)(i * 7)).ToArray());
        byte[] kept = [.. Enumerable.Range(0, 101 * 97).Select(i => (byte)(i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : 255))];
        byte[] told = [.. Convert.FromHexString(image.Digest()), .. kept.Select(value => value == 0 ? (byte)0 : (byte)1)];

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(told)), new KnownRegion(image, kept).Digest());
    }

    [Fact]
    public void Equal_pictures_have_equal_digests_and_others_do_not()
    {
        byte[] rgb = [1, 2, 3, 4, 5, 6];
        Assert.Equal(new SourceImage(2, 1, rgb).Digest(), new SourceImage(2, 1, rgb.ToArray()).Digest());
        Assert.NotEqual(new SourceImage(2, 1, rgb).Digest(), new SourceImage(1, 2, rgb).Digest());
        Assert.NotEqual(new SourceImage(2, 1, rgb).Digest(), new SourceImage(2, 1, new byte[] { 1, 2, 3, 4, 5, 7 }).Digest());
    }
}
