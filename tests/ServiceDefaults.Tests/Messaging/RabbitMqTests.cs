using System.Text.Json;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.ServiceDefaults.Messaging;
using Limner.TestServers;
using MassTransit;

namespace Limner.ServiceDefaults.Tests.Messaging;

/// <summary>Several processes on one real RabbitMQ.</summary>
public sealed class RabbitMqTests
{
    private const string Queue = "servicedefaults-prompt-rejected";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queues_are_replicated_limited_and_dead_lettered_at_least_once()
    {
        (TestRabbitMq server, string host) = await HostAsync();
        await using TestProcess process = await TestProcess.StartAsync([.. server.Settings(host), new("Bus:DeliveryLimit", "7")], bus => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>());
        IReadOnlyDictionary<string, JsonElement> queues = await server.QueuesAsync(host);
        JsonElement arguments = queues[Queue].GetProperty("arguments");
        Assert.True(queues[Queue].GetProperty("durable").GetBoolean());
        Assert.Equal("quorum", arguments.GetProperty("x-queue-type").GetString());
        Assert.Equal(7, arguments.GetProperty("x-delivery-limit").GetInt32());
        Assert.Equal("limner-dead-letter", arguments.GetProperty("x-dead-letter-exchange").GetString());
        Assert.Equal("at-least-once", arguments.GetProperty("x-dead-letter-strategy").GetString());
        Assert.Equal("quorum", queues["limner-dead-letter"].GetProperty("arguments").GetProperty("x-queue-type").GetString());
    }

    [Fact]
    public async Task A_broadcast_reaches_every_process_and_other_events_only_one()
    {
        (TestRabbitMq server, string host) = await HostAsync();
        await using TestProcess first = await TestProcess.StartAsync(server.Settings(host), Consumers);
        TestProcess second = await TestProcess.StartAsync(server.Settings(host), Consumers);
        await first.Bus.Publish(new JobCancelled(Guid.NewGuid()), Cancellation);
        await first.Bus.Publish(TestProcess.Message(), Cancellation);
        await Eventually.TrueAsync(() => first.Received.Count<JobCancelled>() == 1 && second.Received.Count<JobCancelled>() == 1, "both heard the cancel");
        await Eventually.TrueAsync(() => first.Received.Count<PromptRejected>() + second.Received.Count<PromptRejected>() == 1, "one got the event");
        await second.DisposeAsync();
        await Eventually.TrueAsync(async () => (await server.QueuesAsync(host)).Keys.Count(name => name.StartsWith("broadcast-", StringComparison.Ordinal)) == 1, "its broadcast queue went with it");

        static void Consumers(IBusRegistrationConfigurator bus)
        {
            bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>();
            bus.AddBroadcastConsumer<JobCancelledConsumer, JobCancelledConsumerDefinition>();
        }
    }

    [Fact]
    public async Task A_message_whose_receivers_keep_losing_their_connection_is_given_out_again_and_in_the_end_dead_lettered()
    {
        const int limit = 2;
        (TestRabbitMq server, string host) = await HostAsync();
        await using TestProcess gateway = await TestProcess.StartAsync([.. server.Settings(host), new("Bus:DeliveryLimit", $"{limit}")], bus => bus.AddDeadLetterConsumer<LostMessageConsumer, LostMessageConsumerDefinition>());
        var never = new TaskCompletionSource();
        await using TestProcess worker = await TestProcess.StartAsync(
            [.. server.Settings(host), new("Bus:DeliveryLimit", $"{limit}"), new("Shutdown:GraceSeconds", "3")], bus => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>());
        worker.Received.Work = context => never.Task.WaitAsync(context.CancellationToken);
        PromptRejected sent = TestProcess.Message();
        await worker.Bus.Publish(sent, Cancellation);
        for (int delivery = 1; delivery <= limit + 1; delivery++)
        {
            await Eventually.TrueAsync(() => worker.Received.Begun.Count == delivery, $"delivery {delivery}");
            Assert.Empty(gateway.Received.Messages);
            // The broker sees exactly what it sees when a process is killed.
            await Eventually.TrueAsync(async () => await server.DropConnectionsAsync(host) > 0, "there were connections to cut");
        }

        await Eventually.TrueAsync(() => gateway.Received.Count<Lost>() == 1, "the dead letter came");
        Assert.Equal(sent, gateway.Received.Messages.OfType<Lost>().Single().Message);
        Assert.Equal(limit + 1, worker.Received.Begun.Count);
    }

    [Fact]
    public async Task What_is_not_done_within_the_grace_period_is_handed_back_and_done_by_another()
    {
        (TestRabbitMq server, string host) = await HostAsync();
        TestProcess first = await TestProcess.StartAsync([.. server.Settings(host), new("Shutdown:GraceSeconds", "4")], Consumers);
        var never = new TaskCompletionSource();
        first.Received.Work = context => never.Task.WaitAsync(context.CancellationToken);
        PromptRejected sent = TestProcess.Message();
        await first.Bus.Publish(sent, Cancellation);
        await Eventually.TrueAsync(() => first.Received.Begun.Count == 1, "the first works on it");
        await first.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        await first.DisposeAsync();
        await using TestProcess second = await TestProcess.StartAsync(server.Settings(host), Consumers);
        await Eventually.TrueAsync(() => second.Received.Count<PromptRejected>() == 1, "the second did it");
        Assert.Equal(sent, second.Received.Messages.Single());
        Assert.Empty(second.Received.Messages.OfType<Fault<PromptRejected>>());

        static void Consumers(IBusRegistrationConfigurator bus)
        {
            bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>();
            bus.AddConsumer<FaultConsumer>();
        }
    }

    [Fact]
    public async Task A_message_that_cannot_be_done_becomes_a_fault_and_stays_in_no_queue()
    {
        (TestRabbitMq server, string host) = await HostAsync();
        await using TestProcess process = await TestProcess.StartAsync(server.Settings(host), bus =>
        {
            bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>();
            bus.AddConsumer<FaultConsumer>();
        });
        process.Received.Work = context => context.TryGetMessage<PromptRejected>(out _) ? throw new InvalidOperationException("never") : Task.CompletedTask;
        await process.Bus.Publish(TestProcess.Message(), Cancellation);
        await Eventually.TrueAsync(() => process.Received.Messages.OfType<Fault<PromptRejected>>().Count() == 1, "the fault came");
        Assert.DoesNotContain((await server.QueuesAsync(host)).Keys, name => name.EndsWith("_error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_no_queue_takes_is_an_error_for_its_publisher_and_a_broadcast_is_not()
    {
        (TestRabbitMq server, string host) = await HostAsync();
        await using TestProcess lonely = await TestProcess.StartAsync(server.Settings(host), _ => { });
        await lonely.Bus.Publish(new JobCancelled(Guid.NewGuid()), Cancellation);
        await Assert.ThrowsAsync<MessageReturnedException>(() => lonely.Bus.Publish(TestProcess.Message(), Cancellation));
    }

    [Fact]
    public async Task What_was_published_outlives_a_kill_of_the_broker_and_the_bus_comes_back_by_itself()
    {
        await using TestRabbitMq server = await TestRabbitMq.StartOwnAsync();
        string host = await server.CreateVirtualHostAsync();
        // Declares the queue, then leaves.
        await (await TestProcess.StartAsync(server.Settings(host), Consumers)).DisposeAsync();
        await using TestProcess publisher = await TestProcess.StartAsync(server.Settings(host), _ => { });
        PromptRejected[] sent = [.. Enumerable.Range(0, 10).Select(_ => TestProcess.Message())];
        await Task.WhenAll(sent.Select(message => publisher.Bus.Publish(message, Cancellation)));
        await server.KillAsync();
        await server.StartAsync();
        await using TestProcess worker = await TestProcess.StartAsync(server.Settings(host), Consumers);
        await Eventually.TrueAsync(() => worker.Received.Count<PromptRejected>() >= sent.Length, "all are there after the kill");
        PromptRejected later = TestProcess.Message();
        await publisher.Bus.Publish(later, Cancellation);
        await Eventually.TrueAsync(() => worker.Received.Messages.Contains(later), "the old connection's process publishes again");
        Assert.Equal(sent.Append(later).Select(message => message.JobId).ToHashSet(), worker.Received.Messages.Cast<PromptRejected>().Select(message => message.JobId).ToHashSet());

        static void Consumers(IBusRegistrationConfigurator bus) => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>();
    }

    private static async Task<(TestRabbitMq Server, string VirtualHost)> HostAsync()
    {
        TestRabbitMq server = await TestRabbitMq.SharedAsync();
        return (server, await server.CreateVirtualHostAsync());
    }
}
