using System.Globalization;
using Limner.Gateway.Keys;

namespace Limner.Gateway.Tests.Database;

/// <summary>Rows as the first version wrote them, in SQL: the model of today cannot.</summary>
internal static class FirstVersion
{
    public const string LastMigration = "20261122000002_Idempotency";

    public const string Secret = "lmn_bootstrap_0123456789_0123456789";

    public static Guid JobId { get; } = new("0193500a-0000-7000-8000-000000000001");

    public static DateTimeOffset Noon { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static string Rows(string provider)
    {
        bool postgres = provider == "postgres";
        string job = postgres ? $"'{JobId}'" : $"'{JobId.ToString().ToUpperInvariant()}'";
        string first = Bytes(KeySecret.Hash(Secret)), second = Bytes(KeySecret.Hash(Secret + "2"));
        // Braces would be taken for parameters.
        return $$$"""
            INSERT INTO api_keys (hash, prefix, tenant, created) VALUES ({{{first}}}, 'lmn_bootstra', 't', {{{Time(Noon)}}}), ({{{second}}}, 'lmn_bootstra', 'u', {{{Time(Noon)}}});
            INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts, finished)
                VALUES ({{{job}}}, 't', 0, 2, 'a red star', '', 2, -1, 64, 64, '{{"order":"17"}}', {{{Time(Noon)}}}, {{{Time(Noon.AddDays(1))}}}, 1, 0, '[]', 2, 1, {{{Time(Noon.AddHours(12))}}});
            INSERT INTO job_events (job_id, number, kind, at) VALUES ({{{job}}}, 1, 0, {{{Time(Noon)}}}), ({{{job}}}, 2, 5, {{{Time(Noon.AddHours(12))}}});
            INSERT INTO usage (job_id, candidate, tenant, at, steps, pixel_steps, compute_seconds)
                VALUES ({{{job}}}, 0, 't', {{{Time(Noon.AddHours(12).AddTicks(-10))}}}, 10, 40960, 0.5), ({{{job}}}, 1, 't', {{{Time(Noon.AddHours(12))}}}, 10, 40960, 0.25);
            INSERT INTO idempotency_keys (tenant, key, body_hash, job_id) VALUES ('t', 'k', {{{first}}}, {{{job}}});
            """;

        string Bytes(byte[] bytes) => postgres ? $@"'\x{Convert.ToHexString(bytes)}'" : $"X'{Convert.ToHexString(bytes)}'";

        string Time(DateTimeOffset time) => postgres ? $"'{time:yyyy-MM-dd HH:mm:ss.ffffff}+00'"
            : ((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture);
    }
}
