using System.Threading.Channels;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.ObjectStorage;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.Moderation.Tests.Stages;

/// <summary>The service on the in-memory bus with local files, and everything it says.</summary>
internal sealed class RunningModeration : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("limner-objects-");
    private readonly IHost _host;
    private readonly Channel<object> _said = Channel.CreateUnbounded<object>();
    private bool _runs;

    public RunningModeration(Dictionary<string, string?> settings, Action<IServiceCollection>? change = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Bus:Transport"] = "memory",
            ["Storage:Path"] = _files.FullName,
            ["Execution:Provider"] = "cpu",
            ["Execution:Threads"] = "1",
            ["Moderation:PromptsAtOnce"] = "1",
        });
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.Services.AddModeration(builder.Configuration);
        change?.Invoke(builder.Services);
        builder.Services.AddSingleton(_said.Writer);
        builder.Services.AddLimnerBus(builder.Configuration, bus =>
        {
            bus.AddModerationConsumers();
            bus.AddConsumer<SaidConsumer>();
        });
        _host = builder.Build();
    }

    public IObjectStore Store => _host.Services.GetRequiredService<IObjectStore>();

    public T Service<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Starts, and waits until the queues are bound: what is published before has no listener.</summary>
    public async Task StartAsync()
    {
        await _host.StartAsync(TestContext.Current.CancellationToken);
        _runs = true;
        Assert.Equal(BusHealthStatus.Healthy, await Service<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Limit));
    }

    public Task SayAsync<T>(T message) where T : class => _host.Services.GetRequiredService<IBus>().Publish(message, TestContext.Current.CancellationToken);

    /// <summary>The next thing that was said.</summary>
    public async Task<object> NextAsync() => await _said.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_runs)
        {
            await _host.StopAsync(CancellationToken.None);
        }

        _host.Dispose();
        _files.Delete(recursive: true);
    }

    /// <summary>In the Gateway's place.</summary>
    internal sealed class SaidConsumer(ChannelWriter<object> said) : IConsumer<PromptApproved>, IConsumer<PromptRejected>, IConsumer<ImageApproved>,
        IConsumer<ImageRejected>, IConsumer<StageFailed>, IConsumer<Fault<JobSubmitted>>, IConsumer<Fault<ImageDecoded>>
    {
        public Task Consume(ConsumeContext<PromptApproved> context) => Write(context.Message);

        public Task Consume(ConsumeContext<PromptRejected> context) => Write(context.Message);

        public Task Consume(ConsumeContext<ImageApproved> context) => Write(context.Message);

        public Task Consume(ConsumeContext<ImageRejected> context) => Write(context.Message);

        public Task Consume(ConsumeContext<StageFailed> context) => Write(context.Message);

        public Task Consume(ConsumeContext<Fault<JobSubmitted>> context) => Write(context.Message);

        public Task Consume(ConsumeContext<Fault<ImageDecoded>> context) => Write(context.Message);

        private Task Write(object message) => said.WriteAsync(message).AsTask();
    }
}
