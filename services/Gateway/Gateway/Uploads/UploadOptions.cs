using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Uploads;

/// <summary>Section <c>Uploads</c>: pictures that callers send. Together the limits bound the memory that they can take.</summary>
internal sealed class UploadOptions
{
    /// <summary>Bytes of a request with pictures.</summary>
    [Range(1024, 256 * 1024 * 1024, ErrorMessage = "it has to be from 1024 to 268435456.")]
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Width times height of a picture; reading one takes four bytes for each pixel.</summary>
    [Range(64, 268_435_456, ErrorMessage = "it has to be from 64 to 268435456.")]
    public int MaxPixels { get; set; } = 4096 * 4096;

    /// <summary>Bytes of the pictures that the jobs of one tenant were given, for as long as its jobs are kept; 0 for no limit.</summary>
    [Range(typeof(long), "0", "1000000000000000", ErrorMessage = "it has to be from 0, which is no limit, to 1000000000000000.")]
    public long MaxBytesPerTenant { get; set; } = 100L * 1024 * 1024 * 1024;

    /// <summary>Requests with pictures that are read at once; the others wait. One tenant has at most half of them.</summary>
    [Range(2, 1000, ErrorMessage = "it has to be from 2 to 1000.")]
    public int AtOnce { get; set; } = 2;

    /// <summary>How long a request may take to arrive, and how long one waits for others.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "it has to be from 1 second to 10 minutes.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);
}
