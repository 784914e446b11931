using System.Text.Json;
using System.Text.RegularExpressions;
using Limner.Gateway.Errors;
using Limner.Gateway.Limits;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Keys;

/// <summary>From the body of <c>POST /v1/keys</c> to <see cref="KeyTerms"/>.</summary>
internal static partial class KeyReader
{
    public const string TenantForm = "1 to 63 of a-z, 0-9, '_' and '-', beginning with a letter or digit";

    private const int LongestName = 100;

    public static KeyTerms Read(JsonElement root, DateTimeOffset now)
    {
        var fields = new JsonFields(
            root, "tenant", "name", "scopes", "requests_per_minute", "concurrent_jobs", "monthly_images", "monthly_compute_seconds", "expires_at");
        return new KeyTerms(Tenant(fields.Text("tenant", 200)), ReadScopes(fields.Texts("scopes", 10, 20)))
        {
            Name = fields.Text("name", LongestName) ?? "",
            Allowance = new Allowance
            {
                RequestsPerMinute = fields.Whole("requests_per_minute", 1, Allowance.Most),
                ConcurrentJobs = fields.Whole("concurrent_jobs", 1, Allowance.Most),
                MonthlyImages = fields.Whole("monthly_images", 1, Allowance.Most),
                MonthlyComputeSeconds = fields.Whole("monthly_compute_seconds", 1, Allowance.Most),
            },
            Expires = fields.Time("expires_at") is not { } end ? null
                : end > now ? end : throw ApiException.Invalid(ErrorCode.InvalidValue, "expires_at", $"expires_at is {end:O}, which has passed; it has to be after {now:O}."),
        };
    }

    public static string Tenant(string? given) =>
        given is null ? throw ApiException.Invalid(ErrorCode.MissingParameter, "tenant", "tenant is missing; say whose key it is to be.")
        : TenantName().IsMatch(given) ? given
        : throw ApiException.Invalid(ErrorCode.InvalidValue, "tenant", $"tenant is '{given}'; it has to be {TenantForm}.");

    // Nothing said is what a product backend needs; more has to be said.
    private static Scopes ReadScopes(IReadOnlyList<string>? given) => given switch
    {
        null => Scopes.Generate | Scopes.Read,
        [] => throw ApiException.Invalid(ErrorCode.InvalidValue, "scopes", $"scopes is empty; there are {string.Join(", ", ScopeNames.All)}."),
        _ when given.FirstOrDefault(name => !ScopeNames.All.Contains(name)) is { } unknown =>
            throw ApiException.Invalid(ErrorCode.InvalidValue, "scopes", $"scopes has '{unknown}' in it; there are {string.Join(", ", ScopeNames.All)}."),
        _ => ScopeNames.Parse(given),
    };

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,62}\z")]
    private static partial Regex TenantName();
}
