namespace Limner.Gateway.Webhooks.Signing;

/// <summary>What is told of a secret that signs.</summary>
internal sealed record SecretView(DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    public static IReadOnlyList<SecretView> Of(IReadOnlyList<SealedSecret> kept, DateTimeOffset now) =>
        [.. kept.Where(secret => secret.Until is null || secret.Until > now).Select(secret => new SecretView(secret.Created, secret.Until))];
}
