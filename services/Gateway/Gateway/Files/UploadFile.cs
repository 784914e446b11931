using System.Security.Cryptography;
using System.Text;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
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
    FileBlocks blocks, Transactions database, KnownRequests known, StorageProbe storage, IOptions<FileLimits> limits, IOptions<RetentionOptions> retention, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly UploadTurns _turns = new(limits.Value.AtOnce, Patience, limits.Value.Timeout, time);

    private bool HasLimit => limits.Value.MaxBytesPerTenant > 0 || limits.Value.MaxPerTenant > 0;

    public static Task<FirstReply> HandleAsync(Caller caller, HttpRequest request, UploadFile upload, CancellationToken cancellation) => upload.HandleAsync(caller, request, cancellation);

    public void Dispose() => _turns.Dispose();

    private async Task<FirstReply> HandleAsync(Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        storage.RefuseIfAway();
        await RefuseIfFullAsync(caller, request, cancellation);
        return await _turns.TakeAsync(caller.Tenant, turn => ReceiveAsync(caller, request, turn), cancellation);
    }

    // Before it is received, as far as its length is known. What was kept once is answered again, though there is no room for another.
    private async Task RefuseIfFullAsync(Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        if (!HasLimit)
        {
            return;
        }

        await using GatewayContext context = database.Read();
        FileUsage usage = await FileUsage.ReadAsync(context, caller.Tenant, cancellation);
        try
        {
            usage.RefuseIfFull(Math.Max(1, (request.ContentLength ?? 0) - FileForm.Around), limits.Value);
        }
        catch (ApiException)
        {
            // In this order: what the first of several at once has taken the last room with is known by now.
            if (RepeatableRequest.ReadHashed(request, caller, []) is not { } repeatable || !await known.HasAsync(repeatable, cancellation))
            {
                throw;
            }
        }
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
        FirstReply? own = null;
        FirstReply reply = await known.AnswerAsync(
            repeatable,
            async context =>
            {
                if (HasLimit)
                {
                    await context.LockTenantAsync(caller.Tenant, cancellation);
                    (await FileUsage.ReadAsync(context, caller.Tenant, cancellation)).RefuseIfFull(file.Bytes, limits.Value);
                }

                content.Keep();
                context.Add(file);
                return own = FirstReply.Of(StatusCodes.Status200OK, FileView.Of(file));
            },
            cancellation);
        if (!ReferenceEquals(reply, own))
        {
            content.Discard(); // The same request at the same time was quicker.
        }

        return reply;
    }
}
