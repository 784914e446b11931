using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Batches;

/// <summary>Section <c>Batches</c>.</summary>
internal sealed class BatchOptions
{
    /// <summary>Requests in one file.</summary>
    [Range(1, 1_000_000, ErrorMessage = "it has to be from 1 to 1000000.")]
    public int MaxLines { get; set; } = 50_000;

    /// <summary>Jobs of one batch that wait or run at once; the other lines stay in the file.</summary>
    [Range(1, 100_000, ErrorMessage = "it has to be from 1 to 100000.")]
    public int Window { get; set; } = 1000;

    /// <summary>How long the addresses of pictures in results work without a key: nobody waits for a file as for an answer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "it has to be from 1 second to 7 days.")]
    public TimeSpan AddressedFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Batches of one tenant that are not over.</summary>
    [Range(1, 100_000, ErrorMessage = "it has to be from 1 to 100000.")]
    public int MaxPerTenant { get; set; } = 100;
}
