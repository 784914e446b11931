using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>The header <c>webhook-signature</c> of Standard Webhooks 1.0.0: HMAC-SHA256 over <c>id.timestamp.body</c>, once for each secret.</summary>
internal static class Signature
{
    public static string Create(IEnumerable<byte[]> secrets, string id, long timestamp, string body)
    {
        byte[] signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
