using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Limner.Faults.Tests.Injection;
using Limner.TestServers;
using Npgsql;

namespace Limner.Faults.Tests.Histories;

/// <summary>Reads what is left: from the database and the object store themselves, not through the Gateway that is on trial.</summary>
internal sealed class LedgerReader(ServerSet servers)
{
    /// <summary>Jobs that have not ended.</summary>
    public async Task<IReadOnlyList<int>> OpenJobsAsync() =>
        await QueryAsync("select metadata from jobs where state < 2", row => Number(row.GetString(0)));

    /// <summary>Webhooks that have not arrived.</summary>
    public async Task<int> PendingDeliveriesAsync() => (int)(await QueryAsync("select count(*) from webhook_deliveries where state = 0", row => row.GetInt64(0)))[0];

    /// <summary>What has become of them so far.</summary>
    public async Task<IReadOnlyList<string>> DescribePendingDeliveriesAsync() => await QueryAsync(
        "select id, attempts, failures, is_sending, extract(epoch from due - now())::float8 from webhook_deliveries where state = 0",
        row => string.Create(CultureInfo.InvariantCulture, $"{row.GetGuid(0):N} after {row.GetInt32(1)} attempts and {row.GetInt32(2)} failures, {(row.GetBoolean(3) ? "taken up" : "waiting")}, due in {row.GetDouble(4):0.0} s"));

    /// <summary>Messages in the queues of the services, without those that were put aside and the announcements that come every few seconds.</summary>
    public async Task<IReadOnlyDictionary<string, int>> QueuesAsync() => (await servers.RabbitMq.QueuesAsync(servers.VirtualHost))
        .Where(queue => queue.Key != MessageTap.Queue && !IsAside(queue.Key) && !queue.Key.StartsWith("broadcast-", StringComparison.Ordinal))
        .ToDictionary(queue => queue.Key, queue => queue.Value.TryGetProperty("messages", out JsonElement messages) ? messages.GetInt32() : 0);

    public async Task<IEnumerable<string>> ErrorQueuesAsync() => (await servers.RabbitMq.QueuesAsync(servers.VirtualHost)).Keys.Where(IsAside);

    public async Task<Ledger> ReadAsync(
        IReadOnlyList<SubmittedJob> submitted, IReadOnlyDictionary<(string, int), string> undisturbed, IReadOnlyList<CallRow> calls) => new()
        {
            Submitted = submitted,
            Jobs = await QueryAsync("select id, metadata, tenant, state, count, failure, candidates from jobs", row => new JobRow(
                row.GetGuid(0), Number(row.GetString(1)), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.IsDBNull(5) ? null : Text(JsonDocument.Parse(row.GetString(5)).RootElement, "Code"),
                [.. JsonDocument.Parse(row.GetString(6)).RootElement.EnumerateArray().Select(Candidate)])),
            Events = await QueryAsync("select job_id, number, kind, candidate from job_events", row => new EventRow(
                row.GetGuid(0), row.GetInt32(1), row.GetInt32(2), row.IsDBNull(3) ? null : row.GetInt32(3))),
            Usage = await QueryAsync("select job_id, candidate from usage", row => new UsageRow(row.GetGuid(0), row.GetInt32(1))),
            Objects = await DigestsAsync(),
            Undisturbed = undisturbed,
            Deliveries = await QueryAsync("select job_id, type, state from webhook_deliveries", row => new DeliveryRow(row.GetGuid(0), row.GetString(1), row.GetInt32(2))),
            Calls = calls,
            Queues = await QueuesAsync(),
        };

    private static bool IsAside(string queue) => queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal);

    private static int Number(string metadata) => int.Parse(JsonDocument.Parse(metadata).RootElement.GetProperty("number").GetString()!, CultureInfo.InvariantCulture);

    private static CandidateRow Candidate(JsonElement candidate) => new(
        candidate.GetProperty("Index").GetInt32(), candidate.GetProperty("State").GetInt32(), Text(candidate.GetProperty("Image"), "Sha256"), Text(candidate.GetProperty("Failure"), "Code"));

    private static string? Text(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object ? parent.GetProperty(name).GetString() : null;

    private async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(servers.Database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private async Task<Dictionary<string, string>> DigestsAsync()
    {
        var digests = new Dictionary<string, string>();
        using AmazonS3Client client = servers.S3.Connect();
        await foreach (S3Object found in client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = servers.Bucket }).S3Objects)
        {
            if (found.Key.StartsWith('.'))
            {
                continue; // No image's: what the health check writes.
            }

            using GetObjectResponse content = await client.GetObjectAsync(servers.Bucket, found.Key);
            digests[found.Key] = Convert.ToHexStringLower(await SHA256.HashDataAsync(content.ResponseStream));
        }

        return digests;
    }
}
