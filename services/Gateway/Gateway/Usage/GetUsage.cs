using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Limner.Gateway.Usage;

/// <summary><c>GET /v1/usage</c></summary>
internal static class GetUsage
{
    public static async Task<Ok<UsageView>> HandleAsync(Caller caller, HttpRequest request, UsageReport report, TimeProvider time, CancellationToken cancellation) =>
        TypedResults.Ok(await report.ReadAsync(UsageFilter.Parse(request.Query, caller, time.GetUtcNow()), cancellation));
}
