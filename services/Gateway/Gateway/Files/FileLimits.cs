using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Files;

/// <summary>Section <c>Files</c>.</summary>
internal sealed class FileLimits
{
    /// <summary>Bytes of an uploaded file.</summary>
    [Range(1024, 2_000_000_000, ErrorMessage = "it has to be from 1024 to 2000000000.")]
    public int MaxBytes { get; set; } = 200 * 1024 * 1024;

    /// <summary>Uploads that are received at once; each takes one block of memory, and more than these are asked to come back.</summary>
    [Range(1, 1000, ErrorMessage = "it has to be from 1 to 1000.")]
    public int AtOnce { get; set; } = 8;
}
