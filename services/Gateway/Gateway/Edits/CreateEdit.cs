using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Gateway.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Edits;

/// <summary><c>POST /v1/images/edits</c></summary>
internal static class CreateEdit
{
    public static async Task HandleAsync(
        Caller caller, HttpRequest request, ImageRequestReader requests, EditReader reader, IOptions<GatewayOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        _ = await requests.ReadAsync(request, caller.Tenant, form => reader.Read(form, options.Value, time.GetUtcNow()), cancellation);
        // The stages draw from prompts alone: there is nothing yet that could take what was read.
        throw ApiException.Invalid(ErrorCode.OperationNotSupported, null, "This service does not edit pictures yet; the request itself was in order.");
    }
}
