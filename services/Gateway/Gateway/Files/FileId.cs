namespace Limner.Gateway.Files;

/// <summary>A file's name outside: <c>file-</c>, as OpenAI's begin, and 32 hexadecimal digits.</summary>
internal static class FileId
{
    private const string Prefix = "file-";

    public static string Format(Guid id) => $"{Prefix}{id:N}";

    public static Guid? Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid id) && Format(id) == text ? id : null;
}
