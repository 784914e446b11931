using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Errors;
using Limner.Gateway.Sources;

namespace Limner.Gateway.Submissions;

/// <summary>From the body of <c>POST /v1/jobs</c> to a <see cref="Submission"/>.</summary>
internal static class SubmissionReader
{
    /// <summary>What Limner takes beyond the size, the number and the prompt, at every address that draws.</summary>
    public static readonly string[] Extras = ["seed", "steps", "guidance", "adapter", "negative_prompt", "priority", "deadline", "metadata", "webhook_url"];

    /// <summary>What says that the prompt is not drawn as it is written: it may be filled in, or says changes of a picture.</summary>
    public static readonly string[] Conversation = ["rewrite", "parent"];

    private const int LongestPrompt = 2000;
    private const int MostCandidates = 10;
    private const int LongestUrl = 2000;
    private const int LongestId = 100;
    private const int LongestSize = 20;
    private const int LongestAdapter = 64;

    private static readonly string[] Known = ["prompt", "n", "size", .. Extras, .. Conversation, .. EditFields.Names];

    private static readonly string[] Priorities = ["interactive", "batch"];

    /// <param name="body">The body.</param>
    /// <param name="limits">What may be asked for.</param>
    /// <param name="mostPixels">Width times height of a picture that it carries.</param>
    /// <param name="now">When.</param>
    public static Submission Read(ReadOnlyMemory<byte> body, GatewayOptions limits, long mostPixels, DateTimeOffset now) => JsonBody.Read(body, root =>
    {
        var fields = new JsonFields(root, Known);
        Submission submission = ReadConversation(fields, ReadExtras(fields, limits, now)) with
        {
            Count = fields.Whole("n", 1, MostCandidates) ?? 1,
            Size = fields.Text("size", LongestSize) is { } size ? ParseSize(size, limits.Offered()) : null,
        };
        submission = EditFields.Read(fields, submission, mostPixels);
        if (submission.Size is { } asked && submission.Edit?.Operation != EditOperation.Inpainting) // where its picture's own size is one more
        {
            _ = RequireOffered(asked, limits.Offered());
        }

        return submission with
        {
            Prompt = submission.Edit?.Operation switch
            {
                null => fields.Prompt(LongestPrompt),
                EditOperation.Inpainting => fields.Text("prompt", LongestPrompt) ?? throw ApiException.Invalid(
                    ErrorCode.MissingParameter, "prompt", "prompt is missing; say what the whole picture is to show, or \"\" if what surrounds the gap is to go on."),
                _ => fields.Text("prompt", LongestPrompt) ?? "",
            },
        };
    });

    /// <summary>The fields of <see cref="Conversation"/>.</summary>
    public static Submission ReadConversation(JsonFields fields, Submission submission) =>
        submission with { Completes = fields.Flag("rewrite") ?? true, Parent = fields.Text("parent", LongestId) };

    /// <summary>The <see cref="Extras"/>, of which the caller reads the rest.</summary>
    public static Submission ReadExtras(JsonFields fields, GatewayOptions limits, DateTimeOffset now)
    {
        JobPriority priority = fields.Choice("priority", Priorities) == "batch" ? JobPriority.Batch : JobPriority.Interactive;
        return new Submission
        {
            Prompt = "",
            NegativePrompt = fields.Text("negative_prompt", LongestPrompt) ?? "",
            Count = 1,
            Seed = fields.Unsigned("seed"),
            UsualSize = limits.Offered().Usual,
            Steps = fields.Whole("steps", 2, 1000),
            Guidance = fields.Number("guidance", 1, 50),
            Adapter = fields.Text("adapter", LongestAdapter),
            Priority = priority,
            Deadline = Deadline(fields.Time("deadline"), priority, limits, now),
            Metadata = fields.Pairs("metadata", most: 16, longestKey: 64, longestValue: 512),
            WebhookUrl = fields.Text("webhook_url", LongestUrl),
        };
    }

    /// <exception cref="ApiException">It is no size, or none that is offered.</exception>
    public static ImageSize ReadSize(string text, OfferedSizes offered) => RequireOffered(ParseSize(text, offered), offered);

    /// <exception cref="ApiException">It is not offered.</exception>
    public static ImageSize RequireOffered(ImageSize size, OfferedSizes offered) => offered.Contains(size) ? size : throw WrongSize($"{size}", offered);

    private static ImageSize ParseSize(string text, OfferedSizes offered) => ImageSize.Parse(text) ?? throw WrongSize(text, offered);

    private static ApiException WrongSize(string text, OfferedSizes offered) =>
        ApiException.Invalid(ErrorCode.InvalidValue, "size", $"size is '{text}'; it has to be {offered.Description}.");

    private static DateTimeOffset Deadline(DateTimeOffset? asked, JobPriority priority, GatewayOptions limits, DateTimeOffset now) => asked switch
    {
        null => now + (priority == JobPriority.Batch ? limits.BatchDeadline : limits.InteractiveDeadline),
        _ when asked <= now => throw ApiException.Invalid(ErrorCode.InvalidValue, "deadline", $"deadline is {asked:O}, which has passed; it has to be after {now:O}."),
        _ when asked > now + limits.LongestDeadline =>
            throw ApiException.Invalid(ErrorCode.InvalidValue, "deadline", $"deadline is {asked:O}; it has to be before {now + limits.LongestDeadline:O}."),
        _ => asked.Value,
    };
}
