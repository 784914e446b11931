using System.Globalization;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Limner.Gateway.Reference;

/// <summary>Adds to an operation what its handler reads from the request itself, and how it may fail.</summary>
internal sealed class OperationDetails : IOpenApiOperationTransformer
{
    private const string Stream = "text/event-stream";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> said = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Summary = said.OfType<IEndpointSummaryMetadata>().LastOrDefault()?.Summary;
        operation.Description = null;
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tags.Of(context.Description.RelativePath!), context.Document) };
        operation.Parameters ??= [];
        foreach (QueryShape query in said.OfType<QueryShape>())
        {
            await AddQueryAsync(operation, query, context, cancellationToken);
        }

        foreach (RequestHeader header in said.OfType<RequestHeader>())
        {
            operation.Parameters.Add(Describe(header));
        }

        foreach (RequestBodyShape body in said.OfType<RequestBodyShape>())
        {
            await AddBodyAsync(operation, body, context, cancellationToken);
        }

        bool isOpen = said.OfType<IAllowAnonymous>().Any();
        AddSecurity(operation, isOpen ? Scopes.None : said.OfType<RouteScope>().Last().Scopes, context.Document);
        foreach ((string status, IOpenApiResponse response) in operation.Responses!)
        {
            ResponseHeaders.Add((OpenApiResponse)response, status, isOpen, context.Document);
            if (response.Content?.ContainsKey(Stream) == true)
            {
                // Its events have the JSON in them.
                response.Content[Stream] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
        }

        AddErrors(operation, said, isOpen, context.Document);
    }

    private static async Task AddQueryAsync(OpenApiOperation operation, QueryShape query, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        OpenApiSchema shape = await context.GetOrCreateSchemaAsync(query.Type, null, cancellation);
        foreach ((string name, IOpenApiSchema schema) in shape.Properties!)
        {
            string? description = schema.Description;
            if (schema is OpenApiSchema own)
            {
                own.Description = null;
                // Absent is the only nothing that a query string has.
                own.Type &= ~JsonSchemaType.Null;
                SchemaDetails.RemoveNull(own);
            }

            operation.Parameters!.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema, Required = shape.Required?.Contains(name) ?? false });
        }
    }

    private static OpenApiParameter Describe(RequestHeader header) => new()
    {
        Name = header.Name,
        In = ParameterLocation.Header,
        Description = header.Description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = header.Longest },
    };

    private static async Task AddBodyAsync(OpenApiOperation operation, RequestBodyShape body, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        OpenApiRequestBody request = operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody { Content = new Dictionary<string, OpenApiMediaType>() };
        request.Required = body.IsRequired;
        foreach (string mediaType in body.MediaTypes)
        {
            context.Document!.AddComponent(body.Type.Name, await context.GetOrCreateSchemaAsync(body.Type, null, cancellation));
            request.Content![mediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(body.Type.Name, context.Document) };
        }

        operation.RequestBody = request;
    }

    private static void AddSecurity(OpenApiOperation operation, Scopes scopes, OpenApiDocument? document)
    {
        if (scopes == Scopes.None)
        {
            operation.Security = [];
            return;
        }

        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentDetails.KeyScheme, document)] = [] }];
        operation.Description = $"Asks for a key with the scope {string.Join(" or ", ScopeNames.Format(scopes).Select(scope => $"`{scope}`"))}.";
    }

    private static void AddErrors(OpenApiOperation operation, IList<object> said, bool isOpen, OpenApiDocument? document)
    {
        IEnumerable<PossibleError> all = said.OfType<PossibleError>().Concat(isOpen ? [] : CommonErrors.OfKeys).Concat(CommonErrors.OfAll)
            .Concat(said.OfType<RequestBodyShape>().Any() ? CommonErrors.OfBodies : []).Concat(said.OfType<QueryShape>().Any() ? CommonErrors.OfQueries : []);
        foreach (IGrouping<int, PossibleError> group in all.GroupBy(error => error.Status).OrderBy(group => group.Key))
        {
            string status = group.Key.ToString(CultureInfo.InvariantCulture);
            string[] codes = [.. group.SelectMany(error => error.Codes).Distinct()];
            // Most routes share these, which are therefore described once.
            string name = $"{status}.{string.Join('.', codes)}";
            if (document!.Components?.Responses?.ContainsKey(name) != true)
            {
                var error = new OpenApiResponse
                {
                    Description = string.Join(", ", codes.Select(code => $"`{code}`")),
                    Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = new OpenApiSchemaReference(nameof(ErrorEnvelope), document) } },
                };
                ResponseHeaders.Add(error, status, isOpen, document);
                document.AddComponent(name, error);
            }

            operation.Responses![status] = new OpenApiResponseReference(name, document);
        }
    }
}
