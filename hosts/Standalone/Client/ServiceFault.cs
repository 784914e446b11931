using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>What went wrong between the command line and a service, as a sentence.</summary>
internal static class ServiceFault
{
    public static ServiceException Broken(ServiceAddress address, Exception problem)
    {
        // HttpClient's own message of a broken TLS handshake says only that there was one.
        string reason = problem.InnerException is { } inner && inner is not IOException ? inner.Message : problem.Message;
        return new(ExitCode.Service, $"The service at {address} cannot be reached: {reason.TrimEnd('.')}.", inner: problem);
    }

    public static ServiceException Late(ServiceAddress address, Exception problem) =>
        new(ExitCode.Service, $"The service at {address} did not answer in time.", inner: problem);

    public static ServiceException NotLimner(ServiceAddress address, HttpStatusCode status) => new(
        ExitCode.Service, string.Create(CultureInfo.InvariantCulture, $"{address} answered {(int)status} in a form that Limner does not use; --server takes the address of a running 'limner serve'."), status);

    public static async Task<ServiceException> ReadAsync(ServiceAddress address, HttpResponseMessage response, TimeProvider time, CancellationToken stop)
    {
        if (await MessageAsync(response, stop) is not { } message)
        {
            return NotLimner(address, response.StatusCode);
        }

        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } seconds } => seconds,
            { Date: { } then } => then - time.GetUtcNow(),
            _ => null,
        };
        return new ServiceException(CodeOf(response.StatusCode), Sentence(address, response.StatusCode, message, wait), response.StatusCode, wait);
    }

    private static string Sentence(ServiceAddress address, HttpStatusCode status, string message, TimeSpan? wait) => status switch
    {
        HttpStatusCode.Unauthorized => $"The service at {address} does not take the key: it is not known, was revoked or has expired; give another with --key or LIMNER_KEY.",
        _ when wait is { } time => string.Create(CultureInfo.InvariantCulture, $"{message} (The service asks to wait {Math.Max(1, Math.Ceiling(time.TotalSeconds)):0} s.)"),
        _ => message,
    };

    // Who lacks the right, or finds the service busy, asked for nothing wrong.
    private static ExitCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => ExitCode.Service,
        _ => ExitCode.Request,
    };

    private static async Task<string?> MessageAsync(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            JsonNode? body = await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(stop), cancellationToken: stop);
            return body is JsonObject envelope && envelope["error"] is JsonObject error && (string?)error["message"] is { } message ? Columns.Clean(message) : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or InvalidOperationException or HttpRequestException)
        {
            return null;
        }
    }
}
