namespace Limner.Gateway.Webhooks.Signing;

/// <summary>A secret as it is kept, newest first in its list. One that was replaced signs on until its time is over.</summary>
internal sealed record SealedSecret(string Box, DateTimeOffset Created)
{
    public DateTimeOffset? Until { get; init; }
}
