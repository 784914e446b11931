using System.ComponentModel.DataAnnotations;
using Limner.Gateway.Keys;
using Limner.Gateway.Submissions;

namespace Limner.Gateway;

/// <summary>Section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    /// <summary>A first key, kept hashed at start if it is not there yet; empty for none.</summary>
    [RegularExpression(KeySecret.Form, ErrorMessage = "it has to be lmn_ and at least 24 of A-Z, a-z, 0-9, '_' and '-', not one of them over and over; make one with 'echo lmn_$(openssl rand -hex 24)'.")]
    public string BootstrapKey { get; set; } = "";

    [RegularExpression("[a-z0-9][a-z0-9_-]{0,62}", ErrorMessage = "it has to be 1 to 63 of a-z, 0-9, '_' and '-'.")]
    public string BootstrapTenant { get; set; } = "default";

    /// <summary>Waiting jobs, of one tenant and of all, before new ones are refused.</summary>
    [Range(1, 10_000_000, ErrorMessage = "it has to be from 1 to 10000000.")]
    public int MaxQueuedPerTenant { get; set; } = 200_000;

    [Range(1, 10_000_000, ErrorMessage = "it has to be from 1 to 10000000.")]
    public int MaxQueued { get; set; } = 500_000;

    /// <summary>Bytes of a request body at most.</summary>
    [Range(1024, 16 * 1024 * 1024, ErrorMessage = "it has to be from 1024 to 16777216.")]
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Sides of the squares that the model makes, in pixels, with commas; what else can be asked for follows from them.</summary>
    [RegularExpression("[0-9]{1,4}(,[0-9]{1,4})*", ErrorMessage = "it has to be numbers with commas, e.g. 256,512,1024.")]
    public string Sizes { get; set; } = "256,512,1024";

    /// <summary>Deadlines where the caller gives none, from acceptance.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "it has to be from 1 second to 30 days.")]
    public TimeSpan InteractiveDeadline { get; set; } = TimeSpan.FromHours(1);

    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "it has to be from 1 second to 30 days.")]
    public TimeSpan BatchDeadline { get; set; } = TimeSpan.FromDays(1);

    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "it has to be from 1 second to 30 days.")]
    public TimeSpan LongestDeadline { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a signed address of an image works.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00", ErrorMessage = "it has to be from 10 seconds to 7 days.")]
    public TimeSpan SignedFor { get; set; } = TimeSpan.FromMinutes(10);

    public OfferedSizes Offered() => new([.. Sizes.Split(',').Select(int.Parse)]);
}
