namespace Limner.EndToEnd.Tests.Serving;

/// <summary>One server for all tests of a class: starting takes longer than most of them. It may call servers on this machine.</summary>
public sealed class SharedLimner : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal ServingLimner Limner { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Limner = await ServingLimner.StartAsync(_folder, settings: ("Outbound__AllowedNetworks", "127.0.0.0/8"));

    public ValueTask DisposeAsync()
    {
        Limner?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
