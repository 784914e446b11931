using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>A real service, its memory measured, and uploads that want all of it.</summary>
public sealed class HostileUploadTests(SharedLimner shared) : IClassFixture<SharedLimner>
{
    private const int AtOnce = 8, Times = 2;

    // Two pictures at once of 64 MiB each, their files, and what the garbage collector has not looked at yet.
    private const long MostMore = 400L << 20;

    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    private readonly ServingLimner _limner = shared.Limner;

    [Fact]
    public async Task Bombs_are_refused_and_take_no_memory()
    {
        (string Name, byte[] File)[] bombs = [.. Bombs.All()];
        byte[] largest = Bombs.Largest();
        Assert.Equal("invalid_image", await CodeAsync(Form(largest), "the largest"));
        long before = _limner.PeakMemory;

        await Parallel.ForAsync(0, bombs.Length * Times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (index, _) =>
        {
            (string name, byte[] file) = bombs[index % bombs.Length];
            foreach (HttpContent content in new HttpContent[] { Form(file), DataUrl(file) })
            {
                Assert.Contains(await CodeAsync(content, name), (string[])["invalid_image", "image_too_large"]);
            }

            Assert.Equal("invalid_image", await CodeAsync(Form(largest), "the largest"));
        });

        long more = _limner.PeakMemory - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{more >> 20} MiB more than before");
        Assert.True(more < MostMore, $"{more >> 20} MiB more than the {before >> 20} MiB before");
    }

    [Fact]
    public async Task Bodies_without_an_end_are_cut_off_and_take_no_memory()
    {
        long before = _limner.PeakMemory;
        await Parallel.ForAsync(0, AtOnce * Times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (index, _) =>
        {
            string path = new[] { "v1/jobs", "v1/images/edits", "v1/images/variations", "v1/batches", "v1/moderations" }[index % 5];
            using var content = new StreamContent(new Endless());
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(path.StartsWith("v1/images", StringComparison.Ordinal) ? "multipart/form-data; boundary=b" : "application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Headers.TransferEncodingChunked = true;
            using var limit = new CancellationTokenSource(Hang, TimeProvider.System);
            try
            {
                using HttpResponseMessage response = await _limner.Client.Http.SendAsync(request, limit.Token);
                Assert.Equal(413, (int)response.StatusCode);
            }
            catch (HttpRequestException)
            {
                // The server closed the connection while we were still sending, as it may.
            }
        });

        Assert.Equal("invalid_image", await CodeAsync(Form(Bombs.Largest()), "what comes afterwards"));
        long more = _limner.PeakMemory - before;
        Assert.True(more < MostMore, $"{more >> 20} MiB more than the {before >> 20} MiB before");
    }

    private async Task<string> CodeAsync(HttpContent content, string name)
    {
        using var limit = new CancellationTokenSource(Hang, TimeProvider.System);
        using HttpResponseMessage response = await _limner.Client.Http.PostAsync(new Uri("v1/images/edits", UriKind.Relative), content, limit.Token);
        string body = await response.Content.ReadAsStringAsync(limit.Token);
        content.Dispose();
        Assert.True((int)response.StatusCode == 400, $"{name}: {(int)response.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body).GetProperty("error").GetProperty("code").GetString()!;
    }

    // The mask is of another size: a picture that passes is decoded whole, and nothing is drawn for it.
    private static MultipartFormDataContent Form(byte[] file) => new()
    {
        { new StringContent("a hat"), "prompt" }, { new ByteArrayContent(file), "image", "picture.png" }, { new ByteArrayContent(Bombs.Small()), "mask", "mask.png" },
    };

    private static StringContent DataUrl(byte[] file) => new(
        $$"""{"prompt":"a hat","image":"data:image/png;base64,{{Convert.ToBase64String(file)}}","mask":"data:image/png;base64,{{Convert.ToBase64String(Bombs.Small())}}"}""", Encoding.UTF8, "application/json");

    /// <summary>Spaces for ever.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
