using System.Security.Cryptography;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>Makes secrets, replaces them, and takes them out to sign. Outside they are <c>whsec_</c> and base64, and shown once.</summary>
internal sealed class SigningSecrets(SecretBox box)
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;

    /// <summary>Secrets that sign at a time; each is a signature in every request.</summary>
    private const int MostAtOnce = 5;

    /// <exception cref="ApiException">The operator has given no key to keep secrets under.</exception>
    public void RefuseIfNotConfigured()
    {
        if (!box.HasKey)
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, ErrorCode.WebhooksNotConfigured, "This server keeps no webhook secrets; its operator has to set Webhooks:EncryptionKeys.");
        }
    }

    /// <summary>Puts a new secret in front of those that there are; these sign until <paramref name="overlap"/> is over.</summary>
    /// <returns>The new secret as its owner is to see it, and the list to keep.</returns>
    public (string Shown, IReadOnlyList<SealedSecret> Kept) Renew(IReadOnlyList<SealedSecret> old, string owner, TimeSpan overlap, DateTimeOffset now)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(SecretBytes);
        DateTimeOffset end = now + overlap;
        IEnumerable<SealedSecret> living = old.Select(kept => kept.Until < end ? kept : kept with { Until = end }).Where(kept => kept.Until > now);
        return (Prefix + Convert.ToBase64String(secret), [new SealedSecret(box.Seal(secret, owner), now), .. living.Take(MostAtOnce - 1)]);
    }

    /// <returns>What signs now; empty if one of them cannot be read, since a signature that is missing would be refused by whoever waits for it.</returns>
    public IReadOnlyList<byte[]> Open(IReadOnlyList<SealedSecret> kept, string owner, DateTimeOffset now)
    {
        byte[]?[] opened = [.. kept.Where(secret => secret.Until is null || secret.Until > now).Select(secret => box.Open(secret.Box, owner))];
        return opened.Contains(null) ? [] : [.. opened.OfType<byte[]>()];
    }
}
