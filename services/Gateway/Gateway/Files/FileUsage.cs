using System.Globalization;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Files;

/// <summary>What a tenant keeps. It is counted from the files' rows, so it is right on every Gateway and after every crash.</summary>
internal sealed record FileUsage(int Files, long Bytes)
{
    public static async Task<FileUsage> ReadAsync(GatewayContext context, string tenant, CancellationToken cancellation)
    {
        var all = await context.Files.Where(file => file.Tenant == tenant).GroupBy(file => 1)
            .Select(files => new { Count = files.Count(), Bytes = files.Sum(file => file.Bytes) }).SingleOrDefaultAsync(cancellation);
        return new FileUsage(all?.Count ?? 0, all?.Bytes ?? 0);
    }

    /// <exception cref="ApiException">409: one more file of so many bytes would be too much.</exception>
    public void RefuseIfFull(long more, FileLimits limits)
    {
        string? problem = limits.MaxPerTenant > 0 && Files >= limits.MaxPerTenant
            ? string.Create(CultureInfo.InvariantCulture, $"You keep {Files} files, and {limits.MaxPerTenant} may be kept.")
            : limits.MaxBytesPerTenant > 0 && Bytes + more > limits.MaxBytesPerTenant
                ? string.Create(CultureInfo.InvariantCulture, $"Your files have {Bytes} bytes, which with this one would be more than the {limits.MaxBytesPerTenant} that may be kept.")
                : null;
        if (problem is not null)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict, ErrorCode.FileLimitReached, $"{problem} Delete some first: GET /v1/files lists them, DELETE /v1/files/{{id}} removes one.", "file");
        }
    }
}
