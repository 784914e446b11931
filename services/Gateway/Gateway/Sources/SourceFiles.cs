using System.Globalization;
using Limner.Contracts.Edits;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Retention;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Sources;

/// <summary>
/// The pictures that jobs are given. Each job has files of its own under keys that follow from its id: what they were taken from may go, and they go with the job.
/// They are written before its row is; where that is then refused, or the process ends in between, they are removed or swept away as orphans. A few jobs at once have
/// theirs read, since each takes its files' and its pixels' memory however short its request was; whoever waits holds no more than he sent.
/// </summary>
internal sealed class SourceFiles(
    IObjectStore store, Transactions database, FileBlocks blocks, ImageFiles images, IOptions<UploadOptions> options, IOptions<GatewayOptions> limits,
    IOptions<RetentionOptions> retention, TimeProvider time) : IDisposable
{
    private const string MediaType = "application/octet-stream";

    private const int MostTenants = 10_000;

    /// <summary>How long the sum of what a tenant keeps is taken for right: adding it up takes the longer the more that is.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(10);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostTenants });
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

    public void Dispose()
    {
        _turns.Dispose();
        _kept.Dispose();
    }

    private Task<Job> WriteAsync(Job job, Func<Written, CancellationToken, Task<Job>> write, CancellationToken cancellation) => _turns.TakeAsync(job.Tenant, async turn =>
    {
        var written = new Written(await ReadKeptAsync(job.Tenant, turn), options.Value.MaxBytesPerTenant, retention.Value.Period);
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

    // Counted from the jobs' rows, so it is right on every Gateway and after every crash, but for what others added in the last seconds.
    private async Task<Kept> ReadKeptAsync(string tenant, CancellationToken cancellation)
    {
        if (options.Value.MaxBytesPerTenant == 0)
        {
            return new Kept(0);
        }

        if (_kept.TryGetValue(tenant, out Kept? known))
        {
            return known!;
        }

        await using GatewayContext context = database.Read();
        var kept = new Kept(await context.Jobs.Where(job => job.Tenant == tenant && job.SourceBytes > 0).SumAsync(job => job.SourceBytes, cancellation));
        return _kept.Set(tenant, kept, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Known });
    }

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

    private async Task<Job> ReadAndKeepAsync(Job job, GivenEdit given, Written written, CancellationToken cancellation)
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

    private async Task<Job> CopyAsync(Job again, EditRequest edit, string field, Written written, CancellationToken cancellation)
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

    private async Task<string> CopyAsync(Job job, int index, string from, string field, Written written, CancellationToken cancellation) => await PutAsync(
        job, index, await store.ReadAsync(from, options.Value.MaxBytes, cancellation) ?? throw NotFound(ErrorCode.ImageNotFound, "A picture that the job was given is no longer kept.", field),
        written, cancellation);

    private async Task<string> PutAsync(Job job, int index, byte[] file, Written written, CancellationToken cancellation)
    {
        string key = JobId.SourceKey(job.Tenant, job.Id, index);
        written.Add(key, file.Length);
        await store.PutIfAbsentAsync(key, file, MediaType, cancellation);
        return key;
    }

    private static ApiException NotFound(string code, string message, string field) => new(StatusCodes.Status404NotFound, code, message, field);

    /// <summary>Bytes that a tenant keeps; several of its jobs may be at it.</summary>
    private sealed class Kept(long bytes)
    {
        private long _bytes = bytes;

        public long Add(long more) => Interlocked.Add(ref _bytes, more);
    }

    /// <summary>What one job's pictures take beside those that its tenant keeps already.</summary>
    private sealed class Written(Kept kept, long most, TimeSpan period)
    {
        public List<string> Keys { get; } = [];

        public long Bytes { get; private set; }

        /// <exception cref="ApiException">409: the tenant would keep more than it may.</exception>
        public void Add(string key, int bytes)
        {
            long all = kept.Add(bytes);
            if (most > 0 && all > most)
            {
                kept.Add(-bytes);
                throw new ApiException(
                    StatusCodes.Status409Conflict, ErrorCode.FileLimitReached,
                    string.Create(CultureInfo.InvariantCulture, $"The pictures that your jobs were given have {all - bytes} bytes, which with the next one would be more than the {most} that may be kept. They go with their jobs, {period.TotalDays:0.#} days after these have ended."));
            }

            Keys.Add(key);
            Bytes += bytes;
        }

        public void GiveBack() => kept.Add(-Bytes);
    }
}
