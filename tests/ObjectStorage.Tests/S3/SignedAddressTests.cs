using System.Net;
using Limner.ObjectStorage.S3;

namespace Limner.ObjectStorage.Tests.S3;

public sealed class SignedAddressTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly byte[] Picture = [137, 80, 78, 71];

    private readonly HttpClient _browser = new();
    private readonly S3ObjectStore _store = new(server.Options(S3Server.OneForAll), TimeProvider.System);
    private readonly string _key = $"tenant/{Guid.NewGuid():N}/0.png";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_gets_the_object_and_its_type_without_a_key()
    {
        using HttpResponseMessage response = await GetAsync(await SignAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Picture, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Unsigned_it_is_refused()
    {
        Uri signed = await SignAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(new Uri(signed.GetLeftPart(UriPartial.Path))));
    }

    [Theory]
    [InlineData("X-Amz-Expires=", "X-Amz-Expires=1")]
    [InlineData("/0.png?", "/1.png?")]
    [InlineData("X-Amz-Signature=", "X-Amz-Signature=0")]
    [InlineData("tenant/", "tenant2/")]
    public async Task Tampered_with_it_is_refused(string part, string other)
    {
        string signed = (await SignAsync(TimeSpan.FromSeconds(300))).AbsoluteUri;
        Assert.Contains(part, signed, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(new Uri(signed.Replace(part, other, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task It_is_for_reading_alone()
    {
        Uri signed = await SignAsync(TimeSpan.FromMinutes(5));
        using HttpRequestMessage delete = new(HttpMethod.Delete, signed);
        using HttpResponseMessage response = await _browser.SendAsync(delete, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(signed));
    }

    [Fact]
    public async Task Expired_it_is_refused()
    {
        Uri signed = await SignAsync(TimeSpan.FromSeconds(1));
        HttpStatusCode status;
        do
        {
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
            status = await StatusAsync(signed);
        }
        while (status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task It_names_the_public_address_and_that_is_signed()
    {
        StorageOptions options = server.Options(S3Server.OneForAll);
        Uri own = new(options.Endpoint);
        string other = own.Host == "localhost" ? "127.0.0.1" : "localhost";
        options.PublicEndpoint = $"http://{other}:{own.Port}";
        await SignAsync(TimeSpan.FromMinutes(5));
        using S3ObjectStore store = new(options, TimeProvider.System);
        Uri signed = (await store.SignAsync(_key, TimeSpan.FromMinutes(5), Cancellation))!;
        Assert.StartsWith($"{options.PublicEndpoint}/{options.Bucket}/{_key}?", signed.AbsoluteUri, StringComparison.Ordinal);

        // Behind a proxy that passes the host on, the server sees the public name: then and only then the signature holds.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(own, signed.PathAndQuery), host: signed.Authority));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(new Uri(own, signed.PathAndQuery)));
    }

    [Fact]
    public async Task A_public_address_with_https_is_signed_for_https()
    {
        StorageOptions options = server.Options(S3Server.OneForAll);
        options.PublicEndpoint = "https://images.example.org";
        using S3ObjectStore store = new(options, TimeProvider.System);
        Uri signed = (await store.SignAsync(_key, TimeSpan.FromMinutes(5), Cancellation))!;
        Assert.StartsWith($"https://images.example.org/{options.Bucket}/{_key}?", signed.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7 * 24 * 3600 + 1)]
    public async Task A_time_to_live_that_no_server_takes_is_refused_at_once(int seconds) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _store.SignAsync(_key, TimeSpan.FromSeconds(seconds), Cancellation));

    public void Dispose()
    {
        _browser.Dispose();
        _store.Dispose();
    }

    private async Task<Uri> SignAsync(TimeSpan timeToLive)
    {
        await _store.PutIfAbsentAsync(_key, Picture, "image/png", Cancellation);
        return (await _store.SignAsync(_key, timeToLive, Cancellation))!;
    }

    private Task<HttpResponseMessage> GetAsync(Uri address) => _browser.GetAsync(address, Cancellation);

    private async Task<HttpStatusCode> StatusAsync(Uri address, string? host = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Host = host;
        using HttpResponseMessage response = await _browser.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
