using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Batches;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Uploads;
using Limner.ObjectStorage;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Sources;

/// <summary>A request of a hundred bytes names a picture of 16 MB.</summary>
public sealed class SourceTurnTests
{
    [Fact]
    public async Task Of_one_tenant_half_as_many_are_read_as_may_be_at_once_and_others_do_not_wait_for_him()
    {
        using var store = new HeldStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store));
        using GatewayClient greedy = await gateway.NewTenantAsync(), modest = await gateway.NewTenantAsync();
        string his = await UploadAsync(greedy), theirs = await UploadAsync(modest);

        store.Hold(greedy.Tenant);
        Task<Guid>[] jobs = [.. Enumerable.Range(0, 4).Select(_ => greedy.SubmitAsync(new { operation = "variation", image = his }))];
        await Eventually.TrueAsync(() => Task.FromResult(store.Opened > 0));
        for (int i = 0; i < 4; i++)
        {
            await modest.SubmitAsync(new { operation = "variation", image = theirs });
        }

        Assert.Equal(1, store.Opened);
        store.Release();
        await Task.WhenAll(jobs);
        Assert.Equal(4, store.Opened);
    }

    private static async Task<string> UploadAsync(GatewayClient client) =>
        (string)(await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Form(new ByteArrayContent(TestPictures.Png(64, 64)), "a.png", "vision"))))["id"]!;
}
