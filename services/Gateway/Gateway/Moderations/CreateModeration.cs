using Limner.Contracts.Moderation;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Moderations;

/// <summary><c>POST /v1/moderations</c>: what the prompt policy says of texts. The policy is Moderation's, which is asked; without its answer nothing is said to be harmless.</summary>
internal static partial class CreateModeration
{
    public static async Task<Ok<ModerationView>> HandleAsync(
        HttpRequest request, IRequestClient<JudgeTexts> moderation, ILogger<ModerationView> log, CancellationToken cancellation)
    {
        IReadOnlyList<string> texts = ModerationReader.Read(await RequestBody.ReadAsync(request, ModerationReader.MostBytes, cancellation));
        return TypedResults.Ok(ModerationView.Of(await AskAsync(texts, moderation, log, cancellation)));
    }

    private static async Task<TextsJudged> AskAsync(IReadOnlyList<string> texts, IRequestClient<JudgeTexts> moderation, ILogger log, CancellationToken cancellation)
    {
        try
        {
            TextsJudged judged = (await moderation.GetResponse<TextsJudged>(new JudgeTexts(texts), cancellation)).Message;
            return judged.Judgements.Count == texts.Count ? judged : throw new InvalidOperationException($"Of {texts.Count} texts {judged.Judgements.Count} were judged.");
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            LogUnanswered(log, fault);
            throw ApiException.Unavailable(ErrorCode.ModerationUnavailable, "The texts could not be judged just now; do not take them for harmless, and try again.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Texts could not be judged")]
    private static partial void LogUnanswered(ILogger log, Exception fault);
}
