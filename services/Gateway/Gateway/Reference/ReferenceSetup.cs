using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Limner.Gateway.Reference;

/// <summary>
/// The API's document, made from the routes themselves, and a page that shows it and sends requests, where whoever opens the address itself is led. None asks
/// for a key; nothing is fetched from elsewhere.
/// </summary>
internal static class ReferenceSetup
{
    private const string Document = "/openapi.json";
    private const string Page = "/docs";

    // The page styles its elements one by one, and has its pictures in its sheet.
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void AddReference(this IServiceCollection services) => services.AddOpenApi(document =>
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        document.CreateSchemaReferenceId = SchemaNames.Of;
        document.AddSchemaTransformer<SchemaDetails>();
        document.AddOperationTransformer<OperationDetails>();
        document.AddDocumentTransformer<DocumentDetails>();
    });

    public static void MapReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", () => TypedResults.Redirect(Page)).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapOpenApi(Document).AllowAnonymous().Add(document => document.RequestDelegate = new KeptDocument(document.RequestDelegate!).HandleAsync);
        endpoints.MapSwaggerUI(Page.TrimStart('/'), page =>
        {
            page.DocumentTitle = "Limner's API";
            page.SwaggerEndpoint(Document, "Limner");
            page.EnableTryItOutByDefault();
        }).Add(page =>
        {
            RequestDelegate show = page.RequestDelegate!;
            page.RequestDelegate = http =>
            {
                http.Response.Headers.ContentSecurityPolicy = Policy;
                http.Response.Headers.XContentTypeOptions = "nosniff";
                return show(http);
            };
        });
    }
}
