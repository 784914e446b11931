using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Testcontainers.RabbitMq;

namespace Limner.TestServers;

/// <summary>RabbitMQ with its management interface. Tests that share it take a virtual host each.</summary>
public sealed class TestRabbitMq : TestServer
{
    /// <summary>An AMQP address with user and password.</summary>
    private const string Variable = "LIMNER_TEST_RABBITMQ";

    /// <summary>The management interface of the same server; port 15672 of the same host if not set.</summary>
    private const string ManagementVariable = "LIMNER_TEST_RABBITMQ_MANAGEMENT";

    private const string Image = "rabbitmq:4.0-management";
    private const int AmqpPort = 5672;
    private const int ManagementPort = 15672;
    private static readonly Lazy<Task<TestRabbitMq>> Shared = new(StartSharedAsync);

    private readonly HttpClient _management;

    private TestRabbitMq(IServerControl control, Uri amqp, Uri management)
        : base(control)
    {
        string[] user = amqp.UserInfo.Split(':');
        (Host, Port, Username, Password) = (amqp.Host, amqp.Port, Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user[1]));
        _management = new HttpClient { BaseAddress = management };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}")));
    }

    public string Host { get; }

    public int Port { get; }

    public string Username { get; }

    public string Password { get; }

    /// <summary>The one that all tests of this process share.</summary>
    public static Task<TestRabbitMq> SharedAsync() => Shared.Value;

    /// <summary>One of the caller's own, to stop and kill.</summary>
    public static async Task<TestRabbitMq> StartOwnAsync()
    {
        // AMQP, management, distribution, port mapper.
        int[] ports = FreePorts.Take(4);
        IServerControl control = await RunAsync("rabbitmq", Image, ports, () => new RabbitMqBuilder(Image).WithUsername("guest").WithPassword("guest")
            .WithPortBinding(ports[0], AmqpPort).WithPortBinding(ports[1], ManagementPort).Build());
        return new TestRabbitMq(control, new Uri($"amqp://guest:guest@127.0.0.1:{ports[0]}"), new Uri($"http://127.0.0.1:{ports[1]}"));
    }

    /// <summary>Makes an empty virtual host; its name.</summary>
    public async Task<string> CreateVirtualHostAsync()
    {
        string name = $"test-{Guid.NewGuid():N}";
        using HttpResponseMessage made = await _management.PutAsync(new Uri($"api/vhosts/{name}", UriKind.Relative), null);
        made.EnsureSuccessStatusCode();
        using HttpResponseMessage allowed = await _management.PutAsJsonAsync(
            $"api/permissions/{name}/{Uri.EscapeDataString(Username)}", new Dictionary<string, string> { ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" });
        allowed.EnsureSuccessStatusCode();
        return name;
    }

    /// <summary>The environment variables that make a service use this server.</summary>
    public Dictionary<string, string?> Settings(string virtualHost) => new()
    {
        ["Bus:Transport"] = "rabbitmq",
        ["Bus:Host"] = Host,
        ["Bus:Port"] = $"{Port}",
        ["Bus:VirtualHost"] = virtualHost,
        ["Bus:Username"] = Username,
        ["Bus:Password"] = Password,
    };

    /// <summary>Cuts every connection to a virtual host, as a network does; how many there were.</summary>
    public async Task<int> DropConnectionsAsync(string virtualHost)
    {
        JsonElement[] connections = await _management.GetFromJsonAsync<JsonElement[]>($"api/vhosts/{virtualHost}/connections") ?? [];
        foreach (JsonElement connection in connections)
        {
            using HttpResponseMessage cut = await _management.DeleteAsync(new Uri($"api/connections/{Uri.EscapeDataString(connection.GetProperty("name").GetString()!)}", UriKind.Relative));
        }

        return connections.Length;
    }

    /// <summary>Names and properties of a virtual host's queues, as the management interface tells them.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> QueuesAsync(string virtualHost) =>
        (await _management.GetFromJsonAsync<JsonElement[]>($"api/queues/{virtualHost}") ?? []).ToDictionary(queue => queue.GetProperty("name").GetString()!);

    private static async Task<TestRabbitMq> StartSharedAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } given)
        {
            return await StartOwnAsync();
        }

        var amqp = new Uri(given);
        string management = Environment.GetEnvironmentVariable(ManagementVariable) is { Length: > 0 } named ? named : $"http://{amqp.Host}:{ManagementPort}";
        return new TestRabbitMq(new GivenServer(Variable), amqp, new Uri(management));
    }
}
