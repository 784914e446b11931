using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>The commands that keep a part of a picture, with <c>--server</c> against a service with the shipped model: the tiny one has no part that turns pictures into latents.</summary>
public sealed class RemoteInpaintingTests(RemoteInpaintingTests.Shipped shipped) : IClassFixture<RemoteInpaintingTests.Shipped>
{
    private const int Side = 256;

    private readonly TemporaryFolder _folder = shipped.Folder;

    [Theory]
    [InlineData("edited", "edit", "source/seed5-1.png", "a red star left of a green tree on a yellow background", "--mask", "mask.png")]
    [InlineData("removed", "edit", "source/seed5-1.png", "", "--mask", "mask.png")]
    [InlineData("extended", "extend", "source/seed5-1.png", "--right", "128")]
    [InlineData("moved", "extend", "source/seed5-1.png", "a red star left of a blue house on a yellow background", "--left", "-64", "--bottom", "64", "--zoom", "1.5")]
    public void The_file_is_that_of_a_local_run(string name, params string[] command)
    {
        string[] request = [.. command, "--seed", "4", "--steps", "8", "--out"];
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
            // Of the model's own world: what it has never seen its image moderation may take for something else.
            Assert.Equal(0, LimnerProcess.Run(Folder, "generate", "a red star left of a blue house on a yellow background", "--seed", "5", "--size", "256x256", "--out", "source").Code);
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
