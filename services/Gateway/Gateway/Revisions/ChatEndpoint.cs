using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.ServiceDefaults.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Revisions;

/// <summary>Asks a language model for a prompt, over OpenAI's chat API. It is no part of the promise that the same request gives the same bytes; what it said is kept with the job.</summary>
internal sealed partial class ChatEndpoint(
    [FromKeyedServices(OutboundRegistration.OfOperator)] OutboundHttp http, IOptions<ConversationOptions> options, TimeProvider time, ILogger<ChatEndpoint> log)
{
    private const int LongestAnswer = 64 * 1024;
    private const int LongestPrompt = 2000;
    private const int MostTokens = 500;

    public bool IsThere => options.Value.Endpoint.Length > 0;

    /// <summary>What it answers; null if it does not, or nothing that is a prompt.</summary>
    public async Task<string?> AskAsync(string task, string text, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using HttpRequestMessage request = Compose(task, text);
            using HttpResponseMessage response = await http.SendAsync(request, either.Token);
            string? said = response.IsSuccessStatusCode ? Read(await ReadAsync(response, either.Token)) : null;
            if (said is null)
            {
                LogUseless((int)response.StatusCode);
            }

            return said;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested
            && fault is HttpRequestException or RefusedAddressException or IOException or OperationCanceledException or JsonException)
        {
            LogFailed(fault);
            return null;
        }
    }

    private HttpRequestMessage Compose(string task, string text)
    {
        var body = new JsonObject
        {
            ["model"] = options.Value.Model,
            ["temperature"] = 0,
            ["max_tokens"] = MostTokens,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = task }, new JsonObject { ["role"] = "user", ["content"] = text }),
        };
        var request = new HttpRequestMessage(HttpMethod.Post, $"{options.Value.Endpoint.TrimEnd('/')}/chat/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, MediaTypeNames.Application.Json),
        };
        if (options.Value.ApiKey.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ApiKey);
        }

        return request;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
        byte[] bytes = new byte[LongestAnswer];
        int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return bytes[..length];
    }

    private static string? Read(byte[] answer)
    {
        try
        {
            string? said = (string?)JsonNode.Parse(answer)?["choices"]?[0]?["message"]?["content"];
            return said?.Trim().Trim('"').Trim() is { Length: > 0 and <= LongestPrompt } prompt && !prompt.Contains('\0') ? prompt : null;
        }
        catch (Exception other) when (other is InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null; // JSON, and of another shape.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The chat endpoint answered {Status} and no prompt")]
    private partial void LogUseless(int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The chat endpoint did not answer")]
    private partial void LogFailed(Exception fault);
}
