using System.Globalization;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.EventStreams;

/// <summary><c>GET /v1/jobs/{id}/events</c></summary>
internal static class StreamEvents
{
    public static async Task HandleAsync(
        string id, Caller caller, HttpContext http, Transactions database, KeyDirectory keys, EventFeed feed, OpenStreams streams, IOptions<JsonOptions> json, IHostApplicationLifetime lifetime)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        int last = LastEventId(http.Request);
        Job job = await JobEndpoints.FindAsync(id, caller, database, end.Token);
        if (job.IsOver && last >= job.Events)
        {
            // The one answer that keeps a browser from asking again.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (last > job.Events)
        {
            // Nothing of it would ever be told, its end neither.
            throw NoEvent(last.ToString(CultureInfo.InvariantCulture));
        }

        using IDisposable place = streams.Enter(caller.Tenant);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        Task watch = keys.CancelWhenClosedAsync(caller.KeyId, end);
        try
        {
            // A client that comes back to a job of which nothing is new would not know that it is connected.
            await http.Response.Body.FlushAsync(end.Token);
            await feed.SendAsync(job.Id, last, new EventWriter(http.Response, json.Value.SerializerOptions), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client left, his key was revoked, or the process drains: he comes back with the last id, to another Gateway.
        }
        finally
        {
            await end.CancelAsync();
            await watch;
        }
    }

    private static int LastEventId(HttpRequest request)
    {
        string given = request.Headers["Last-Event-ID"].ToString();
        return given.Length == 0 ? 0
            : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int last) ? last
            : throw NoEvent(given);
    }

    private static ApiException NoEvent(string given) =>
        ApiException.Invalid(ErrorCode.InvalidValue, "Last-Event-ID", $"Last-Event-ID is '{given}'; it has to be the id of an event of this stream.");
}
