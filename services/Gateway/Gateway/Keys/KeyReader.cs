using System.Text.Json;
using System.Text.RegularExpressions;
using Limner.Gateway.Errors;
using Limner.Gateway.Limits;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Keys;

/// <summary>From the bodies of <c>POST /v1/keys</c> and <c>PATCH /v1/keys/{id}</c> to <see cref="KeyTerms"/> and what is to be different.</summary>
internal static partial class KeyReader
{
    public const string TenantForm = "1 to 63 of a-z, 0-9, '_' and '-', beginning with a letter or digit";

    private const int LongestName = 100;

    private static readonly string[] Changeable = ["name", "requests_per_minute", "concurrent_jobs", "monthly_images", "monthly_compute_seconds", "expires_at"];

    public static KeyTerms Read(JsonElement root, DateTimeOffset now)
    {
        var fields = new JsonFields(root, ["tenant", "scopes", .. Changeable]);
        return new KeyTerms(Tenant(fields.Text("tenant", 200)), ReadScopes(fields.Texts("scopes", 10, 20)))
        {
            Name = fields.Text("name", LongestName) ?? "",
            Allowance = ReadAllowance(fields),
            Expires = ReadEnd(fields, now),
        };
    }

    /// <summary>What is to be different; what is not named stays, and null takes a limit or the end away. Tenant and scopes stay: who holds the key was given it for those.</summary>
    public static Func<ApiKey, ApiKey> ReadChange(JsonElement root, DateTimeOffset now)
    {
        var fields = new JsonFields(root, Changeable);
        (string name, Allowance asked, DateTimeOffset? end) = (fields.Text("name", LongestName) ?? "", ReadAllowance(fields), ReadEnd(fields, now));
        HashSet<string> given = [.. Changeable.Where(fields.IsGiven)];
        return given.Count == 0
            ? throw ApiException.Invalid(ErrorCode.MissingParameter, null, $"There is nothing to change; there are {string.Join(", ", Changeable)}.")
            : key => key with
            {
                Name = given.Contains("name") ? name : key.Name,
                Allowance = new Allowance
                {
                    RequestsPerMinute = given.Contains("requests_per_minute") ? asked.RequestsPerMinute : key.Allowance.RequestsPerMinute,
                    ConcurrentJobs = given.Contains("concurrent_jobs") ? asked.ConcurrentJobs : key.Allowance.ConcurrentJobs,
                    MonthlyImages = given.Contains("monthly_images") ? asked.MonthlyImages : key.Allowance.MonthlyImages,
                    MonthlyComputeSeconds = given.Contains("monthly_compute_seconds") ? asked.MonthlyComputeSeconds : key.Allowance.MonthlyComputeSeconds,
                },
                Expires = given.Contains("expires_at") ? end : key.Expires,
            };
    }

    private static Allowance ReadAllowance(JsonFields fields) => new()
    {
        RequestsPerMinute = fields.Whole("requests_per_minute", 1, Allowance.Most),
        ConcurrentJobs = fields.Whole("concurrent_jobs", 1, Allowance.Most),
        MonthlyImages = fields.Whole("monthly_images", 1, Allowance.Most),
        MonthlyComputeSeconds = fields.Whole("monthly_compute_seconds", 1, Allowance.Most),
    };

    private static DateTimeOffset? ReadEnd(JsonFields fields, DateTimeOffset now) => fields.Time("expires_at") is not { } end ? null
        : end > now ? end : throw ApiException.Invalid(ErrorCode.InvalidValue, "expires_at", $"expires_at is {end:O}, which has passed; it has to be after {now:O}.");

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
