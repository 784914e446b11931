using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Batches;

/// <summary>Writes results in OpenAI's form: <c>{"id", "custom_id", "response": {"status_code", "request_id", "body"}, "error"}</c>, one on each line.</summary>
internal sealed class ResultWriter(Batch batch, IBatchTarget target, FileWriter output, FileWriter errors) : IAsyncDisposable
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly Utf8JsonWriter _output = new(output, ApiJson.Pieces);
    private readonly Utf8JsonWriter _errors = new(errors, ApiJson.Pieces);

    public int Succeeded { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Those of <see cref="Failed"/> that the batch ended too early for.</summary>
    public int Unexecuted { get; private set; }

    public async Task WriteAsync(int number, BatchLine? line, Job? job, BatchRefusal? refusal, CancellationToken cancellation)
    {
        if (job is null && refusal is null)
        {
            await WriteUnexecutedAsync(number, line, cancellation);
            return;
        }

        if (job is not null && WasTakenBack(job))
        {
            await WriteUnexecutedAsync(number, line, cancellation);
            return;
        }

        ReadOnlyMemory<byte> body = line?.Body;
        ApiException? problem = refusal is not null ? new ApiException(refusal.Status, refusal.Failure.Code, refusal.Failure.Message) : await target.FindProblemAsync(job!, body, cancellation);
        Utf8JsonWriter json = problem is null ? _output : _errors;
        Begin(json, number, line);
        json.WriteStartObject("response");
        json.WriteNumber("status_code", problem?.Status ?? StatusCodes.Status200OK);
        json.WriteString("request_id", job is null ? "" : JobId.Format(job.Id));
        json.WritePropertyName("body");
        if (problem is null)
        {
            await target.WriteAsync(json, job!, body, batch, cancellation);
            Succeeded++;
        }
        else
        {
            ErrorEnvelope.Write(json, problem);
            Failed++;
        }

        json.WriteEndObject();
        json.WriteNull("error");
        await EndAsync(json, problem is null ? output : errors, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
        await _errors.DisposeAsync();
    }

    // By the batch, and not by its owner or by its own doing.
    private bool WasTakenBack(Job job) =>
        job is { State: JobState.Cancelled, Failure.Code: ErrorCode.BatchCancelled } || (job is { State: JobState.Failed, Failure.Code: ErrorCode.DeadlineExceeded } && job.Finished >= batch.Expires);

    private async Task WriteUnexecutedAsync(int number, BatchLine? line, CancellationToken cancellation)
    {
        bool cancelled = batch.State == BatchState.Cancelling;
        Begin(_errors, number, line);
        _errors.WriteNull("response");
        _errors.WriteStartObject("error");
        _errors.WriteString("code", cancelled ? ErrorCode.BatchCancelled : ErrorCode.BatchExpired);
        _errors.WriteString("message", cancelled ? "The batch was cancelled before this request was done." : "This request was not done within the batch's completion window.");
        _errors.WriteEndObject();
        Failed++;
        Unexecuted++;
        await EndAsync(_errors, errors, cancellation);
    }

    private void Begin(Utf8JsonWriter json, int number, BatchLine? line)
    {
        json.WriteStartObject();
        json.WriteString("id", BatchId.OfLine(batch.Id, number));
        json.WriteString("custom_id", line?.CustomId);
    }

    private static async Task EndAsync(Utf8JsonWriter json, FileWriter file, CancellationToken cancellation)
    {
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        json.Reset();
        await file.WriteAsync(LineEnd, cancellation);
    }
}
