using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Limner.Clients.Tests;

/// <summary>What docs/webhooks.md shows a receiver in C#, word for word.</summary>
internal static class WebhookVerifier
{
    public static bool IsGenuine(string secret, IReadOnlyDictionary<string, string> headers, byte[] body, TimeProvider time)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body];
        string expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        bool isFresh = long.TryParse(headers["webhook-timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out long sent)
            && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - sent) < 300;
        return isFresh && headers["webhook-signature"].Split(' ')
            .Any(given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected)));
    }
}
