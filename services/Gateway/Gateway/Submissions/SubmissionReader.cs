using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Limner.Contracts.Jobs;
using Limner.Gateway.Errors;

namespace Limner.Gateway.Submissions;

/// <summary>From the bytes of a request to a <see cref="Submission"/>.</summary>
internal static class SubmissionReader
{
    private const int LongestPrompt = 2000;
    private const int MostCandidates = 10;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private static readonly string[] Priorities = ["interactive", "batch"];

    public static Submission Read(ReadOnlyMemory<byte> body, GatewayOptions limits, DateTimeOffset now)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement, limits, now);
        }
        catch (JsonException broken)
        {
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, $"The body is not JSON: {broken.Message}");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8, inside a string.
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, "The body is not JSON: a text in it is not valid Unicode.");
        }
    }

    private static Submission Read(JsonElement root, GatewayOptions limits, DateTimeOffset now)
    {
        var fields = new JsonFields(root, "prompt", "n", "seed", "size", "steps", "guidance", "negative_prompt", "priority", "deadline", "metadata");
        if (fields.Text("prompt", LongestPrompt) is not { } prompt)
        {
            throw ApiException.Invalid(ErrorCode.MissingParameter, "prompt", "prompt is missing; say what to draw.");
        }

        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "prompt", "prompt is empty; say what to draw.");
        }

        JobPriority priority = fields.Choice("priority", Priorities) == "batch" ? JobPriority.Batch : JobPriority.Interactive;
        IReadOnlyList<int> sides = limits.Sides();
        string? size = fields.Choice("size", [.. sides.Select(side => $"{side}x{side}")]);
        return new Submission
        {
            Prompt = prompt,
            NegativePrompt = fields.Text("negative_prompt", LongestPrompt) ?? "",
            Count = fields.Whole("n", 1, MostCandidates) ?? 1,
            Seed = fields.Unsigned("seed") ?? BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            Side = size is null ? sides.Max() : sides.First(side => size == $"{side}x{side}"),
            Steps = fields.Whole("steps", 2, 1000),
            Guidance = fields.Number("guidance", 1, 50),
            Priority = priority,
            Deadline = Deadline(fields.Time("deadline"), priority, limits, now),
            Metadata = fields.Pairs("metadata", most: 16, longestKey: 64, longestValue: 512),
        };
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
