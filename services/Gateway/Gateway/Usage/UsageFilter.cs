using System.Globalization;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Usage;

/// <summary>Whose usage, and of which days: this month's so far where nothing is said.</summary>
internal sealed record UsageFilter(string Tenant, DateOnly From, DateOnly To, Guid? Key)
{
    private const int MostDays = 366;

    public static UsageFilter Parse(IQueryCollection query, Caller caller, DateTimeOffset now)
    {
        var fields = new QueryFields(query, "tenant", "from", "to", "key");
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        DateOnly to = Day(fields, "to") ?? today;
        DateOnly from = Day(fields, "from") ?? new DateOnly(to.Year, to.Month, 1);
        int days = to.DayNumber - from.DayNumber + 1;
        return days < 1 ? throw ApiException.Invalid(ErrorCode.InvalidValue, "from", $"from is {from:O}, after to, which is {to:O}.")
            : days > MostDays ? throw ApiException.Invalid(ErrorCode.InvalidValue, "from", $"from is {days} days before to, {to:O}; there may be {MostDays}.")
            : new UsageFilter(WhoseTenant(query, caller), from, to, fields.Read("key", KeyId.Parse, "the id of a key, which begins with key_"));
    }

    // That another tenant exists is no business of this one's: whether it does or not, the answer is the same.
    private static string WhoseTenant(IQueryCollection query, Caller caller)
    {
        string tenant = query.ContainsKey("tenant") ? KeyReader.Tenant(query["tenant"]) : caller.Tenant;
        return tenant == caller.Tenant || caller.Scopes.HasFlag(Scopes.Admin) ? tenant
            : throw new ApiException(StatusCodes.Status403Forbidden, ErrorCode.InsufficientScope, "Another tenant's usage asks for the scope 'admin'.", "tenant");
    }

    private static DateOnly? Day(QueryFields fields, string name) =>
        fields.Read(name, text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : (DateOnly?)null, "a day like 2030-01-31");
}
