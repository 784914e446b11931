namespace Limner.Gateway.Submissions;

/// <summary>A key that a caller gave to a submission, so that he can repeat it safely. It lives as long as its job.</summary>
internal sealed record IdempotencyKey(string Tenant, string Key, byte[] BodyHash, Guid JobId)
{
    public const string Header = "Idempotency-Key";
}
