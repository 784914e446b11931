using System.Net;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>One request and what came of it. Nothing of the answer's body: who may name any address must not read what it says.</summary>
internal sealed record DeliveryAttempt(DateTimeOffset At, string Url, long Milliseconds)
{
    public int? Status { get; init; }

    public DeliveryError? Error { get; init; }

    /// <summary>How long the receiver asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool Succeeded => Error is null;

    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>Why an attempt was no success. The numbers stand in the database.</summary>
internal enum DeliveryError
{
    /// <summary>An answer other than 2xx.</summary>
    Status = 0,

    /// <summary>A redirect; it is not followed.</summary>
    Redirect = 1,
    Timeout = 2,
    NameNotFound = 3,

    /// <summary>The host has no public address, or the address is otherwise one that may not be asked.</summary>
    AddressRefused = 4,
    ConnectionFailed = 5,
    TlsFailed = 6,
    SecretUnreadable = 7,
}
