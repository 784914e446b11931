using Limner.Gateway.Edits;
using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Variations;

/// <summary><c>POST /v1/images/variations</c></summary>
internal static class CreateVariation
{
    public static Task HandleAsync(Caller caller, HttpContext http, PictureRequests requests, VariationReader reader) =>
        requests.HandleAsync(caller, http, VariationReader.ReadDelivery, reader.Read);
}
