using System.Text.Json.Nodes;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>What a job's end means to who waited for it.</summary>
internal static class JobEnd
{
    /// <summary>Failures that are the request's: the same one fails again wherever it is sent.</summary>
    private static readonly string[] Requests =
    [
        "content_policy_violation", "invalid_value", "prompt_too_long", "unsupported_size", "invalid_steps", "invalid_guidance", "invalid_strength", "invalid_parts", "invalid_mask", "unknown_adapter", "missing_model_part",
    ];

    /// <exception cref="ServiceException">The job did not complete.</exception>
    public static void Check(JsonObject job)
    {
        string? status = (string?)job["status"];
        if (status == "completed")
        {
            return;
        }

        string category = (string?)job["error"]?["category"] is { } why ? $" (category {Columns.Clean(why)})" : "";
        string reason = (string?)job["error"]?["message"] is { } message ? $": {Columns.Clean(message).TrimEnd('.')}{category}." : ".";
        ExitCode code = Requests.Contains((string?)job["error"]?["code"]) ? ExitCode.Request : ExitCode.Service;
        throw new ServiceException(code, $"The job {(string?)job["id"]} {(status == "cancelled" ? "was cancelled" : status)}{reason}") { IsOfOneJob = true };
    }

    /// <summary>A sentence on the pictures that a completed job does not have; null if it has all.</summary>
    public static string? Missing(JsonObject job)
    {
        JsonNode[] missing = [.. job["images"]!.AsArray().Where(image => (string?)image!["status"] != "approved").Select(image => image!)];
        return missing.Length == 0 ? null : $"The job {(string?)job["id"]} is without {string.Join(", ", missing.Select(Describe))}.";
    }

    private static string Describe(JsonNode image)
    {
        string reason = (string?)image["error"]?["message"] is { } message ? $": {Columns.Clean(message).TrimEnd('.')}" : "";
        return $"picture {(int)image["candidate"]! + 1} ({(string?)image["status"]}{reason})";
    }
}
