using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Limner.Gateway.Reference;

/// <summary>What types are called in the document, and so in clients that are generated from it: not views, but what they are views of.</summary>
internal static class SchemaNames
{
    public static string? Of(JsonTypeInfo type) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } name ? null
        : type.Type is { IsNested: true, DeclaringType: { } outer } ? outer.Name + name
        : name.Replace("View", "", StringComparison.Ordinal);
}
