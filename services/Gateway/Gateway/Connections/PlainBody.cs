using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Connections;

/// <summary>Bodies are read as they come: none is unpacked, so that none is larger than it was on its way.</summary>
internal sealed class PlainBody : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string coding = context.HttpContext.Request.Headers.ContentEncoding.ToString();
        return coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? next(context)
            : throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType, ErrorCode.UnsupportedMediaType, $"The body has the Content-Encoding '{coding}', and none is unpacked here; send it as it is.", "Content-Encoding");
    }
}
