using Limner.Moderation.Images;
using Limner.Moderation.Policy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.Moderation;

/// <summary>Reads policy and model before the first message comes: what is wrong with them stops the start.</summary>
internal sealed partial class ModerationStart(PromptPolicy policy, ImageModel images, ILogger<ModerationStart> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        images.Load();
        SayPolicy(policy.Version, string.Join(", ", policy.Categories));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Prompt policy {Version}: {Categories}.")]
    private partial void SayPolicy(string version, string categories);
}
