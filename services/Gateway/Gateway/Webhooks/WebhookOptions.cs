using System.ComponentModel.DataAnnotations;
using Limner.Gateway.Keys;
using Limner.Gateway.Webhooks.Events;

namespace Limner.Gateway.Webhooks;

/// <summary>Section <c>Webhooks</c>.</summary>
internal sealed class WebhookOptions : IValidatableObject
{
    private static readonly TimeSpan ProgressLife = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Keys of 32 bytes in base64, with commas, under which the secrets that sign are kept: the first encrypts, all decrypt, so that a key can be replaced.
    /// Empty: there are no webhooks.
    /// </summary>
    public string EncryptionKeys { get; set; } = "";

    /// <summary>Endpoints of one tenant at most.</summary>
    [Range(1, 10_000, ErrorMessage = "it has to be from 1 to 10000.")]
    public int MaxEndpoints { get; set; } = 20;

    /// <summary>How long an endpoint has until the head of its answer is there.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "it has to be from 100 milliseconds to 1 minute.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The pause after the first failure; each further one is four times as long, up to half a day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00", ErrorMessage = "it has to be from 10 milliseconds to 1 hour.")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a delivery is tried.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "it has to be from 1 second to 30 days.")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long nothing is sent where five attempts in a row have failed; twice as long after each further one, up to ten minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00", ErrorMessage = "it has to be from 10 milliseconds to 10 minutes.")]
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests that one Gateway has under way, to all and to one endpoint. A tenant has at most a quarter of all.</summary>
    [Range(4, 10_000, ErrorMessage = "it has to be from 4 to 10000.")]
    public int MaxConcurrency { get; set; } = 256;

    [Range(1, 100, ErrorMessage = "it has to be from 1 to 100.")]
    public int MaxConcurrencyPerEndpoint { get; set; } = 4;

    /// <summary>How often to look for deliveries that nobody told this process of.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00", ErrorMessage = "it has to be from 10 milliseconds to 5 minutes.")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often at most a job's progress is told.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00", ErrorMessage = "it has to be from 10 milliseconds to 1 hour.")]
    public TimeSpan ProgressEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a replaced secret still signs, where its owner does not say.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00", ErrorMessage = "it has to be from 0 to 7 days.")]
    public TimeSpan RotationOverlap { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a finished delivery can be looked at and replayed.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ErrorMessage = "it has to be from 1 minute to 3650 days.")]
    public TimeSpan KeepDeliveries { get; set; } = TimeSpan.FromDays(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => ConfiguredKeys.Validate(EncryptionKeys, nameof(EncryptionKeys));

    /// <summary>How long an event is worth telling: a test is tried once, progress not for long.</summary>
    public TimeSpan LifeOf(string type) => type switch
    {
        EventName.Test => TimeSpan.Zero,
        EventName.JobProgress => ProgressLife,
        _ => GiveUpAfter,
    };

    public IReadOnlyList<byte[]> Keys() => ConfiguredKeys.Read(EncryptionKeys);
}
