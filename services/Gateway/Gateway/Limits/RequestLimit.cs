using System.Globalization;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.ServiceDefaults.Rates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Limits;

/// <summary>Requests in a minute, of a key and of its tenant, counted before anything is done for them. Whoever is limited is told how much is left.</summary>
internal sealed class RequestLimit(IRequestRates rates, IOptions<Allowance> tenants) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (Caller.Of(http) is { } caller && Budgets(caller) is { Length: > 0 } budgets)
        {
            RequestRate rate = await rates.TakeAsync(caller.Tenant, budgets, http.RequestAborted);
            http.Response.OnStarting(() => TellAsync(http.Response.Headers, rate));
            if (!rate.IsGranted)
            {
                string message = string.Create(CultureInfo.InvariantCulture, $"More than {rate.Limit} requests came in a minute. Try again in {Seconds(rate.RetryAfter)} s.");
                throw new ApiException(StatusCodes.Status429TooManyRequests, ErrorCode.RateLimitExceeded, message, retryAfter: rate.RetryAfter);
            }
        }

        return await next(context);
    }

    private RequestBudget[] Budgets(Caller caller) =>
    [
        .. tenants.Value.RequestsPerMinute is { } all ? [new RequestBudget("tenant", all)] : Array.Empty<RequestBudget>(),
        .. caller.Allowance.RequestsPerMinute is { } own ? [new RequestBudget(KeyId.Format(caller.KeyId), own)] : Array.Empty<RequestBudget>(),
    ];

    // As the response starts, since an error begins it anew.
    private static Task TellAsync(IHeaderDictionary headers, RequestRate rate)
    {
        headers["RateLimit-Limit"] = rate.Limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = rate.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = Seconds(rate.Reset);
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"{rate.Limit};w=60");
        return Task.CompletedTask;
    }

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
