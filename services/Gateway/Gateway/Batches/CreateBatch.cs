using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary><c>POST /v1/batches</c></summary>
internal static class CreateBatch
{
    public static async Task<FirstReply> HandleAsync(
        Caller caller, HttpRequest request, KnownRequests known, BatchInput input, ImageLinks links, IOptions<GatewayOptions> limits, IOptions<BatchOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        byte[] body = await RequestBody.ReadAsync(request, limits.Value.MaxBodyBytes, cancellation);
        return await known.AnswerAsync(RepeatableRequest.Read(request, caller, body), async context =>
        {
            BatchRequest asked = BatchRequest.Read(body, input.Endpoints);
            Batch batch = asked.ToBatch(await LockFileAsync(asked, caller, context, cancellation), caller, links.HomeOf(request), Job.Storable(time.GetUtcNow()));
            await context.LockTenantAsync(caller.Tenant, cancellation);
            if (await context.Batches.CountAsync(other => other.Tenant == caller.Tenant && other.State < BatchState.Failed, cancellation) >= options.Value.MaxPerTenant)
            {
                throw ApiException.TooManyBatches(options.Value.MaxPerTenant);
            }

            context.Add(batch);
            return FirstReply.Of(StatusCodes.Status200OK, BatchView.Of(batch, new BatchCounts(0, 0, 0)));
        }, cancellation);
    }

    // Whoever removes the file waits, and then finds that it is in use.
    private static async Task<StoredFile> LockFileAsync(BatchRequest asked, Caller caller, GatewayContext context, CancellationToken cancellation)
    {
        StoredFile? file = FileId.Parse(asked.InputFile) is not { } id ? null
            : await context.Files.Where(row => row.Id == id && row.Tenant == caller.Tenant).Lock().AsNoTracking().SingleOrDefaultAsync(cancellation);
        return file is null ? throw ApiException.Invalid(ErrorCode.FileNotFound, "input_file_id", $"input_file_id is '{asked.InputFile}', and there is no such file.")
            : file.Purpose == FilePurpose.Batch ? file
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "input_file_id", $"input_file_id is '{asked.InputFile}', which has none; it has to be a file with the purpose batch.");
    }
}
