using System.Net;
using System.Net.Sockets;
using System.Text;
using Limner.Gateway.Errors;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Uploads;

namespace Limner.Gateway.Tests.Uploads;

public sealed class UploadTurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_tenant_has_half_of_the_turns_and_others_the_rest()
    {
        using var turns = new UploadTurns(2, Patience, Patience, TimeProvider.System);
        var slow = new TaskCompletionSource<int>();
        Task<int> first = turns.TakeAsync("a", _ => slow.Task, TestContext.Current.CancellationToken);
        bool began = false;
        Task<int> second = turns.TakeAsync("a", _ =>
        {
            began = true;
            return Task.FromResult(2);
        }, TestContext.Current.CancellationToken);
        Assert.Equal(3, await turns.TakeAsync("b", _ => Task.FromResult(3), TestContext.Current.CancellationToken));
        Assert.False(began);
        slow.SetResult(1);

        Assert.Equal((1, 2), (await first, await second));
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_to_come_back()
    {
        using var turns = new UploadTurns(2, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var slow = new TaskCompletionSource<int>();
        Task<int> first = turns.TakeAsync("a", _ => slow.Task, TestContext.Current.CancellationToken);
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => turns.TakeAsync("a", _ => Task.FromResult(2), TestContext.Current.CancellationToken));

        Assert.Equal((429, "too_many_uploads"), (refused.Status, refused.Code));
        Assert.StartsWith("As many of your requests", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.RetryAfter);
        slow.SetResult(1);
        await first;
        Assert.Equal(2, await turns.TakeAsync("a", _ => Task.FromResult(2), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_is_not_waited_for()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Uploads:Timeout", "00:00:01")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = socket.GetStream();
        string head = $"POST /v1/images/edits HTTP/1.1\r\nHost: x\r\nAuthorization: {client.Http.DefaultRequestHeaders.Authorization}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 408", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
