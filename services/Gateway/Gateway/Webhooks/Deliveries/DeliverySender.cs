using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Limner.Gateway.Telemetry;
using Limner.Gateway.Webhooks.Signing;
using Limner.ServiceDefaults.Outbound;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Makes one attempt: signs, sends, and says what came of it.</summary>
internal sealed class DeliverySender(OutboundHttp http, SigningSecrets secrets, GatewayMetrics metrics, IOptions<WebhookOptions> options, TimeProvider time)
{
    private const string Agent = "Limner-Webhooks/1.0";

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    public async Task<DeliveryAttempt> SendAsync(ClaimedDelivery claimed)
    {
        DateTimeOffset now = time.GetUtcNow();
        long started = time.GetTimestamp();
        DeliveryAttempt made = await TryAsync(claimed, new DeliveryAttempt(now, claimed.Url, 0));
        TimeSpan elapsed = time.GetElapsedTime(started);
        metrics.Attempted(made, elapsed);
        return made with { Milliseconds = (long)elapsed.TotalMilliseconds };
    }

    private async Task<DeliveryAttempt> TryAsync(ClaimedDelivery claimed, DeliveryAttempt attempt)
    {
        if (secrets.Open(claimed.Secrets, claimed.Owner, attempt.At) is not { Count: > 0 } opened)
        {
            return attempt with { Error = DeliveryError.SecretUnreadable };
        }

        using var limit = new CancellationTokenSource(options.Value.Timeout, time);
        using HttpRequestMessage request = Compose(claimed, opened, attempt.At);
        try
        {
            // The head decides. Of the body nothing is read.
            using HttpResponseMessage response = await http.SendAsync(request, limit.Token);
            return Judge(attempt, response);
        }
        catch (Exception fault) when (Describe(fault) is { } error)
        {
            return attempt with { Error = error };
        }
    }

    private static HttpRequestMessage Compose(ClaimedDelivery claimed, IReadOnlyList<byte[]> secrets, DateTimeOffset now)
    {
        string id = WebhookId.Event.Format(claimed.Delivery.EventId);
        long timestamp = now.ToUnixTimeSeconds();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(claimed.Delivery.Payload));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, claimed.Url)
        {
            Content = content,
            Headers =
            {
                { "User-Agent", Agent },
                { "webhook-id", id },
                { "webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture) },
                { "webhook-signature", Signature.Create(secrets, id, timestamp, claimed.Delivery.Payload) },
            },
        };
    }

    private static DeliveryAttempt Judge(DeliveryAttempt attempt, HttpResponseMessage response)
    {
        attempt = attempt with { Status = (int)response.StatusCode };
        return response.IsSuccessStatusCode ? attempt
            : (int)response.StatusCode is >= 300 and < 400 ? attempt with { Error = DeliveryError.Redirect }
            : attempt with { Error = DeliveryError.Status, RetryAfter = RetryAfter(response, attempt.At) };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        TimeSpan? asked = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date - now)
            : null;
        return asked > LongestRetryAfter ? LongestRetryAfter : asked > TimeSpan.Zero ? asked : null;
    }

    private static DeliveryError? Describe(Exception fault) => fault switch
    {
        OperationCanceledException => DeliveryError.Timeout,
        RefusedAddressException or HttpRequestException { InnerException: RefusedAddressException } => DeliveryError.AddressRefused,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            or HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } => DeliveryError.NameNotFound,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => DeliveryError.TlsFailed,
        HttpRequestException or IOException => DeliveryError.ConnectionFailed,
        _ => null,
    };
}
