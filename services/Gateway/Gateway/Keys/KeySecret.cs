using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Limner.Gateway.Keys;

/// <summary>A key as its owner has it: <c>lmn_</c> and 256 random bits.</summary>
internal static partial class KeySecret
{
    /// <summary>What every key looks like, as a regular expression; no other text is looked up. One character over and over, as examples have it, is none.</summary>
    public const string Form = Start + @"(?!(.)\1*\z)[A-Za-z0-9_-]{24,200}";

    private const string Start = "lmn_";

    /// <summary>So many characters are kept readable; the rest is still far more than anybody can guess.</summary>
    public const int PrefixLength = 12;

    public static string Create() => Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static bool IsWellFormed(string secret) => WholeForm().IsMatch(secret);

    public static string PrefixOf(string secret) => secret[..PrefixLength];

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    [GeneratedRegex($@"^{Form}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeForm();
}
