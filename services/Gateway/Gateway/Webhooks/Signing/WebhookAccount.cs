namespace Limner.Gateway.Webhooks.Signing;

/// <summary>
/// What a tenant has once: the secrets that sign the callbacks of single jobs (<c>webhook_url</c>). Its row is also the lock under which the tenant's
/// endpoints are counted.
/// </summary>
internal sealed record WebhookAccount(string Tenant)
{
    public IReadOnlyList<SealedSecret> Secrets { get; init; } = [];

    public string Owner => OwnerOf(Tenant);

    public static string OwnerOf(string tenant) => $"tenant {tenant}";
}
