using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Limner.Gateway.Webhooks;

namespace Limner.Gateway.Batches;

/// <summary>Reads the requests of one batch, one after the other, as strictly as their address does.</summary>
internal sealed class RequestReader(BatchInput input, JobCallbacks callbacks, Batch batch, TimeProvider time)
{
    private string? _called;

    /// <exception cref="ApiException">The address would refuse it.</exception>
    public async Task<(string CustomId, Submission Submission)> ReadAsync(JsonLine line, CancellationToken cancellation)
    {
        BatchLine request = input.Parse(line, batch);
        Submission submission = input.Read(request, batch, time.GetUtcNow());
        // Nearly always all lines have the same, and looking at it asks the database.
        if (submission.WebhookUrl != _called)
        {
            await callbacks.RefuseIfUnfitAsync(submission.WebhookUrl, batch.Tenant, cancellation);
            _called = submission.WebhookUrl;
        }

        return (request.CustomId, submission);
    }
}
