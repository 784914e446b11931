using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Limner.Diffusion.Tokenization;

/// <summary>
/// Python's <c>html.unescape</c>: the HTML5 rules, under which many names need no semicolon and the longest known beginning of a name
/// counts. .NET's <c>WebUtility.HtmlDecode</c> knows HTML 4's names alone and always asks for the semicolon.
/// </summary>
internal static partial class HtmlEntities
{
    // The characters that browsers read the references 128 to 159 as: Windows-1252, with its five holes as they are.
    private const string Windows1252 =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f"
        + "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Names =
        Load().GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Unescape(string text) =>
        text.Contains('&', StringComparison.Ordinal) ? Reference().Replace(text, match => Replacement(match.ValueSpan[1..])) : text;

    private static string Replacement(ReadOnlySpan<char> reference)
    {
        if (reference[0] == '#')
        {
            return Character(reference[1..].TrimEnd(';'));
        }

        for (int length = reference.Length; length > 1; length--)
        {
            if (Names.TryGetValue(reference[..length], out string? value))
            {
                return string.Concat(value, reference[length..]);
            }
        }

        return string.Concat("&", reference);
    }

    private static string Character(ReadOnlySpan<char> digits)
    {
        bool hexadecimal = digits[0] is 'x' or 'X';
        digits = (hexadecimal ? digits[1..] : digits).TrimStart('0');

        // Eight digits are past the last code point in either base.
        NumberStyles style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        int code = digits.Length >= 8 ? int.MaxValue : digits.IsEmpty ? 0 : int.Parse(digits, style, CultureInfo.InvariantCulture);
        return code switch
        {
            0 => "\uFFFD",
            0x0D => "\r",
            >= 0x80 and <= 0x9F => Windows1252[code - 0x80].ToString(),
            >= 0xD800 and <= 0xDFFF or > 0x10FFFF => "\uFFFD",
            < 0x09 or 0x0B or (>= 0x0E and < 0x20) or 0x7F or (>= 0xFDD0 and <= 0xFDEF) => "",
            _ when (code & 0xFFFE) == 0xFFFE => "",
            _ => new Rune(code).ToString(),
        };
    }

    private static Dictionary<string, string> Load()
    {
        // One name and its code points a line: the named character references of the WHATWG HTML standard.
        using Stream stream = typeof(HtmlEntities).Assembly.GetManifestResourceStream("html5-entities.txt")!;
        using var reader = new StreamReader(stream);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ');
            names[fields[0]] = string.Concat(fields[1..].Select(code => new Rune(Convert.ToInt32(code, 16)).ToString()));
        }

        return names;
    }

    [GeneratedRegex("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)")]
    private static partial Regex Reference();
}
