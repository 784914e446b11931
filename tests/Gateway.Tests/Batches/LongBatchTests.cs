using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Files;

namespace Limner.Gateway.Tests.Batches;

/// <summary>A file as long as it may be, 50,000 requests, and one of a tenth: what it does to memory is the same beside either database.</summary>
[Collection(nameof(LongBatchTests))]
[CollectionDefinition(nameof(LongBatchTests), DisableParallelization = true)]
public sealed class LongBatchTests(ITestOutputHelper output)
{
    /// <summary>Bytes of the file: nearly all that it may have.</summary>
    private const int LineLength = 4000;

    /// <summary>Far less than the file, and what a Gateway at work takes anyway beside it.</summary>
    private const long MostMemory = 100_000_000;

    /// <summary>Of the processor, whatever else the machine does meanwhile; the sender's share, and that of other tests, is in it.</summary>
    private static readonly TimeSpan MostWork = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", 50_000)]
    [InlineData("postgres", 5_000)]
    public async Task Tens_of_thousands_of_requests_pass_through_little_memory_and_are_judged_in_seconds(string provider, int lines)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        using GatewayClient client = await gateway.NewTenantAsync();
        client.Http.Timeout = Patience;
        using var memory = new PeakMemory();

        // 1. Received
        var upload = new Effort();
        JsonObject file = await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Form(new GeneratedLines(lines))));
        output.WriteLine($"received: {upload}");
        Assert.Equal((long)lines * LineLength, (long)file["bytes"]!);

        // 2. Judged; every line of it, since one that is wrong at the end fails the batch
        var judging = new Effort();
        string id = (string)(await GatewayClient.ReadAsync(await client.PostBatchAsync(BatchClient.Request((string)file["id"]!))))["id"]!;
        JsonObject begun = await client.WaitBatchAsync(id, "in_progress", Patience);
        TimeSpan judged = judging.Work;
        output.WriteLine($"judged: {judging}");
        Assert.Equal(lines, (int)begun["request_counts"]!["total"]!);
        await Eventually.TrueAsync(() => gateway.Stages.Submitted.Count >= 1000);

        // 3. Taken back: every line has a result even so
        var cancelling = new Effort();
        await client.CancelBatchAsync(id);
        JsonObject cancelled = await client.WaitBatchAsync(id, "cancelled", Patience);
        output.WriteLine($"taken back and written down: {cancelling}");
        Assert.Equal((lines, 0, lines), BatchClient.Counts(cancelled));
        Assert.Equal(lines, await CountLinesAsync(client, (string)cancelled["error_file_id"]!));

        output.WriteLine($"{memory.Peak / 1e6:0} MB on top");
        Assert.True(judged < MostWork, $"judging took {judged.TotalSeconds:0.0} s of the processor");
        Assert.True(memory.Peak < MostMemory, $"{memory.Peak / 1e6:0} MB on top of what was there");
    }

    private static async Task<int> CountLinesAsync(GatewayClient client, string file)
    {
        await using Stream content = await client.Http.GetStreamAsync(new Uri($"/v1/files/{file}/content", UriKind.Relative), Cancellation);
        using var reader = new StreamReader(content);
        int lines = 0;
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            lines++;
            Assert.Contains($"\"r{lines}\"", line, StringComparison.Ordinal);
            Assert.Contains("batch_cancelled", line, StringComparison.Ordinal);
        }

        return lines;
    }

    /// <summary>Made while it is sent, so that the sender holds none of it either.</summary>
    private sealed class GeneratedLines(int lines) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (int i = 1; i <= lines; i++)
            {
                string line = BatchClient.Line($"r{i}", $$"""{"prompt":"{{new string('a', 1900)}}","negative_prompt":"{{new string('b', 1900)}}","size":"64x64"}""");
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line.PadRight(LineLength - 1) + '\n'), cancellationToken);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Time on the clock and on the processor since it was made.</summary>
    private sealed class Effort
    {
        private readonly long _start = TimeProvider.System.GetTimestamp();
        private readonly TimeSpan _work = Environment.CpuUsage.TotalTime;

        public TimeSpan Work => Environment.CpuUsage.TotalTime - _work;

        public override string ToString() => $"{TimeProvider.System.GetElapsedTime(_start).TotalSeconds:0.0} s, {Work.TotalSeconds:0.0} s of the processor";
    }

    /// <summary>How far what is in use rises above what it is now, as each collection finds it.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private readonly Timer _timer;
        private long _most;

        // Without the gaps: those that other tests left behind count as the heap's size until they are given back.
        public PeakMemory() => _timer = new Timer(_ => _most = Math.Max(_most, Used(GC.GetGCMemoryInfo(GCKind.Any))), null, TimeSpan.Zero, Pause);

        public long Peak => _most - _before;

        public void Dispose() => _timer.Dispose();

        private static long Used(GCMemoryInfo memory) => memory.HeapSizeBytes - memory.FragmentedBytes;
    }
}
