using Limner.Contracts.Edits;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Sources;

/// <summary>
/// The pictures that jobs are given. Each job has files of its own under keys that follow from its id: what they were taken from may go, and they go with the job.
/// They are written before its row is; where that is then refused, or the process ends in between, they are removed or swept away as orphans. A few jobs at once have
/// theirs read, since each takes its files' and its pixels' memory however short its request was; whoever waits holds no more than he sent.
/// </summary>
internal sealed class SourceFiles(
    IObjectStore store, Transactions database, FileBlocks blocks, ImageFiles images, SourceLimit limit, IOptions<UploadOptions> options, IOptions<GatewayOptions> limits,
    TimeProvider time) : IDisposable
{
    private const string MediaType = "application/octet-stream";

    private readonly UploadTurns _turns = new(options.Value.AtOnce, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, time);

    /// <summary>Keeps what a job was given.</summary>
    /// <exception cref="ApiException">A picture is named that its tenant does not have, or one cannot be used.</exception>
    public Task<Job> KeepAsync(Job job, GivenEdit given, CancellationToken cancellation) =>
        WriteAsync(job, (written, turn) => ReadAndKeepAsync(job, given, written, turn), cancellation);

    /// <summary>The same files for a job that does the same again; <paramref name="field"/> is where the request names the first one.</summary>
    public async Task<Job> CopyAsync(Job again, string field, CancellationToken cancellation) =>
        again.Edit is { } edit ? await WriteAsync(again, (written, turn) => CopyAsync(again, edit, field, written, turn), cancellation) : again;

    /// <summary>Removes the files of a job that was not accepted.</summary>
    public Task ForgetAsync(Job refused, CancellationToken cancellation) => RemoveAsync(refused.SourceKeys(), cancellation);

    public void Dispose() => _turns.Dispose();

    private Task<Job> WriteAsync(Job job, Func<WrittenSources, CancellationToken, Task<Job>> write, CancellationToken cancellation) => _turns.TakeAsync(job.Tenant, async turn =>
    {
        WrittenSources written = await limit.BeginAsync(job.Tenant, turn);
        try
        {
            return await write(written, turn) with { SourceBytes = written.Bytes };
        }
        catch
        {
            written.GiveBack();
            await RemoveAsync(written.Keys, CancellationToken.None);
            throw;
        }
    }, cancellation);

    private async Task RemoveAsync(IEnumerable<string> keys, CancellationToken cancellation)
    {
        try
        {
            foreach (string key in keys)
            {
                await store.DeleteAsync(key, cancellation);
            }
        }
        catch (ObjectStoreUnavailableException)
        {
            // They are orphans and swept away.
        }
    }

    private async Task<Job> ReadAndKeepAsync(Job job, GivenEdit given, WrittenSources written, CancellationToken cancellation)
    {
        var parts = new List<EditPart>();
        Picture? first = null;
        foreach (GivenPart part in given.Parts)
        {
            Picture? picture = part.Picture is { } named ? await ReadAsync(named, job.Tenant, cancellation) : null;
            if (picture is not null && first is null)
            {
                first = picture;
                job = Fit(job, given, picture);
            }

            if (picture is not null && given.Operation is EditOperation.Variation or EditOperation.Blend or EditOperation.Revision)
            {
                RequireShape(SizeOf(picture), part.Picture!.Field);
            }

            parts.Add(new EditPart(picture is null ? null : await PutAsync(job, parts.Count, picture.File, written, cancellation), part.Prompt, part.Weight));
        }

        string? mask = null;
        if (given.Mask is { } hole)
        {
            Picture picture = (await ReadAsync(hole, job.Tenant, cancellation)).RequireMaskOf(first!, hole.Field);
            mask = await PutAsync(job, parts.Count, picture.File, written, cancellation);
        }

        return job with { Edit = new EditRequest { Operation = given.Operation, Parts = parts, MaskKey = mask, Strength = given.Strength, Style = given.Style, Margins = given.Margins, Zoom = given.Zoom } };
    }

    private async Task<Job> CopyAsync(Job again, EditRequest edit, string field, WrittenSources written, CancellationToken cancellation)
    {
        var parts = new List<EditPart>();
        foreach (EditPart part in edit.Parts)
        {
            parts.Add(part.Key is null ? part : part with { Key = await CopyAsync(again, parts.Count, part.Key, field, written, cancellation) });
        }

        string? mask = edit.MaskKey is null ? null : await CopyAsync(again, parts.Count, edit.MaskKey, field, written, cancellation);
        return again with { Edit = edit with { Parts = parts, MaskKey = mask } };
    }

    private Job Fit(Job job, GivenEdit given, Picture picture)
    {
        ImageSize size = SizeOf(picture);
        return given.Operation switch
        {
            EditOperation.Inpainting or EditOperation.Outpainting => job.At(ResultSize.Of(given, size, new ImageSize(job.Width, job.Height), limits.Value.Offered(), options.Value.MaxPixels)),
            EditOperation.Upscale => EnlargedSize.Apply(job, size, given.Size, limits.Value.Offered().Most),
            _ => job,
        };
    }

    // The image encoder sees the middle of a picture, and moderation all of it with fewer pixels, of a long strip hardly any.
    private static void RequireShape(ImageSize picture, string field)
    {
        if (!OfferedSizes.HasShape(picture))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, field, $"{field} has {picture} pixels; its longer side may be {OfferedSizes.LongestShape} times the shorter. Cut out what matters.");
        }
    }

    private static ImageSize SizeOf(Picture picture) => new(picture.Header.Width, picture.Header.Height);

    private async Task<Picture> ReadAsync(GivenPicture given, string tenant, CancellationToken cancellation)
    {
        if (given.Picture is { } known)
        {
            return known;
        }

        Upload file = given.Sent ?? new Upload(given.Field, given.Id is { } id && ImageId.Parse(id) is not null
            ? await ReadImageAsync(id, tenant, given.Field, cancellation) : await ReadFileAsync(given.Id!, tenant, given.Field, cancellation));
        return Picture.Of(file, options.Value.MaxPixels);
    }

    private async Task<byte[]> ReadImageAsync(string id, string tenant, string field, CancellationToken cancellation) =>
        await images.FindAsync(id, tenant, cancellation) is { } image && await store.ReadAsync(image.Key, options.Value.MaxBytes, cancellation) is { } bytes
            ? bytes : throw NotFound(ErrorCode.ImageNotFound, $"There is no image '{id}'.", field);

    private async Task<byte[]> ReadFileAsync(string id, string tenant, string field, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        StoredFile? file = FileId.Parse(id) is not { } fileId ? null
            : await context.Files.AsNoTracking().SingleOrDefaultAsync(file => file.Id == fileId && file.Tenant == tenant, cancellation);
        if (file is null)
        {
            throw NotFound(ErrorCode.FileNotFound, $"There is no file '{id}'.", field);
        }

        if (file.Bytes > options.Value.MaxBytes)
        {
            throw ApiException.Invalid(ErrorCode.ImageTooLarge, field, $"{field} is a file of {file.Bytes} bytes; it may have {options.Value.MaxBytes}.");
        }

        byte[] bytes = new byte[file.Bytes];
        await using Stream content = blocks.Open(file, 0);
        try
        {
            await content.ReadExactlyAsync(bytes, cancellation);
        }
        catch (FileContentException)
        {
            throw NotFound(ErrorCode.FileNotFound, $"The content of the file '{id}' is lost; upload it again.", field);
        }

        return bytes;
    }

    private async Task<string> CopyAsync(Job job, int index, string from, string field, WrittenSources written, CancellationToken cancellation) => await PutAsync(
        job, index, await store.ReadAsync(from, options.Value.MaxBytes, cancellation) ?? throw NotFound(ErrorCode.ImageNotFound, "A picture that the job was given is no longer kept.", field),
        written, cancellation);

    private async Task<string> PutAsync(Job job, int index, byte[] file, WrittenSources written, CancellationToken cancellation)
    {
        string key = JobId.SourceKey(job.Tenant, job.Id, index);
        written.Add(key, file.Length);
        await store.PutIfAbsentAsync(key, file, MediaType, cancellation);
        return key;
    }

    private static ApiException NotFound(string code, string message, string field) => new(StatusCodes.Status404NotFound, code, message, field);
}
