using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Limner.Gateway.Keys;

/// <summary>A key as its owner has it: <c>lmn_</c> and 256 random bits.</summary>
internal static class KeySecret
{
    public const string Start = "lmn_";

    /// <summary>So many characters are kept readable; the rest is still far more than anybody can guess.</summary>
    private const int PrefixLength = 12;

    private const int LeastLength = 28;

    public static string Create() => Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static bool IsWellFormed(string secret) => secret.Length >= LeastLength && secret.StartsWith(Start, StringComparison.Ordinal);

    public static string PrefixOf(string secret) => secret[..PrefixLength];

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
