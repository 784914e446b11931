using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Tests.Webhooks;

/// <summary>A tenant's server, real, on a port of its own; it answers 204 unless told otherwise.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private WebApplication? _server;

    private Receiver(string url) => Url = url;

    public string Url { get; private set; }

    public Func<HttpContext, ReceivedCall, Task> Answer { get; set; } = Status(StatusCodes.Status204NoContent);

    public IReadOnlyList<ReceivedCall> Calls => [.. _calls];

    /// <param name="scheme">With https, under a certificate that nobody has reason to trust.</param>
    public static async Task<Receiver> StartAsync(string scheme = "http")
    {
        var receiver = new Receiver($"{scheme}://127.0.0.1:0");
        await receiver.ResumeAsync();
        return receiver;
    }

    public static Func<HttpContext, ReceivedCall, Task> Status(int status) => (http, _) =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Gone from its port, until it is resumed there.</summary>
    public async Task StopAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    public async Task ResumeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = SelfSigned()));
        _server = builder.Build();
        _server.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var call = new ReceivedCall(
                http.Request.Path, http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(),
                http.Request.Headers["webhook-signature"].ToString(), http.Request.ContentType ?? "", await reader.ReadToEndAsync());
            _calls.Enqueue(call);
            await Answer(http, call);
        });
        await _server.StartAsync();
        Url = _server.Urls.First();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

/// <summary>One request, as it came.</summary>
internal sealed record ReceivedCall(string Path, string Id, string Timestamp, string Signatures, string ContentType, string Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string Type => (string)Json["type"]!;

    /// <summary>What a receiver does who has this secret: the signature of his is among those sent, and it is fresh.</summary>
    public bool IsSignedBy(string secret, DateTimeOffset now)
    {
        byte[] key = Convert.FromBase64String(secret["whsec_".Length..]);
        string expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));
        return Signatures.Split(' ').Contains(expected) && (now - sent).Duration() < TimeSpan.FromMinutes(5);
    }
}
