using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Edits;

/// <summary><c>POST /v1/images/edits</c></summary>
internal static class CreateEdit
{
    public static Task HandleAsync(Caller caller, HttpContext http, PictureRequests requests, EditReader reader) =>
        requests.HandleAsync(caller, http, EditReader.ReadDelivery, reader.Read);
}
