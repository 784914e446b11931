using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Limner.Standalone.Client;

/// <summary>One call of the API, and its answer as lines for people.</summary>
internal sealed record ServiceCall(HttpMethod Method, string Path, JsonObject? Body, Func<JsonObject, IEnumerable<string>> Lines)
{
    // Of a terminal, not of a page: letters of all languages stay readable.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ServiceCall Get(string path, Func<JsonObject, IEnumerable<string>> lines) => new(HttpMethod.Get, path, null, lines);

    public static ServiceCall Post(string path, JsonObject? body, Func<JsonObject, IEnumerable<string>> lines) => new(HttpMethod.Post, path, body, lines);

    /// <summary>A path with one part that somebody gave.</summary>
    public static string At(string folder, string id) => $"{folder}/{Uri.EscapeDataString(id)}";

    /// <summary>What is null is left out.</summary>
    public static string Query(string path, params (string Name, string? Value)[] fields)
    {
        string query = string.Join('&', fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    public void Run(ServiceAddress address, bool json, TextWriter output, TimeProvider time, CancellationToken stop)
    {
        using var client = new ServiceClient(address, time);
        JsonObject answer = client.CallAsync(Method, Path, Body, stop: stop).GetAwaiter().GetResult();
        Print(answer, json, Lines, output);
    }

    public static void Print(JsonObject answer, bool json, Func<JsonObject, IEnumerable<string>> lines, TextWriter output)
    {
        foreach (string line in json ? [answer.ToJsonString(Readable)] : lines(answer))
        {
            output.WriteLine(line);
        }
    }
}
