using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Connections;

/// <summary>Section <c>Connections</c>: how slow a client may be before its connection is closed, and how many are kept open to be told of what happens.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>How long the head of a request may take to arrive.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00", ErrorMessage = "it has to be from 1 second to 2 minutes.")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes in a second that a body brings, and a response is taken at, at least.</summary>
    [Range(1, 1_000_000, ErrorMessage = "it has to be from 1 to 1000000.")]
    public int LeastBytesPerSecond { get; set; } = 240;

    /// <summary>How long a body or a reader may be slower than that.</summary>
    [Range(typeof(TimeSpan), "00:00:01.100", "00:02:00", ErrorMessage = "it has to be from 1.1 seconds to 2 minutes.")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Event streams of this process that are open at once. Each has a connection, a subscription, and a look into the database every second.</summary>
    [Range(1, 100_000, ErrorMessage = "it has to be from 1 to 100000.")]
    public int MaxStreams { get; set; } = 1000;

    /// <summary>Those of one tenant.</summary>
    [Range(1, 100_000, ErrorMessage = "it has to be from 1 to 100000.")]
    public int MaxStreamsPerTenant { get; set; } = 500;
}
