using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Batches;

/// <summary>An address that the lines of a batch may ask.</summary>
internal interface IBatchTarget
{
    /// <summary>Its path.</summary>
    string Url { get; }

    /// <exception cref="ApiException">The address would refuse this body.</exception>
    Submission Read(ReadOnlyMemory<byte> body, DateTimeOffset now);

    /// <summary>What the address answers instead of a result when a job ended so; null if it has a result.</summary>
    Task<ApiException?> FindProblemAsync(Job job, ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>Writes what the address answers.</summary>
    Task WriteAsync(Utf8JsonWriter json, Job job, ReadOnlyMemory<byte> body, Batch batch, CancellationToken cancellation);
}
