using System.Text.Json.Nodes;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>What was asked of <c>keys</c>: of which data folder or service, and whether the answer is to be JSON.</summary>
internal abstract record KeyOptions(string? Data, bool Json)
{
    /// <summary>The running service whose keys are meant; null for the database on this machine.</summary>
    public ServiceAddress? Service { get; init; }

    /// <param name="Request">As <c>POST /v1/keys</c> takes it.</param>
    /// <param name="Data">The data folder.</param>
    /// <param name="Json">Whether to print JSON.</param>
    internal sealed record Create(JsonObject Request, string? Data, bool Json) : KeyOptions(Data, Json);

    internal sealed record List(string? Tenant, string? Data, bool Json) : KeyOptions(Data, Json);

    /// <param name="Key">Its id, or how it begins.</param>
    /// <param name="Request">As <c>PATCH /v1/keys/{id}</c> takes it.</param>
    /// <param name="Data">The data folder.</param>
    /// <param name="Json">Whether to print JSON.</param>
    internal sealed record Change(string Key, JsonObject Request, string? Data, bool Json) : KeyOptions(Data, Json);

    /// <param name="Key">Its id, or how it begins.</param>
    /// <param name="Data">The data folder.</param>
    /// <param name="Json">Whether to print JSON.</param>
    internal sealed record Revoke(string Key, string? Data, bool Json) : KeyOptions(Data, Json);
}
