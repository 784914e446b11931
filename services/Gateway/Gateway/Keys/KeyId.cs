namespace Limner.Gateway.Keys;

/// <summary>A key's name outside, which is no secret: <c>key_</c> and 32 hexadecimal digits.</summary>
internal static class KeyId
{
    private const string Prefix = "key_";

    public static string Format(Guid id) => $"{Prefix}{id:N}";

    public static Guid? Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid id) && Format(id) == text ? id : null;
}
