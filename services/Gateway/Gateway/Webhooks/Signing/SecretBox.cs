using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>
/// Encrypts what has to be read again (AES-256-GCM). A box is bound to its owner: copied into another's row, it does not open.
/// In bytes: the key's fingerprint (4), nonce (12), tag (16), then as many as were put in.
/// </summary>
internal sealed class SecretBox(IOptions<WebhookOptions> options)
{
    private const int FingerprintLength = 4, NonceLength = 12, TagLength = 16;
    private const int Overhead = FingerprintLength + NonceLength + TagLength;

    private readonly IReadOnlyList<byte[]> _keys = options.Value.Keys();

    public bool HasKey => _keys.Count > 0;

    public string Seal(ReadOnlySpan<byte> secret, string owner)
    {
        byte[] box = new byte[Overhead + secret.Length];
        Fingerprint(_keys[0]).CopyTo(box, 0);
        Span<byte> nonce = box.AsSpan(FingerprintLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_keys[0], TagLength);
        cipher.Encrypt(nonce, secret, box.AsSpan(Overhead), box.AsSpan(FingerprintLength + NonceLength, TagLength), Encoding.UTF8.GetBytes(owner));
        return Convert.ToBase64String(box);
    }

    /// <returns>Null if its key is not among ours, or it is not its owner's.</returns>
    public byte[]? Open(string sealedSecret, string owner)
    {
        byte[] box = Convert.FromBase64String(sealedSecret);
        if (box.Length < Overhead || _keys.FirstOrDefault(key => box.AsSpan(0, FingerprintLength).SequenceEqual(Fingerprint(key))) is not { } known)
        {
            return null;
        }

        byte[] secret = new byte[box.Length - Overhead];
        using var cipher = new AesGcm(known, TagLength);
        try
        {
            cipher.Decrypt(
                box.AsSpan(FingerprintLength, NonceLength), box.AsSpan(Overhead), box.AsSpan(FingerprintLength + NonceLength, TagLength), secret, Encoding.UTF8.GetBytes(owner));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Fingerprint(byte[] key) => SHA256.HashData(key)[..FingerprintLength];
}
