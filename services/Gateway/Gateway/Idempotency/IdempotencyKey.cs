namespace Limner.Gateway.Idempotency;

/// <summary>A key that a tenant gave to a request, what it stood for, and what to answer when it comes again. Kept for as long as what it made, a day at least.</summary>
/// <param name="Tenant">Whose; another tenant's key is another key.</param>
/// <param name="Key">As it was given.</param>
/// <param name="Operation">Method and path: the same key elsewhere is a mistake, not a repetition.</param>
/// <param name="BodyHash">SHA-256 of what was asked for.</param>
/// <param name="Created">When it first came.</param>
internal sealed record IdempotencyKey(string Tenant, string Key, string Operation, byte[] BodyHash, DateTimeOffset Created)
{
    /// <summary>The job it made: the reply is made from the job's row, and the key is forgotten with it.</summary>
    public Guid? JobId { get; init; }

    /// <summary>The reply itself, where it made something else.</summary>
    public FirstReply? Reply { get; init; }
}
