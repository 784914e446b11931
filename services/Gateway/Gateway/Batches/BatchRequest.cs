using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Keys;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Batches;

/// <summary>The body of <c>POST /v1/batches</c>, checked.</summary>
internal sealed record BatchRequest(string InputFile, string Endpoint, IReadOnlyDictionary<string, string> Metadata)
{
    public static BatchRequest Read(ReadOnlyMemory<byte> body, IReadOnlyList<string> endpoints) => JsonBody.Read(body, root =>
    {
        var fields = new JsonFields(root, "input_file_id", "endpoint", "completion_window", "metadata");
        string file = fields.Text("input_file_id", 100) ?? throw Missing("input_file_id", "give the id of an uploaded file");
        string endpoint = fields.Choice("endpoint", endpoints) ?? throw Missing("endpoint", $"it has to be {string.Join(" or ", endpoints)}");
        _ = fields.Choice("completion_window", ["24h"]) ?? throw Missing("completion_window", "it has to be 24h");
        return new BatchRequest(file, endpoint, fields.Pairs("metadata", most: 16, longestKey: 64, longestValue: 512));
    });

    public Batch ToBatch(StoredFile file, Caller caller, string home, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Tenant = caller.Tenant,
        KeyId = caller.KeyId,
        InputFileId = file.Id,
        Endpoint = Endpoint,
        Home = home,
        Metadata = Metadata,
        Created = now,
        Expires = now + Batch.Window,
        Due = now,
    };

    private static ApiException Missing(string field, string right) => ApiException.Invalid(ErrorCode.MissingParameter, field, $"{field} is missing; {right}.");
}
