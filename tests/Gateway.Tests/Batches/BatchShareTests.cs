using Limner.Gateway.Tests.Application;
using Limner.ObjectStorage;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Batches;

public sealed class BatchShareTests
{
    [Fact]
    public async Task Batches_of_one_tenant_that_take_long_leave_room_for_those_of_others()
    {
        using var store = new HeldStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store));
        await using var painter = new Painter(gateway);
        using GatewayClient greedy = await gateway.NewTenantAsync(), modest = await gateway.NewTenantAsync();

        store.Hold(greedy.Tenant);
        string[] his = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => greedy.StartBatchAsync(BatchClient.Lines(1))));
        await Eventually.TrueAsync(() => Task.FromResult(store.Opened == 2));
        await modest.WaitBatchAsync(await modest.StartBatchAsync(BatchClient.Lines(1)), "completed");
        Assert.Equal(2, store.Opened);

        store.Release();
        foreach (string batch in his)
        {
            await greedy.WaitBatchAsync(batch, "completed");
        }
    }
}
