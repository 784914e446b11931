using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Limner.ServiceDefaults.Configuration;

/// <summary>How a process ends after SIGTERM.</summary>
public sealed class ShutdownOptions
{
    /// <summary>Where the configuration has them.</summary>
    public const string Section = "Shutdown";

    /// <summary>
    /// Seconds from SIGTERM to the end: no new work at once, current work has this long less <see cref="HandBackSeconds"/>, what is then left goes back to the broker.
    /// Kubernetes kills after 30 by default; this has to be less than its grace period.
    /// </summary>
    [Range(3, 3600)]
    public int GraceSeconds { get; set; } = 25;

    /// <summary>What is kept of the grace for handing unfinished messages back.</summary>
    internal const int HandBackSeconds = 2;

    internal TimeSpan Grace => TimeSpan.FromSeconds(GraceSeconds);

    internal TimeSpan Work => TimeSpan.FromSeconds(GraceSeconds - HandBackSeconds);

    /// <summary>The grace, or the default where it cannot be read.</summary>
    internal static TimeSpan ReadGrace(IConfiguration configuration)
    {
        var options = new ShutdownOptions();
        if (int.TryParse(configuration[$"{Section}:{nameof(GraceSeconds)}"], CultureInfo.InvariantCulture, out int seconds))
        {
            options.GraceSeconds = seconds;
        }

        return options.Grace;
    }
}
