using System.Net;
using System.Net.Sockets;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>What is wrong at the start is one sentence and an exit code.</summary>
public sealed class StartFaultTests
{
    [Fact]
    public void A_port_that_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var folder = new TemporaryFolder();
        AssertRefused(folder, 2, $"http://{listener.LocalEndpoint}; choose another address with --url", "--url", $"http://{listener.LocalEndpoint}", "--model", ServingLimner.LatentModel);
    }

    [Fact]
    public void A_data_folder_that_cannot_be()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("file"), "");
        AssertRefused(folder, 4, "cannot be written; choose another with --data", "--data", "file/data");
    }

    [Fact]
    public void A_model_that_is_missing()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder, 3, "There is no model folder 'nowhere'", "--model", "nowhere");
    }

    [Fact]
    public void A_model_that_is_damaged()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("model"));
        AssertRefused(folder, 3, "cannot be used", "--model", "model");
    }

    [Fact]
    public void A_setting_that_does_not_exist_and_one_that_is_wrong_are_both_named()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Bash(folder,
            $"Bus__Transport=pigeon Decoder__Slotz=3 dotnet '{Repository.Program}' serve --data data --url http://127.0.0.1:0 --model '{ServingLimner.LatentModel}'");
        Assert.Equal(2, result.Code);
        Assert.Contains("Bus:Transport", result.Error, StringComparison.Ordinal);
        Assert.Contains("Decoder:Slotz", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("http://localhost:81")]
    [InlineData("http://127.0.0.1:81")]
    [InlineData("http://0.0.0.0:81")]
    public void A_port_that_is_for_root(string url)
    {
        Assert.SkipWhen(File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start").Trim() != "1024", "this machine lets everybody listen at low ports");
        using var folder = new TemporaryFolder();
        // Without the right that root has to such ports, as another user is.
        LimnerProcess.Result result = LimnerProcess.Bash(folder,
            $"Moderation__Images__Unchecked=true Gateway__Sizes=64,128 setpriv --bounding-set=-net_bind_service dotnet '{Repository.Program}' serve --data data --url {url} --model '{ServingLimner.LatentModel}'");
        Assert.Equal(2, result.Code);
        Assert.Equal($"This user may not listen at {url}: the system keeps low ports, usually those below 1024, for root; choose a higher one with --url, like http://127.0.0.1:7860.", result.Error.TrimEnd().Split('\n')[^1]);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_that_is_away_is_waited_for_and_said_once()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Bash(folder,
            $$"""
            export Bus__Transport=rabbitmq Bus__Host=127.0.0.1 Bus__Port=1 Moderation__Images__Unchecked=true
            dotnet '{{Repository.Program}}' serve --data data --url http://127.0.0.1:0 --model '{{ServingLimner.LatentModel}}' 2>said &
            for i in $(seq 600); do if grep -q Waiting said; then break; fi; sleep 0.1; done
            sleep 5 # however often it looks meanwhile
            kill $!
            wait $! || true
            cat said >&2
            """);
        Assert.Equal(2, result.Error.Split("Waiting for: bus.").Length);
        Assert.DoesNotContain("Limner is ready", result.Output, StringComparison.Ordinal);
        // It is looked at ten times a second, and the framework would tell of each.
        Assert.DoesNotContain("Health check", result.Error, StringComparison.Ordinal);
    }

    private static void AssertRefused(TemporaryFolder folder, int code, string sentence, params string[] arguments)
    {
        string[] all = ["serve", .. arguments.Contains("--data") ? Array.Empty<string>() : ["--data", "data"], .. arguments.Contains("--url") ? Array.Empty<string>() : ["--url", "http://127.0.0.1:0"], .. arguments];
        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"Moderation__Images__Unchecked=true Gateway__Sizes=64,128 dotnet '{Repository.Program}' {string.Join(' ', all)}");
        Assert.Equal(code, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
