using Limner.Contracts.Prompts;
using Limner.ServiceDefaults.Messaging;
using Limner.TestServers;
using MassTransit;

namespace Limner.ServiceDefaults.Tests.Messaging;

/// <summary>What consumers may rely on, on both transports: they cannot know which they are on.</summary>
public sealed class TransportTests
{
    public static TheoryData<string> Transports => ["memory", "rabbitmq"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Every_message_arrives_once_and_never_more_at_once_than_the_definition_allows(string transport)
    {
        await using TestProcess process = await TestProcess.StartAsync(await SettingsAsync(transport), bus => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>());
        var gate = new TaskCompletionSource();
        process.Received.Work = _ => gate.Task;
        PromptRejected[] sent = [.. Enumerable.Range(0, 20).Select(_ => TestProcess.Message())];
        await Task.WhenAll(sent.Select(message => process.Bus.Publish(message, Cancellation)));
        await Eventually.TrueAsync(() => process.Received.Begun.Count >= PromptRejectedConsumerDefinition.Slots, "the slots are taken");
        gate.SetResult();
        await Eventually.TrueAsync(() => process.Received.Messages.Count >= sent.Length, "all arrived");
        Assert.Equal(sent.Select(message => message.JobId).Order(), process.Received.Messages.Cast<PromptRejected>().Select(message => message.JobId).Order());
        Assert.Equal(PromptRejectedConsumerDefinition.Slots, process.Received.MostAtOnce);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_fault_is_published_with_the_message_at_once_when_it_is_not_transient(string transport)
    {
        await using TestProcess process = await StartFaultyAsync(transport, new InvalidOperationException("broken"));
        PromptRejected sent = TestProcess.Message();
        await process.Bus.Publish(sent, Cancellation);
        await Eventually.TrueAsync(() => process.Received.Count<Fault<PromptRejected>>() == 1, "the fault came");
        Assert.Equal(sent, process.Received.Messages.OfType<Fault<PromptRejected>>().Single().Message);
        Assert.Single(process.Received.Begun.OfType<PromptRejected>());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_transient_fault_is_tried_again_until_it_is_over(string transport)
    {
        await using TestProcess process = await StartFaultyAsync(transport, new InvalidOperationException("wrapped", new TransientException("away")), times: 3);
        await process.Bus.Publish(TestProcess.Message(), Cancellation);
        await Eventually.TrueAsync(() => process.Received.Count<PromptRejected>() == 1, "it was taken in the end");
        Assert.Equal(4, process.Received.Begun.OfType<PromptRejected>().Count());
        Assert.Empty(process.Received.Begun.OfType<Fault<PromptRejected>>());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_transient_fault_that_does_not_end_becomes_a_fault(string transport)
    {
        await using TestProcess process = await StartFaultyAsync(transport, new TimeoutException("away"));
        await process.Bus.Publish(TestProcess.Message(), Cancellation);
        await Eventually.TrueAsync(() => process.Received.Count<Fault<PromptRejected>>() == 1, "the fault came");
        // Retries after 0.1, 0.2 and 0.4 s fit into the second.
        Assert.Equal(4, process.Received.Begun.OfType<PromptRejected>().Count());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_stop_lets_the_current_message_finish(string transport)
    {
        await using TestProcess process = await TestProcess.StartAsync(await SettingsAsync(transport), bus => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>());
        var gate = new TaskCompletionSource();
        process.Received.Work = _ => gate.Task;
        await process.Bus.Publish(TestProcess.Message(), Cancellation);
        await Eventually.TrueAsync(() => process.Received.Begun.Count == 1, "it is being worked on");
        Task stopping = process.StopAsync();
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
        Assert.Equal(1, process.Received.Count<PromptRejected>());
    }

    private static async Task<TestProcess> StartFaultyAsync(string transport, Exception exception, int times = int.MaxValue)
    {
        TestProcess process = await TestProcess.StartAsync([.. await SettingsAsync(transport), new("Bus:RetrySeconds", "1")], bus =>
        {
            bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>();
            bus.AddConsumer<FaultConsumer>();
        });
        process.Received.Work = context => context is ConsumeContext<PromptRejected> && times-- > 0 ? Task.FromException(exception) : Task.CompletedTask;
        return process;
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(string transport)
    {
        if (transport == "memory")
        {
            return new() { ["Bus:Transport"] = "memory" };
        }

        TestRabbitMq server = await TestRabbitMq.SharedAsync();
        return server.Settings(await server.CreateVirtualHostAsync());
    }
}
