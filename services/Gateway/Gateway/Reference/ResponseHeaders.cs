using Microsoft.OpenApi;

namespace Limner.Gateway.Reference;

/// <summary>The headers that many responses have, described once.</summary>
internal static class ResponseHeaders
{
    private const string Request = "x-request-id";
    private const string Wait = "Retry-After";
    private const string Place = "Location";

    private static readonly (string Name, string Description, JsonSchemaType Type)[] Others =
    [
        (Request, "Finds the request in the log.", JsonSchemaType.String),
        (Wait, "Seconds after which to come back.", JsonSchemaType.Integer),
        (Place, "Where what was made, or is being made, can be looked at.", JsonSchemaType.String),
    ];

    private static readonly (string Name, string Description, JsonSchemaType Type)[] Rates =
    [
        ("RateLimit-Limit", "Requests a minute of the tighter of the key's and its tenant's limit. Absent where there is none, as the other three.", JsonSchemaType.Integer),
        ("RateLimit-Remaining", "How many are left.", JsonSchemaType.Integer),
        ("RateLimit-Reset", "Seconds until all are there again.", JsonSchemaType.Integer),
        ("RateLimit-Policy", "The limit and its window in seconds, like 60;w=60.", JsonSchemaType.String),
    ];

    public static Dictionary<string, IOpenApiHeader> All { get; } = Others.Concat(Rates)
        .ToDictionary(header => header.Name, IOpenApiHeader (header) => new OpenApiHeader { Description = header.Description, Schema = new OpenApiSchema { Type = header.Type } });

    /// <param name="response">The response.</param>
    /// <param name="status">Its status.</param>
    /// <param name="isOpen">Whether the route asks for no key, whose requests are not counted.</param>
    /// <param name="document">The document.</param>
    public static void Add(OpenApiResponse response, string status, bool isOpen, OpenApiDocument? document)
    {
        IEnumerable<string> names =
        [
            Request, .. status is "429" or "503" or "504" ? [Wait] : Array.Empty<string>(), .. status is "202" or "302" or "504" ? [Place] : Array.Empty<string>(),
            .. isOpen || (status[0] != '2' && status != "429") ? [] : Rates.Select(rate => rate.Name),
        ];
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        foreach (string name in names)
        {
            response.Headers[name] = new OpenApiHeaderReference(name, document);
        }
    }
}
