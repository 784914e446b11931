using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Limner.ServiceDefaults.Tests.Messaging;

/// <summary>TLS before a server that has none, with a certificate of an authority of its own.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly (string Host, int Port) _behind;
    private readonly Task _accepting;
    private int _calls;
    private long _passed;

    public TlsFront(string host, int port, string name)
    {
        _behind = (host, port);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of a test", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 authority = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        AuthorityFile = Path.Combine(Path.GetTempPath(), $"limner-authority-{Guid.NewGuid():N}.pem");
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        own.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = own.Create(authority, now.AddHours(-1), now.AddMinutes(50), [1, 2, 3]);
        _certificate = signed.CopyWithPrivateKey(key);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string AuthorityFile { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Bytes that callers said to the server.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _certificate.Dispose();
        _stop.Dispose();
        File.Delete(AuthorityFile);
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient caller)
    {
        using TcpClient _ = caller;
        using var server = new TcpClient();
        try
        {
            await using var secured = new SslStream(caller.GetStream());
            Interlocked.Increment(ref _calls);
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            await server.ConnectAsync(_behind.Host, _behind.Port, _stop.Token);
            await Task.WhenAny(PassAsync(secured, server.GetStream(), count: true), PassAsync(server.GetStream(), secured, count: false));
        }
        catch (Exception ended) when (ended is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
        }
    }

    private async Task PassAsync(Stream from, Stream to, bool count)
    {
        byte[] buffer = new byte[8192];
        while (await from.ReadAsync(buffer, _stop.Token) is int read and > 0)
        {
            if (count)
            {
                Interlocked.Add(ref _passed, read);
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
