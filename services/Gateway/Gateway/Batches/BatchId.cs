using System.Globalization;

namespace Limner.Gateway.Batches;

/// <summary>A batch's name outside: <c>batch_</c> and 32 hexadecimal digits.</summary>
internal static class BatchId
{
    private const string Prefix = "batch_";

    public static string Format(Guid id) => $"{Prefix}{id:N}";

    public static Guid? Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid id) && Format(id) == text ? id : null;

    /// <summary>The name of one line's result.</summary>
    public static string OfLine(Guid batch, int line) => string.Create(CultureInfo.InvariantCulture, $"batch_req_{batch:N}_{line}");
}
