using System.Text.Json.Nodes;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>How far a batch is, and what its end means to who waited for it.</summary>
internal static class BatchEnd
{
    private static readonly string[] Ends = ["completed", "failed", "expired", "cancelled"];

    public static bool IsOver(JsonObject batch) => Ends.Contains((string?)batch["status"]);

    /// <summary>The lines of its file; 0 while they are read.</summary>
    public static int Total(JsonObject batch) => Count(batch, "total");

    /// <summary>The lines that were tried.</summary>
    public static int Done(JsonObject batch) => Count(batch, "completed") + Count(batch, "failed");

    /// <summary>How many lines were tried and failed.</summary>
    public static int Failed(JsonObject batch) => Count(batch, "failed");

    /// <exception cref="CommandException">There are no results yet.</exception>
    public static void RefuseIfUnderWay(JsonObject batch)
    {
        if (!IsOver(batch))
        {
            throw new CommandException(
                ExitCode.Request, $"The batch {(string?)batch["id"]} has no results yet: it is {(string?)batch["status"]}, with {Done(batch)} of {Total(batch)} lines done; --wait waits for its end.");
        }
    }

    /// <exception cref="ServiceException">Not every line succeeded.</exception>
    public static void Check(JsonObject batch)
    {
        string id = $"The batch {(string?)batch["id"]}";
        switch ((string?)batch["status"])
        {
            case "completed" when Failed(batch) == 0:
                return;
            case "completed":
                throw new ServiceException(ExitCode.Service, $"{id} is without {Failed(batch)} of its {Total(batch)} lines; its file of errors ('limner batches results') says why.");
            case "failed":
                throw new ServiceException(ExitCode.Request, $"{id} was not begun, since its file is wrong: {Reason(batch)}");
            case { } status:
                throw new ServiceException(ExitCode.Service, $"{id} {(status == "cancelled" ? "was cancelled" : status)} with {Done(batch)} of its {Total(batch)} lines done.");
        }
    }

    private static string Reason(JsonObject batch) => batch["errors"]?["data"]?.AsArray() is [{ } first, ..] wrong
        ? $"{(first["line"] is { } line ? $"line {line}: " : "")}{Columns.Clean((string)first["message"]!)}{(wrong.Count > 1 ? $" (and {wrong.Count - 1} more)" : "")}" : "no line is named.";

    private static int Count(JsonObject batch, string name) => (int)batch["request_counts"]![name]!;
}
