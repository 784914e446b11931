using System.Text.Json.Nodes;

namespace Limner.Standalone.Keys;

/// <summary>Keys where they are kept. Requests and answers are those of <c>/v1/keys</c>.</summary>
internal interface IKeys : IAsyncDisposable
{
    Task<JsonObject> CreateAsync(JsonObject request, CancellationToken stop);

    /// <summary>All of them, the newest first.</summary>
    Task<IReadOnlyList<JsonObject>> ListAsync(string? tenant, CancellationToken stop);

    Task<JsonObject> ChangeAsync(string id, JsonObject request, CancellationToken stop);

    Task<JsonObject> RevokeAsync(string id, CancellationToken stop);
}
