using System.Globalization;
using System.Text.Json;
using Limner.Gateway.Jobs;
using Limner.Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Errors;

/// <summary>The one shape of every error: OpenAI's, always with all four keys.</summary>
internal sealed record ErrorEnvelope(ErrorEnvelope.Body Error)
{
    public sealed record Body(string Type, string Message, string? Param, string Code);

    public static Task WriteAsync(HttpContext http, ApiException problem)
    {
        http.RequestServices.GetRequiredService<GatewayMetrics>().Refused(problem.Code);
        http.Response.StatusCode = problem.Status;
        if (problem.IsFinal)
        {
            // What OpenAI's clients for Python and Node go by.
            http.Response.Headers["x-should-retry"] = "false";
        }
        else if (problem.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Job is { } job)
        {
            http.Response.Headers["x-job-id"] = JobId.Format(job);
        }

        if (problem.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }

        return http.Response.WriteAsJsonAsync(Of(problem), http.RequestAborted);
    }

    /// <summary>Writes an error where another document has one.</summary>
    public static void Write(Utf8JsonWriter json, ApiException problem)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("type", TypeOf(problem.Status));
        json.WriteString("message", problem.Message);
        json.WriteString("param", problem.Parameter);
        json.WriteString("code", problem.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static ErrorEnvelope Of(ApiException problem) => new(new Body(TypeOf(problem.Status), problem.Message, problem.Parameter, problem.Code));

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
