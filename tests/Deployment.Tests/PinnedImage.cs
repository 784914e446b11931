using System.Text.RegularExpressions;

namespace Limner.Deployment.Tests;

/// <summary>Whether an image's name says exactly which image: a digest, or a tag with a whole version. "17" and "latest" are another image next month.</summary>
internal static partial class PinnedImage
{
    public static bool IsPinned(string image) => Digest().IsMatch(image) || (Version().IsMatch(image) && !image.EndsWith("latest", StringComparison.Ordinal));

    [GeneratedRegex("@sha256:[0-9a-f]{64}$")]
    private static partial Regex Digest();

    // 17.6 is PostgreSQL's whole version, MinIO's is a moment.
    [GeneratedRegex(@"^[^:]+(:[0-9]+/[^:]+)?:(v?[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.-]+)?|[0-9]+\.[0-9]+-[a-z]+|RELEASE\.[0-9T-]+Z)$")]
    private static partial Regex Version();
}
