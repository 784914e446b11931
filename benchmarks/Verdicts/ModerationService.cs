using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Imaging;
using Limner.Moderation;
using Limner.ObjectStorage;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Limner.Verdicts;

/// <summary>The Moderation service as it is shipped, over the in-memory bus and local files: pictures go in as messages and verdicts come out.</summary>
internal sealed class ModerationService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IHost _host;
    private readonly VerdictOptions _options;

    private ModerationService(IHost host, VerdictOptions options) => (_host, _options) = (host, options);

    public static async Task<ModerationService> StartAsync(VerdictOptions options)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Model:Folder"] = Path.GetFullPath(options.Model),
            ["Storage:Kind"] = "local",
            ["Storage:Path"] = Path.Combine(options.Out, "store"),
            ["Logging:LogLevel:Default"] = "Warning",
        });
        builder.AddServiceDefaults();
        builder.Services.AddModeration(builder.Configuration);
        builder.Services.AddSingleton<VerdictList>();
        builder.Services.AddLimnerBus(builder.Configuration, bus =>
        {
            bus.AddModerationConsumers();
            bus.AddConsumer<VerdictConsumer>();
        });
        IHost host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Patience);
        return new(host, options);
    }

    /// <summary>Keeps a picture beside the list, and has it judged from the object store like any other.</summary>
    public async Task<Judgement> JudgeAsync(string name, RgbImage image)
    {
        byte[] png = PngEncoder.Encode(image);
        await File.WriteAllBytesAsync(Path.Combine(_options.Out, "pictures", name), png);
        string key = $"verdicts/{name}";
        await _host.Services.GetRequiredService<IObjectStore>().PutIfAbsentAsync(key, png, "image/png", CancellationToken.None);

        var job = new JobDescription(Guid.NewGuid(), "verdicts", JobPriority.Batch, DateTimeOffset.MaxValue, new() { Prompt = "", Candidates = 1, Seed = 0, Width = image.Width, Height = image.Height });
        Task<Verdict?> verdict = _host.Services.GetRequiredService<VerdictList>().ExpectAsync(job.JobId);
        await _host.Services.GetRequiredService<IBus>().Publish(new ImageDecoded(job, 0, new StoredImage(key, image.Width, image.Height, png.Length, ""), new WorkDone(0, 0, 0)));
        Verdict? rejected = await verdict.WaitAsync(Patience);
        return new($"pictures/{name}", "", rejected?.Category, rejected?.PolicyVersion);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
