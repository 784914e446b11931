using System.Globalization;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Limits;

/// <summary>An account with the quota that it may not go beyond.</summary>
/// <param name="Owner">Its name.</param>
/// <param name="Whose">Its owner in a sentence.</param>
/// <param name="Allowance">The quota.</param>
/// <param name="Tenant">Whose usage is counted.</param>
/// <param name="Key">By which key; null for all.</param>
internal sealed record LimitedAccount(string Owner, string Whose, Allowance Allowance, string Tenant, Guid? Key)
{
    /// <summary>Why it has no room for so many more images; null if it has.</summary>
    public ApiException? RefusalOf(QuotaAccount account, int images, Month month, DateTimeOffset now)
    {
        // Images are known beforehand. How long they take is not: the last job may go beyond its quota, but no job is refused while there is some left.
        string? problem = account.Images + images > Allowance.MonthlyImages
            ? string.Create(CultureInfo.InvariantCulture, $"{account.Images} of {Whose} {Allowance.MonthlyImages} images of {month.Name} are taken, and the job asks for {images}.")
            : account.ComputeSeconds >= Allowance.MonthlyComputeSeconds
                ? string.Create(CultureInfo.InvariantCulture, $"All of {Whose} {Allowance.MonthlyComputeSeconds} compute seconds of {month.Name} are taken.")
                : null;
        return problem is null ? null
            // Clients that obey a Retry-After would sleep for weeks in the middle of a call.
            : new ApiException(StatusCodes.Status429TooManyRequests, ErrorCode.InsufficientQuota, $"{problem} The next month begins at {month.End:O}.", retryAfter: month.End - now) { IsFinal = true };
    }
}
