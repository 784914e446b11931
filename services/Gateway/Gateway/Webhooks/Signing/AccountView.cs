namespace Limner.Gateway.Webhooks.Signing;

/// <summary>The secret that signs the callbacks of single jobs, as its owner sees it: itself when it has just been made, and never again.</summary>
internal sealed record AccountView(IReadOnlyList<SecretView> Secrets, string? Secret)
{
    public string Object { get; } = "webhook_signing_secret";
}
