namespace Limner.Gateway.Usage;

/// <summary>
/// What was drawn on one day in UTC with one key and one model. The database adds it up itself, in the transaction that writes the entry: whoever writes one, of whatever
/// version, it is counted once. <see cref="KeyId"/> is empty for what was drawn before keys had names: null would be different from itself.
/// </summary>
internal sealed record UsageDay(string Tenant, DateOnly Day, Guid KeyId, string Model, long Images, long Steps, long PixelSteps, double ComputeSeconds);
