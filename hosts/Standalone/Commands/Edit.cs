using System.Text.Json.Nodes;
using Limner.Diffusion.Unclip;

namespace Limner.Standalone.Commands;

/// <summary>What pictures begin from.</summary>
/// <param name="Request">For this machine.</param>
/// <param name="Fields">The fields of a job that mean the same, made when a service is asked.</param>
internal sealed record Edit(UnclipRequest Request, Func<JsonObject> Fields);
