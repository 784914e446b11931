namespace Limner.Gateway.Uploads;

/// <summary>Data URLs with base64 (RFC 2397).</summary>
internal static class DataUrl
{
    private const string Scheme = "data:";
    private const string Encoding = ";base64,";
    private const int LongestType = 200;

    /// <returns>The bytes; null if the text is no such URL.</returns>
    public static byte[]? Decode(string text)
    {
        int start = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text.AsSpan(0, Math.Min(text.Length, LongestType)).IndexOf(Encoding, StringComparison.OrdinalIgnoreCase) : -1;
        byte[] bytes = start < 0 ? [] : new byte[(text.Length - start) / 4 * 3 + 3];
        return start >= 0 && Convert.TryFromBase64Chars(text.AsSpan(start + Encoding.Length), bytes, out int length) ? bytes[..length] : null;
    }
}
