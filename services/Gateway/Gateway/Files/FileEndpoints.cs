using Limner.Gateway.Batches;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Files;

/// <summary>Reading and removing files. The tenant stands in every query.</summary>
internal static class FileEndpoints
{
    private const int MostListed = 10_000;

    /// <summary><c>GET /v1/files</c></summary>
    public static async Task<Ok<ListView<FileView>>> ListAsync(Caller caller, HttpRequest request, Transactions database, CancellationToken cancellation)
    {
        var query = new QueryFields(request.Query, "purpose", "after", "limit", "order");
        string? purpose = query.Word("purpose", ["batch", "batch_output", "vision"]);
        Guid? after = query.Read("after", FileId.Parse, "the id of a file");
        bool ascends = query.Word("order", ["asc", "desc"]) == "asc";
        // OpenAI's clients ask for no second page.
        int limit = query.Limit(MostListed, MostListed);
        await using GatewayContext context = database.Read();
        IQueryable<StoredFile> files = context.Files.AsNoTracking().Where(file => file.Tenant == caller.Tenant);
        FilePurpose of = purpose switch { "batch" => FilePurpose.Batch, "vision" => FilePurpose.Vision, _ => FilePurpose.BatchOutput };
        files = purpose is null ? files : files.Where(file => file.Purpose == of);
        files = after is not { } last ? files : ascends ? files.Where(file => file.Id.CompareTo(last) > 0) : files.Where(file => file.Id.CompareTo(last) < 0);
        files = ascends ? files.OrderBy(file => file.Id) : files.OrderByDescending(file => file.Id);
        List<StoredFile> page = await files.Take(limit + 1).ToListAsync(cancellation);
        return TypedResults.Ok(ListView<FileView>.Of([.. page.Select(FileView.Of)], limit));
    }

    /// <summary><c>GET /v1/files/{id}</c></summary>
    public static async Task<Ok<FileView>> GetAsync(string id, Caller caller, Transactions database, CancellationToken cancellation) =>
        TypedResults.Ok(FileView.Of(await FindAsync(id, caller, database, cancellation)));

    /// <summary><c>GET /v1/files/{id}/content</c></summary>
    public static async Task<FileStreamHttpResult> ReadAsync(
        string id, Caller caller, HttpResponse response, Transactions database, FileBlocks blocks, CancellationToken cancellation)
    {
        StoredFile file = await FindAsync(id, caller, database, cancellation);
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = file.Bytes;
        return TypedResults.Stream(blocks.Open(file, 0), file.Purpose == FilePurpose.Vision ? "application/octet-stream" : "application/jsonl", file.Name);
    }

    /// <summary><c>DELETE /v1/files/{id}</c></summary>
    public static async Task<Ok<DeletedFileView>> DeleteAsync(string id, Caller caller, Transactions database, FileBlocks blocks, CancellationToken cancellation)
    {
        StoredFile file = await FindAsync(id, caller, database, cancellation);
        // The row first: what is left of the blocks by a crash is an orphan, a row without them would be a lie.
        await database.WriteAsync(async context =>
        {
            StoredFile? locked = await context.Files.Where(row => row.Id == file.Id).Lock().SingleOrDefaultAsync(cancellation);
            if (await context.Batches.AnyAsync(batch => batch.InputFileId == file.Id && batch.State < BatchState.Failed, cancellation))
            {
                throw ApiException.FileInUse(id);
            }

            return locked is null ? null : context.Remove(locked);
        }, cancellation);
        try
        {
            await blocks.DeleteAsync(file.Tenant, file.Id, cancellation);
        }
        catch (ObjectStoreUnavailableException)
        {
            // It is gone for everybody who asks; the blocks are orphans now, and swept up.
        }

        return TypedResults.Ok(new DeletedFileView(id));
    }

    /// <exception cref="ApiException">There is no such file of this tenant.</exception>
    public static async Task<StoredFile> FindAsync(string id, Caller caller, Transactions database, CancellationToken cancellation)
    {
        if (FileId.Parse(id) is not { } fileId)
        {
            throw ApiException.NoFile(id);
        }

        await using GatewayContext context = database.Read();
        return await context.Files.AsNoTracking().SingleOrDefaultAsync(file => file.Id == fileId && file.Tenant == caller.Tenant, cancellation) ?? throw ApiException.NoFile(id);
    }
}
