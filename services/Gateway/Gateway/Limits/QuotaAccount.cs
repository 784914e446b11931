namespace Limner.Gateway.Limits;

/// <summary>What a key or a tenant with a quota has taken of it in one month: what was used by jobs that ended, and reserved for those that have not.</summary>
internal sealed record QuotaAccount(string Owner, string Month, long Images, double ComputeSeconds)
{
    public static string OfTenant(string tenant) => $"tenant:{tenant}";

    public static string OfKey(Guid key) => $"key:{key:N}";
}
