using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Messaging;
using Limner.ServiceDefaults.Tests.Messaging;
using MassTransit;
using MassTransit.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.ServiceDefaults.Tests.Telemetry;

/// <summary>What docs/runbook.md says of MassTransit's instruments: they are there without being asked for, and tell of what was tried again and of what failed.</summary>
public sealed class MessageMetricsTests : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, string Tags, double Value)> _told = new();
    private readonly MeterListener _listener = new() { InstrumentPublished = (instrument, self) => Enable(instrument, self) };

    public MessageMetricsTests()
    {
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>MassTransit keeps the meter of a process's first bus, which would end with the test that has it; here it is nobody's.</summary>
    [ModuleInitializer]
    internal static void KeepMeter() => LogContextInstrumentationExtensions.TryConfigure(new ServiceCollection().AddMassTransit().BuildServiceProvider());

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_message_that_is_tried_again_and_then_fails_is_counted_as_both()
    {
        await using TestProcess process = await TestProcess.StartAsync(
            [new("Bus:Transport", "memory"), new("Bus:RetrySeconds", "1")], bus => bus.AddConsumer<CountedConsumer, CountedConsumerDefinition>());
        process.Received.Work = _ => Task.FromException(new TransientException("away"));
        await process.Bus.Publish(new JobCancelled(Guid.NewGuid()), TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => Of("send", "=Fault_JobCancelled").Length == 1, "it was given up");

        // Retries after 0.1, 0.2 and 0.4 s fit into the second; each attempt is one that failed.
        Assert.Equal((4, 3, 4), (Of("consume").Length, Of("consume.retries").Length, Of("consume.errors").Length));
        Assert.All(Of("consume.errors"), told => Assert.Contains("messaging.masstransit.exception_type=TransientException", told.Tags, StringComparison.Ordinal));
        Assert.InRange(Of("delivery.duration")[^1].Value, 700, 600_000); // milliseconds
    }

    private (string Instrument, string Tags, double Value)[] Of(string instrument, string tag = "messaging.masstransit.consumer_type=CountedConsumer") =>
        [.. _told.Where(told => told.Instrument == $"messaging.masstransit.{instrument}" && told.Tags.Contains(tag, StringComparison.Ordinal))];

    private static void Enable(Instrument instrument, MeterListener self)
    {
        if (instrument.Meter.Name == "MassTransit")
        {
            self.EnableMeasurementEvents(instrument);
        }
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _told.Enqueue((instrument.Name, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")), value));

    /// <summary>The meter is one for the whole process: of all tests that run beside this one, none has such a consumer.</summary>
    private sealed class CountedConsumer(Received received) : IConsumer<JobCancelled>
    {
        public Task Consume(ConsumeContext<JobCancelled> context) => received.TakeAsync(context, context.Message);
    }

    private sealed class CountedConsumerDefinition : ConsumerDefinition<CountedConsumer>;
}
