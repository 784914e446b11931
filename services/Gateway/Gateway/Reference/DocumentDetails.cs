using Limner.Gateway.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Limner.Gateway.Reference;

/// <summary>The head of the document, and what its operations refer to.</summary>
internal sealed class DocumentDetails : IOpenApiDocumentTransformer
{
    public const string KeyScheme = "key";

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Limner",
            Version = "1",
            Description = "Pictures from text. OpenAI's Images API, and jobs, batches, webhooks, keys and usage beside it. Errors have one shape, `ErrorEnvelope`; a program acts on their `code`.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // Where the document was read; a proxy in between is its reader's to know.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag>(Tags.All.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
        document.Components ??= new OpenApiComponents();
        foreach (OpenApiSchema shared in document.Components.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
        {
            SchemaDetails.RemoveNull(shared);
            // What may be anything may be null, and of oneOf no more than one may fit.
            foreach (OpenApiSchema nullable in shared.Properties?.Values.OfType<OpenApiSchema>().Where(property => property.OneOf is { Count: 2 }) ?? [])
            {
                (nullable.AnyOf, nullable.OneOf) = (nullable.OneOf, null);
            }
        }

        document.Components.Headers = ResponseHeaders.All;
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "lmn_…", Description = "An API key, of `./limner keys create` or `POST /v1/keys`." },
        };
        document.AddComponent(nameof(ErrorEnvelope), await context.GetOrCreateSchemaAsync(typeof(ErrorEnvelope), null, cancellationToken));
    }
}
