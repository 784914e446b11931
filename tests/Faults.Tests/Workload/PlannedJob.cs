using System.Text.Json;
using System.Text.Json.Serialization;

namespace Limner.Faults.Tests.Workload;

/// <summary>One job of the load, everything about it decided beforehand.</summary>
/// <param name="Number">Its number, which it carries in its metadata.</param>
/// <param name="Request">What it asks for.</param>
/// <param name="Interactive">Its class.</param>
/// <param name="CancelAfter">When it is cancelled, from its acceptance; null if never.</param>
/// <param name="Deadline">When it has to be done; null for the usual.</param>
internal sealed record PlannedJob(int Number, DrawingRequest Request, bool Interactive = false, TimeSpan? CancelAfter = null, DateTimeOffset? Deadline = null)
{
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The same bytes at every attempt: an idempotency key stands for them.</summary>
    public string Body { get; } = JsonSerializer.Serialize(new
    {
        prompt = Request.Prompt,
        seed = Request.Seed,
        n = Request.Count,
        steps = Request.Steps,
        size = "64x64",
        priority = Interactive ? "interactive" : "batch",
        deadline = Deadline?.ToString("O"),
        metadata = new Dictionary<string, string> { ["number"] = $"{Number}" },
    }, WithoutNulls);

    /// <summary>One in twelve is cancelled, one in twelve has hardly any time.</summary>
    public static PlannedJob Next(int number, Random random, DateTimeOffset now)
    {
        int chance = random.Next(12);
        return new PlannedJob(
            number, DrawingRequest.All[random.Next(DrawingRequest.All.Count)], random.Next(3) == 0,
            chance == 0 ? TimeSpan.FromMilliseconds(random.Next(1500)) : null,
            chance == 1 ? now + TimeSpan.FromMilliseconds(random.Next(1000, 5000)) : null);
    }
}
