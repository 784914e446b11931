using System.Text.Json.Nodes;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Client;

/// <summary>The event <c>progress</c> as a step of a stage.</summary>
internal static class ProgressEvent
{
    public static StageStep Read(JsonObject data) => new((string)data["stage"]!, (int)data["candidate"]!, (int)data["step"]!, (int)data["steps"]!);
}
