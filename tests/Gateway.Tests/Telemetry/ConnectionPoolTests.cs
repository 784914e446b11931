using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Limner.Gateway.Tests.Application;
using Npgsql;

namespace Limner.Gateway.Tests.Telemetry;

/// <summary>What the database's library tells of the pool of connections goes to the operator's collector.</summary>
public sealed class ConnectionPoolTests
{
    [Fact]
    public async Task The_pool_has_a_name_and_no_metric_holds_the_connection_string()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        string name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        var told = new ConcurrentQueue<(string Instrument, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Npgsql")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Take(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Take(instrument, tags));
        listener.Start();

        // As an operator may write it: then the library keeps the password in what it shows.
        await using RunningGateway gateway = await RunningGateway.StartAsync(database with { ConnectionString = $"{database.ConnectionString};Persist Security Info=true" });
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.SubmitAsync();
        listener.RecordObservableInstruments();

        Assert.All(["db.client.connection.count", "db.client.connection.max", "db.client.operation.duration"], instrument =>
            Assert.Contains(told, told => told.Instrument == instrument && told.Tags.Contains("db.client.connection.pool.name=limner", StringComparison.Ordinal)));
        Assert.DoesNotContain(told, told => told.Tags.Contains(name, StringComparison.Ordinal));

        void Take(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            told.Enqueue((instrument.Name, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
    }
}
