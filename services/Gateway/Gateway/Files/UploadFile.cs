using System.Security.Cryptography;
using System.Text;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Retention;
using Limner.Gateway.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Files;

/// <summary><c>POST /v1/files</c></summary>
internal sealed class UploadFile(
    FileBlocks blocks, KnownRequests known, StorageProbe storage, IOptions<FileLimits> limits, IOptions<RetentionOptions> retention, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly UploadTurns _turns = new(limits.Value.AtOnce, Patience, limits.Value.Timeout, time);

    public static Task<FirstReply> HandleAsync(Caller caller, HttpRequest request, UploadFile upload, CancellationToken cancellation) => upload.HandleAsync(caller, request, cancellation);

    public void Dispose() => _turns.Dispose();

    private async Task<FirstReply> HandleAsync(Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        storage.RefuseIfAway();
        return await _turns.TakeAsync(caller.Tenant, turn => ReceiveAsync(caller, request, turn), cancellation);
    }

    private async Task<FirstReply> ReceiveAsync(Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        DateTimeOffset now = Job.Storable(time.GetUtcNow());
        await using FileWriter content = blocks.Create(caller.Tenant, now);
        FileForm form = await FileForm.ReadAsync(request, content, limits.Value.MaxBytes, cancellation);
        byte[] hash = await content.CompleteAsync(cancellation);
        // The boundary of a form differs from one attempt to the next; what it says does not.
        var repeatable = RepeatableRequest.ReadHashed(request, caller, SHA256.HashData([.. hash, .. Encoding.UTF8.GetBytes($"{form.Purpose} {form.Name}")]));
        if (await known.FindAsync(repeatable, cancellation) is { Reply: { } first })
        {
            return first;
        }

        var file = new StoredFile
        {
            Id = content.Id,
            Tenant = caller.Tenant,
            Name = form.Name,
            Purpose = form.Purpose,
            Bytes = content.Length,
            Created = now,
            Expires = now + retention.Value.Period,
        };
        content.Keep();
        return await known.AnswerAsync(
            repeatable,
            context =>
            {
                context.Add(file);
                return Task.FromResult(FirstReply.Of(StatusCodes.Status200OK, FileView.Of(file)));
            },
            cancellation);
    }
}
