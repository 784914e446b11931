using Limner.Gateway.Database;
using Limner.Gateway.Idempotency;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>Answers requests that make a secret: the first time with it, and when the same request comes again, without: it is kept in no reply.</summary>
internal sealed class SecretReplies(KnownRequests known)
{
    public async Task<FirstReply> AnswerAsync<TView>(
        RepeatableRequest? request, int status, Func<GatewayContext, Task<TView>> create, Func<TView, TView> withoutSecret, CancellationToken cancellation)
    {
        (FirstReply Kept, FirstReply Shown)? mine = null;
        FirstReply answer = await known.AnswerAsync(request, async context =>
        {
            TView view = await create(context);
            mine = (FirstReply.Of(status, withoutSecret(view)), FirstReply.Of(status, view));
            return mine.Value.Kept;
        }, cancellation);
        // Another's, if the same request came twice at once and this one was undone.
        return mine is { } made && ReferenceEquals(answer, made.Kept) ? made.Shown : answer;
    }
}
