using System.Globalization;
using System.Text.Json;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Progress;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.EventStreams;

/// <summary>Server-sent events (WHATWG HTML, 9.2). Only persisted events have ids, so that a client that comes back names one of those.</summary>
internal sealed class EventWriter(HttpResponse response, JsonSerializerOptions json) : IEventSink
{
    public async Task<bool> WriteAsync(JobEvent told, CancellationToken cancellation)
    {
        EventView view = EventView.Of(told);
        await SendAsync(string.Create(CultureInfo.InvariantCulture, $"id: {told.Number}\nevent: {view.Type}\ndata: {JsonSerializer.Serialize(view, json)}\n\n"), cancellation);
        return true;
    }

    public async Task<bool> WriteAsync(JobProgress progress, CancellationToken cancellation)
    {
        var view = new PassingView(progress.Candidate, progress.Stage, progress.Step, progress.Steps, progress.Preview);
        await SendAsync($"event: progress\ndata: {JsonSerializer.Serialize(view, json)}\n\n", cancellation);
        return true;
    }

    public Task BeatAsync(CancellationToken cancellation) => SendAsync(": still here\n\n", cancellation);

    private async Task SendAsync(string text, CancellationToken cancellation)
    {
        await response.WriteAsync(text, cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    /// <param name="Candidate">Which.</param>
    /// <param name="Stage">What it goes through.</param>
    /// <param name="Step">Steps done.</param>
    /// <param name="Steps">Steps in all.</param>
    /// <param name="Preview">A small PNG in base64, or null.</param>
    private sealed record PassingView(int Candidate, JobStage Stage, int Step, int Steps, byte[]? Preview);
}
