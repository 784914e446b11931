using System.Net;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Client;

/// <summary>What a service, or the way to it, ended a call with: one sentence, one exit code.</summary>
internal sealed class ServiceException(ExitCode code, string message, HttpStatusCode? status = null, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ExitCode Code => code;

    public HttpStatusCode? Status => status;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether it is a job that ended without completing: others may do well.</summary>
    public bool IsOfOneJob { get; init; }

    /// <summary>Whether the same call may well succeed later: the connection broke, or the service is restarting or busy.</summary>
    public bool IsPassing => status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
