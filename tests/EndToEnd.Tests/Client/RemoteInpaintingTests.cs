using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>The commands that keep a part of a picture, with <c>--server</c> against a service with the shipped model: the tiny one has no part that turns pictures into latents.</summary>
public sealed class RemoteInpaintingTests(RemoteInpaintingTests.Shipped shipped) : IClassFixture<RemoteInpaintingTests.Shipped>
{
    private const int Side = 256;

    private readonly TemporaryFolder _folder = shipped.Folder;

    [Theory]
    [InlineData("edited", "edit", "slope.png", "a red star", "--mask", "mask.png")]
    [InlineData("removed", "edit", "slope.png", "", "--mask", "mask.png")]
    [InlineData("extended", "extend", "slope.png", "--right", "128")]
    [InlineData("moved", "extend", "slope.png", "a red star", "--left", "-64", "--bottom", "64", "--zoom", "1.5")]
    public void The_file_is_that_of_a_local_run(string name, params string[] command)
    {
        string[] request = [.. command, "--seed", "4", "--steps", "2", "--out"];
        LimnerProcess.Result remote = LimnerProcess.Run(_folder, [.. request, $"remote-{name}", "--server", shipped.Address, "--key", shipped.Key]);
        LimnerProcess.Result local = LimnerProcess.Run(_folder, [.. request, $"local-{name}", "--provider", "cpu"]);
        Assert.True(remote.Code == 0, remote.Error);
        Assert.True(local.Code == 0, local.Error);
        Assert.Equal(["seed4-1.png"], _folder.Files($"remote-{name}"));
        Assert.Equal(File.ReadAllBytes(_folder.At($"local-{name}/seed4-1.png")), File.ReadAllBytes(_folder.At($"remote-{name}/seed4-1.png")));
    }

    /// <summary>A service with the shipped model, and a folder with a picture and a mask.</summary>
    public sealed class Shipped : IAsyncLifetime
    {
        private ServingLimner? _limner;

        internal TemporaryFolder Folder { get; } = new();

        public string Address => _limner!.Client.Http.BaseAddress!.AbsoluteUri;

        public string Key => _limner!.Key!;

        public async ValueTask InitializeAsync()
        {
            File.WriteAllBytes(Folder.At("slope.png"), GrayPng.Write(Side, Side, (x, y) => (byte)((x + y) / 2)));
            File.WriteAllBytes(Folder.At("mask.png"), GrayPng.Write(Side, Side, (x, _) => (byte)(x < Side / 2 ? 0 : 255)));
            _limner = await ServingLimner.StartShippedAsync(Folder);
        }

        public ValueTask DisposeAsync()
        {
            _limner?.Dispose();
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
