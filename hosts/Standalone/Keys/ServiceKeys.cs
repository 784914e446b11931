using System.Text.Json.Nodes;
using Limner.Standalone.Client;

namespace Limner.Standalone.Keys;

/// <summary>The keys of a running service, asked over HTTP.</summary>
internal sealed class ServiceKeys(ServiceAddress address, TimeProvider time) : IKeys
{
    private const string Keys = "v1/keys";

    private readonly ServiceClient _client = new(address, time);

    public Task<JsonObject> CreateAsync(JsonObject request, CancellationToken stop) => _client.CallAsync(HttpMethod.Post, Keys, request, stop: stop);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string? tenant, CancellationToken stop)
    {
        var keys = new List<JsonObject>();
        string? cursor = null;
        do
        {
            JsonObject page = await _client.CallAsync(HttpMethod.Get, ServiceCall.Query(Keys, ("tenant", tenant), ("limit", "100"), ("cursor", cursor)), stop: stop);
            keys.AddRange(page["data"]!.AsArray().Select(key => key!.DeepClone().AsObject()));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return keys;
    }

    public Task<JsonObject> ChangeAsync(string id, JsonObject request, CancellationToken stop) => _client.CallAsync(HttpMethod.Patch, ServiceCall.At(Keys, id), request, stop: stop);

    public Task<JsonObject> RevokeAsync(string id, CancellationToken stop) => _client.CallAsync(HttpMethod.Delete, ServiceCall.At(Keys, id), stop: stop);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
