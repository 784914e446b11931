using System.Text.Json;
using Limner.Contracts.Jobs;
using Limner.Gateway.Errors;

namespace Limner.Gateway.Submissions;

/// <summary>From the bytes of a request to a <see cref="Submission"/>.</summary>
internal static class SubmissionReader
{
    /// <summary>What Limner takes beyond the size, the number and the prompt, at every address that draws.</summary>
    public static readonly string[] Extras = ["seed", "steps", "guidance", "negative_prompt", "priority", "deadline", "metadata", "webhook_url"];

    private const int LongestPrompt = 2000;
    private const int MostCandidates = 10;
    private const int LongestUrl = 2000;

    private static readonly string[] Known = ["prompt", "n", "size", .. Extras];

    private static readonly string[] Priorities = ["interactive", "batch"];

    public static Submission Read(ReadOnlyMemory<byte> body, GatewayOptions limits, DateTimeOffset now) => JsonBody.Read(body, root => Read(root, limits, now));

    /// <summary>The <see cref="Extras"/>, around what was read of the rest.</summary>
    public static Submission ReadExtras(JsonFields fields, string prompt, int count, int side, GatewayOptions limits, DateTimeOffset now)
    {
        JobPriority priority = fields.Choice("priority", Priorities) == "batch" ? JobPriority.Batch : JobPriority.Interactive;
        return new Submission
        {
            Prompt = prompt,
            NegativePrompt = fields.Text("negative_prompt", LongestPrompt) ?? "",
            Count = count,
            Seed = fields.Unsigned("seed") ?? Submission.NewSeed(),
            Side = side,
            Steps = fields.Whole("steps", 2, 1000),
            Guidance = fields.Number("guidance", 1, 50),
            Priority = priority,
            Deadline = Deadline(fields.Time("deadline"), priority, limits, now),
            Metadata = fields.Pairs("metadata", most: 16, longestKey: 64, longestValue: 512),
            WebhookUrl = fields.Text("webhook_url", LongestUrl),
        };
    }

    private static Submission Read(JsonElement root, GatewayOptions limits, DateTimeOffset now)
    {
        var fields = new JsonFields(root, Known);
        IReadOnlyList<int> sides = limits.Sides();
        string prompt = fields.Prompt(LongestPrompt);
        string? size = fields.Choice("size", [.. sides.Select(side => $"{side}x{side}")]);
        return ReadExtras(
            fields, prompt, fields.Whole("n", 1, MostCandidates) ?? 1, size is null ? sides.Max() : sides.First(side => size == $"{side}x{side}"), limits, now);
    }

    private static DateTimeOffset Deadline(DateTimeOffset? asked, JobPriority priority, GatewayOptions limits, DateTimeOffset now) => asked switch
    {
        null => now + (priority == JobPriority.Batch ? limits.BatchDeadline : limits.InteractiveDeadline),
        _ when asked <= now => throw ApiException.Invalid(ErrorCode.InvalidValue, "deadline", $"deadline is {asked:O}, which has passed; it has to be after {now:O}."),
        _ when asked > now + limits.LongestDeadline =>
            throw ApiException.Invalid(ErrorCode.InvalidValue, "deadline", $"deadline is {asked:O}; it has to be before {now + limits.LongestDeadline:O}."),
        _ => asked.Value,
    };
}
