using Limner.Encoder.Encoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Encoder.Health;

/// <summary>Has the model loaded when the process starts: a folder that cannot be used stops it then, and not at the first job.</summary>
internal sealed partial class EncoderStart(IServiceProvider services, IOptions<EncoderOptions> options, ILogger<EncoderStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not a constructor's parameter: those are made before the configuration is checked.
        string model = services.GetRequiredService<EncoderEngine>().Description;
        LogLoaded(model, options.Value.Slots);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "The encoder runs {Model}, {Slots} slots")]
    private partial void LogLoaded(string model, int slots);
}
