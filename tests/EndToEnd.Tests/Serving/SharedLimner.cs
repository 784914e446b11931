namespace Limner.EndToEnd.Tests.Serving;

/// <summary>One server for all tests of a class: starting takes longer than most of them.</summary>
public sealed class SharedLimner : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal ServingLimner Limner { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Limner = await ServingLimner.StartAsync(_folder);

    public ValueTask DisposeAsync()
    {
        Limner?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
