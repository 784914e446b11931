using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Client;

/// <summary>A file of requests on its way to a service, and the batch that begins with it.</summary>
internal sealed class BatchUpload(ServiceClient client)
{
    private const string Files = "v1/files";
    private const string StandardInput = "-";

    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");

    public async Task<JsonObject> SendAsync(string file, string endpoint, CancellationToken stop)
    {
        string uploaded = (string)(await UploadAsync(file, stop))["id"]!;
        try
        {
            var request = new JsonObject { ["input_file_id"] = uploaded, ["endpoint"] = endpoint, ["completion_window"] = "24h" };
            return await client.CallAsync(HttpMethod.Post, "v1/batches", request, _idempotencyKey, stop);
        }
        catch (ServiceException refused) when (refused.Status is not null)
        {
            await RemoveAsync(uploaded, stop);
            throw;
        }
    }

    // There is no batch that would need it, and it counts towards what the tenant may keep.
    private async Task RemoveAsync(string file, CancellationToken stop)
    {
        try
        {
            await client.CallAsync(HttpMethod.Delete, ServiceCall.At(Files, file), stop: stop);
        }
        catch (ServiceException)
        {
            // What matters is why there is no batch; the service removes its files by itself in the end.
        }
    }

    private async Task<JsonObject> UploadAsync(string file, CancellationToken stop)
    {
        await using Stream lines = Open(file);
        using var content = new StreamContent(lines) { Headers = { ContentType = new MediaTypeHeaderValue("application/jsonl") } };
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { content, "file", file == StandardInput ? "stdin.jsonl" : Path.GetFileName(file) } };
        return await client.UploadAsync(Files, form, stop);
    }

    private static Stream Open(string file)
    {
        try
        {
            return file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.Request, $"The file '{file}' cannot be read: {problem.Message}", problem);
        }
    }
}
