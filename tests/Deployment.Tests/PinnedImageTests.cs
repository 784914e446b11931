namespace Limner.Deployment.Tests;

public sealed class PinnedImageTests
{
    [Theory]
    [InlineData("rabbitmq:4.1.3-management")]
    [InlineData("postgres:17.6-bookworm")]
    [InlineData("quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z")]
    [InlineData("localhost:5000/limner/gateway:0.1.0")]
    [InlineData("redis@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void A_whole_version_is_pinned(string image) => Assert.True(PinnedImage.IsPinned(image));

    [Theory]
    [InlineData("redis")]
    [InlineData("redis:latest")]
    [InlineData("redis:7")]
    [InlineData("redis:7-alpine")]
    [InlineData("minio/minio:RELEASE.latest")]
    [InlineData("localhost:5000/redis")]
    [InlineData("redis@sha256:0123")]
    public void Anything_else_is_not(string image) => Assert.False(PinnedImage.IsPinned(image));
}
