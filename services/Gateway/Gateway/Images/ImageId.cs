using System.Globalization;

namespace Limner.Gateway.Images;

/// <summary>An image's name outside: <c>img_</c>, the job's 32 digits, <c>_</c> and the candidate.</summary>
internal static class ImageId
{
    private const string Prefix = "img_";
    private const int Digits = 32;

    public static string Format(Guid job, int candidate) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{job:N}_{candidate}");

    public static (Guid Job, int Candidate)? Parse(string text) =>
        text.Length > Prefix.Length + Digits + 1
        && Guid.TryParseExact(text.AsSpan(Prefix.Length, Digits), "N", out Guid job)
        && int.TryParse(text.AsSpan(Prefix.Length + Digits + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int candidate)
        && Format(job, candidate) == text ? (job, candidate) : null;
}
