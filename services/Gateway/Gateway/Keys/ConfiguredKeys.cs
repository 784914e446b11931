using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Limner.Gateway.Keys;

/// <summary>Keys as a setting has them: 32 bytes each, in base64, with commas, so that one can be replaced.</summary>
internal static class ConfiguredKeys
{
    private const int Length = 32;

    /// <summary>The keys of a setting that <see cref="Validate"/> finds nothing wrong with.</summary>
    public static IReadOnlyList<byte[]> Read(string text) => [.. Parts(text).Select(part => Decode(part)!)];

    /// <summary>One sentence for each that is none; not the text itself, which may be nearly the key.</summary>
    public static IEnumerable<ValidationResult> Validate(string text, string option) =>
        from key in Parts(text).Select((part, i) => (Fault: FaultOf(part), Number: i + 1))
        where key.Fault is not null
        select new ValidationResult(string.Create(CultureInfo.InvariantCulture, $"key {key.Number} {key.Fault}; make one with 'openssl rand -base64 {Length}'."), [option]);

    private static string? FaultOf(string part) =>
        Decode(part) is not { } key ? string.Create(CultureInfo.InvariantCulture, $"is not {Length} bytes in base64")
        : key.AsSpan().ContainsAnyExcept(key[0]) ? null
        : "is one byte over and over, as in an example, and everybody can guess it";

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static byte[]? Decode(string part)
    {
        byte[] bytes = new byte[Length];
        return Convert.TryFromBase64String(part, bytes, out int length) && length == Length ? bytes : null;
    }
}
