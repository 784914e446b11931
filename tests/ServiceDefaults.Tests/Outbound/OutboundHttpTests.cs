using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Limner.ServiceDefaults.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Tests.Outbound;

/// <summary>Against real servers on loopback addresses, of which one network is allowed and the rest is as forbidden as any private address.</summary>
public sealed class OutboundHttpTests : IAsyncDisposable
{
    private const string AllowedNetwork = "127.0.0.2/32";

    private readonly ConcurrentQueue<(IPAddress At, IHeaderDictionary Headers)> _requests = new();
    private readonly ConcurrentQueue<IPAddress> _connections = new();
    private WebApplication? _server;
    private int _port;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_name_is_looked_up_once_and_what_was_judged_is_connected_to()
    {
        await StartAsync(http => http.Response.WriteAsync("well"));
        var lookup = new Answers([[IPAddress.Parse("127.0.0.2")], [IPAddress.Loopback]]);
        using OutboundHttp outbound = Create(lookup);

        using (HttpResponseMessage first = await GetAsync(outbound, "rebinding.example"))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        Assert.Equal(1, lookup.Count);
        Assert.Equal(IPAddress.Parse("127.0.0.2"), Assert.Single(_requests).At);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_the_next_time_is_judged_again()
    {
        await StartAsync(http =>
        {
            http.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        using OutboundHttp outbound = Create(new Answers([[IPAddress.Parse("127.0.0.2")], [IPAddress.Loopback]]));
        (await GetAsync(outbound, "rebinding.example")).Dispose();

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(outbound, "rebinding.example"));

        Assert.IsType<RefusedAddressException>(refused.InnerException);
        Assert.DoesNotContain("127.0.0.1", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(IPAddress.Loopback, _connections);
    }

    [Fact]
    public async Task Among_several_addresses_only_those_that_may_be_asked_are_tried()
    {
        await StartAsync(http => Task.CompletedTask);
        using OutboundHttp outbound = Create(new Answers([[IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("::ffff:127.0.0.1"), IPAddress.Parse("127.0.0.2")]]));
        (await GetAsync(outbound, "mixed.example")).Dispose();
        Assert.Equal(IPAddress.Parse("127.0.0.2"), Assert.Single(_connections));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task A_name_that_leads_only_where_it_may_not_reaches_nobody(string address)
    {
        await StartAsync(http => Task.CompletedTask);
        using OutboundHttp outbound = Create(new Answers([[IPAddress.Parse(address)]]));
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(outbound, "inside.example"));
        Assert.IsType<RefusedAddressException>(refused.InnerException);
        Assert.Empty(_connections);
    }

    [Fact]
    public async Task The_real_lookup_is_judged_too()
    {
        await StartAsync(http => Task.CompletedTask);
        using OutboundHttp outbound = Create((host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation));
        await Assert.ThrowsAsync<RefusedAddressException>(() => GetAsync(outbound, "localhost"));
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(outbound, Dns.GetHostName()));
        Assert.True(refused.InnerException is RefusedAddressException or SocketException, refused.ToString());
        Assert.Empty(_connections);
    }

    [Theory]
    [InlineData("", "inside.example", "inside.example.")]
    [InlineData("", "inside.example.", "inside.example.")]
    [InlineData(AllowedNetwork, "inside.example", "inside.example")]
    public async Task Search_domains_take_part_only_where_networks_are_allowed(string allowed, string host, string asked)
    {
        var names = new List<string>();
        using OutboundHttp outbound = Create(
            (name, _) =>
            {
                names.Add(name);
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            },
            allowed);
        _port = 8080;
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(outbound, host));
        Assert.Equal([asked], names);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("2130706433")]
    public async Task An_address_is_judged_before_anything_is_opened(string host)
    {
        await StartAsync(http => Task.CompletedTask);
        using OutboundHttp outbound = Create(new Answers([]));
        await Assert.ThrowsAsync<RefusedAddressException>(() => GetAsync(outbound, host));
        Assert.Empty(_connections);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        await StartAsync(http =>
        {
            http.Response.Redirect($"http://127.0.0.1:{_port}/inside");
            return Task.CompletedTask;
        });
        using OutboundHttp outbound = Create(new Answers([[IPAddress.Parse("127.0.0.2")]]));
        using HttpResponseMessage response = await GetAsync(outbound, "redirecting.example");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Nothing_of_the_environment_goes_along()
    {
        await StartAsync(http =>
        {
            http.Response.Headers.SetCookie = "session=1";
            return Task.CompletedTask;
        });
        IWebProxy before = HttpClient.DefaultProxy;
        using var trace = new Activity("caller");
        trace.Start();
        HttpClient.DefaultProxy = new Proxy();
        try
        {
            using OutboundHttp outbound = Create(new Answers([[IPAddress.Parse("127.0.0.2")], [IPAddress.Parse("127.0.0.2")]]));
            (await GetAsync(outbound, Proxy.Host)).Dispose();
            (await GetAsync(outbound, Proxy.Host)).Dispose();
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Equal(2, _requests.Count);
        Assert.All(_requests, request => Assert.Equal(["Host"], request.Headers.Keys));
    }

    [Fact]
    public async Task Of_an_answer_without_an_end_little_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task<long> answering = AnswerWithoutEndAsync(listener);
        using OutboundHttp outbound = Create(new Answers([[IPAddress.Parse("127.0.0.2")]]));
        (await GetAsync(outbound, "endless.example")).Dispose();
        long written = await answering.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
        // What the sockets' buffers hold, and no more.
        Assert.InRange(written, 1, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task A_head_without_an_end_is_refused()
    {
        await StartAsync(http =>
        {
            for (int i = 0; i < 40; i++)
            {
                http.Response.Headers[$"x-{i}"] = new string('a', 1024);
            }

            return Task.CompletedTask;
        });
        using OutboundHttp outbound = Create(new Answers([[IPAddress.Parse("127.0.0.2")]]));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(outbound, "talkative.example"));
    }

    /// <summary>Bytes of the body that were sent before the connection was closed. A socket itself, since Kestrel would take what it is given for a connection that is gone.</summary>
    private static async Task<long> AnswerWithoutEndAsync(TcpListener listener)
    {
        using TcpClient connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        NetworkStream stream = connection.GetStream();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        byte[] chunk = [.. "10000\r\n"u8, .. new byte[64 * 1024], .. "\r\n"u8];
        for (long written = 0; ; written += chunk.Length)
        {
            try
            {
                await stream.WriteAsync(chunk, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                return written;
            }
        }
    }

    private static OutboundHttp Create(HostLookup lookup, string allowed = AllowedNetwork) =>
        new(new AddressPolicy(Options.Create(new OutboundOptions { AllowedNetworks = allowed })), lookup);

    private static OutboundHttp Create(Answers lookup) => Create(lookup.AskAsync);

    private async Task<HttpResponseMessage> GetAsync(OutboundHttp outbound, string host)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{_port}/");
        return await outbound.SendAsync(request, limit.Token);
    }

    /// <summary>Listens everywhere on one port and notes at which address it was reached.</summary>
    private async Task StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(0, endpoint => endpoint.Use(next => connection =>
        {
            _connections.Enqueue(Plain(((IPEndPoint)connection.LocalEndPoint!).Address));
            return next(connection);
        })));
        _server = builder.Build();
        _server.Run(http =>
        {
            _requests.Enqueue((Plain(http.Connection.LocalIpAddress!), new HeaderDictionary(http.Request.Headers.ToDictionary(header => header.Key, header => header.Value))));
            return answer(http);
        });
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _port = new Uri(_server.Urls.First()).Port;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>A DNS that says something else each time.</summary>
    private sealed class Answers(IPAddress[][] answers)
    {
        private int _count;

        public int Count => _count;

        public Task<IPAddress[]> AskAsync(string host, CancellationToken cancellation) => Task.FromResult(answers[Interlocked.Increment(ref _count) - 1]);
    }

    /// <summary>A proxy for one host, since other tests run in this process.</summary>
    private sealed class Proxy : IWebProxy
    {
        public const string Host = "proxied.example";

        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => new("http://127.0.0.1:1");

        public bool IsBypassed(Uri host) => host.Host != Host;
    }
}
