using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Files;

/// <summary>Section <c>Files</c>.</summary>
internal sealed class FileLimits
{
    /// <summary>Bytes of an uploaded file.</summary>
    [Range(1024, 2_000_000_000, ErrorMessage = "it has to be from 1024 to 2000000000.")]
    public int MaxBytes { get; set; } = 200 * 1024 * 1024;

    /// <summary>Bytes of all files that one tenant keeps; 0 for no limit. Results of batches count, and are written whatever is kept.</summary>
    [Range(typeof(long), "0", "1000000000000000", ErrorMessage = "it has to be from 0, which is no limit, to 1000000000000000.")]
    public long MaxBytesPerTenant { get; set; } = 10L * 1024 * 1024 * 1024;

    /// <summary>The same of their number.</summary>
    [Range(0, 100_000_000, ErrorMessage = "it has to be from 0, which is no limit, to 100000000.")]
    public int MaxPerTenant { get; set; } = 100_000;

    /// <summary>Uploads that are received at once; each takes one block of memory. One tenant has at most half of them; the others wait, and are then asked to come back.</summary>
    [Range(2, 1000, ErrorMessage = "it has to be from 2 to 1000.")]
    public int AtOnce { get; set; } = 8;

    /// <summary>How long an upload may take to arrive.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "it has to be from 1 second to 1 day.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);
}
