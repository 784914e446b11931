namespace Limner.ServiceDefaults.Outbound;

/// <summary>
/// Sends requests to addresses that somebody names: connections are judged by <see cref="AddressPolicy"/> as they are opened, redirects
/// are answers like others, and neither the environment's proxies nor its credentials, cookies or trace ids take part.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    private const int Kibibyte = 1024;

    private readonly AddressPolicy _policy;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>One for the process: it pools its connections.</summary>
    public OutboundHttp(AddressPolicy policy, HostLookup lookup)
    {
        _policy = policy;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = new CheckedConnector(policy, lookup).ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            // A name may move, and an address may become a network's that is no longer allowed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            // Of an answer that nobody reads, no more than this is taken to keep its connection.
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 64 * Kibibyte,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        });
    }

    /// <summary>Sends a request; returns when the answer's head is there. The caller limits the time and reads no more of the body than it has room for.</summary>
    /// <exception cref="RefusedAddressException">The address itself may not be asked; one that is met while connecting comes inside an <see cref="HttpRequestException"/>.</exception>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        _policy.Objection(request.RequestUri!) is { } objection
            ? throw new RefusedAddressException($"The address {objection}")
            : _invoker.SendAsync(request, cancellation);

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();
}
