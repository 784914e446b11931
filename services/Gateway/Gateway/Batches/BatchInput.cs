using Limner.Gateway.Catalogue;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Submissions;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>The requests in a batch's file.</summary>
internal sealed class BatchInput(FileBlocks blocks, ModelCatalogue models, IEnumerable<IBatchTarget> targets, IOptions<GatewayOptions> options)
{
    private readonly Dictionary<string, IBatchTarget> _targets = targets.ToDictionary(target => target.Url, StringComparer.Ordinal);

    public IReadOnlyList<string> Endpoints => [.. _targets.Keys.Order(StringComparer.Ordinal)];

    private int LongestLine => options.Value.MaxBodyBytes + BatchLine.Around;

    public IBatchTarget TargetOf(Batch batch) => _targets[batch.Endpoint];

    public Stream Open(StoredFile file, long offset) => blocks.Open(file, offset);

    public LineReader Lines(Stream content, long offset = 0, int lines = 0) => new(content, LongestLine, offset, lines);

    /// <exception cref="ApiException">It is no request to the batch's address.</exception>
    public BatchLine Parse(JsonLine line, Batch batch) => BatchLine.Parse(line, batch.Endpoint, LongestLine);

    /// <exception cref="ApiException">The batch's address would refuse it.</exception>
    public Submission Read(BatchLine request, Batch batch, DateTimeOffset now)
    {
        Submission submission = TargetOf(batch).Read(request.Body, now);
        models.RefuseIfImpossible(submission.Adapter, submission.DrawnPrompt);
        return submission;
    }
}
