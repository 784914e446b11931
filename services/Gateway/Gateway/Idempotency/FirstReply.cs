using System.Net.Mime;
using System.Text.Json;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Idempotency;

/// <summary>Status and body of a reply, word for word, so that it can be given again.</summary>
internal sealed record FirstReply(int Status, string Body) : IResult
{
    private static readonly JsonSerializerOptions Json = ApiJson.Create();

    public static FirstReply Of<TView>(int status, TView view) => new(status, JsonSerializer.Serialize(view, Json));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = $"{MediaTypeNames.Application.Json}; charset=utf-8";
        return httpContext.Response.WriteAsync(Body, httpContext.RequestAborted);
    }
}
