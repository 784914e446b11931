using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Limner.Gateway.Reference;

/// <summary>Adds to a schema what the framework does not take from attributes.</summary>
internal sealed class SchemaDetails : IOpenApiSchemaTransformer
{
    private static readonly string[] RequestSuffixes = ["Body", "Form", "Query"];

    /// <summary>Takes null out of the words of an enumeration, where whoever refers to it says by himself whether it may be null.</summary>
    public static void RemoveNull(OpenApiSchema schema) =>
        schema.Enum = schema.Enum is null ? null : [.. schema.Enum.Where(word => word is not null && !word.IsJsonNullSentinel())];

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // Of a type that has a converter of its own, the framework does not know what is written.
        if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) == typeof(DateTimeOffset))
        {
            schema.Type = context.JsonTypeInfo.Type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        }

        if (context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) is [AllowedValuesAttribute words, ..])
        {
            schema.Enum = [.. words.Values.Select(word => JsonValue.Create((string)word!))];
        }

        if (context.JsonPropertyInfo is { Set: null, IsGetNullable: false })
        {
            schema.Type &= ~JsonSchemaType.Null;
        }

        if (context.JsonPropertyInfo is null && schema.Properties is { Count: > 0 })
        {
            DescribeObject(schema, context.JsonTypeInfo);
        }

        return Task.CompletedTask;
    }

    private static void DescribeObject(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (RequestSuffixes.Any(suffix => type.Type.Name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            // What is not known is refused.
            schema.AdditionalPropertiesAllowed = false;
            return;
        }

        // What is nothing is written as null, unless it says otherwise.
        schema.Required = type.Properties.Where(property => property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: false) != true).Select(property => property.Name).ToHashSet();
    }
}
