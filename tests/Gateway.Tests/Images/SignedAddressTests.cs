using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Batches;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Tests.Submissions;
using Limner.Imaging;
using Limner.Imaging.Uploads;
using Limner.ObjectStorage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Images;

public sealed class SignedAddressTests(SqliteGateway shared)
{
    [Theory]
    [InlineData("png", ImageFormat.Png)]
    [InlineData("jpeg", ImageFormat.Jpeg)]
    [InlineData("webp", ImageFormat.Webp)]
    public async Task An_address_needs_no_key_and_gives_the_format_that_was_asked_for(string name, ImageFormat format)
    {
        using ImagesClient images = await ImagesClient.CreateAsync(shared.Gateway);
        string url = await UrlAsync(images, name);
        using var stranger = new HttpClient();
        using HttpResponseMessage response = await stranger.GetAsync(url, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, $"image/{name}"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.InRange(response.Headers.CacheControl!.MaxAge!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        using var head = new HttpRequestMessage(HttpMethod.Head, url);
        using HttpResponseMessage looked = await stranger.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, $"image/{name}", response.Content.Headers.ContentLength), (looked.StatusCode, looked.Content.Headers.ContentType?.MediaType, looked.Content.Headers.ContentLength));
        byte[] file = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal((format, 64), (UploadedImage.Check(file, 4096).Format, ImageHeader.Read(file).Width));
        if (format == ImageFormat.Png)
        {
            Assert.Equal(RunningGateway.PictureOf(0), file);
        }
    }

    [Fact]
    public async Task A_picture_is_made_another_format_once_however_often_it_is_asked_for()
    {
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store));
        using ImagesClient images = await ImagesClient.CreateAsync(gateway);
        string url = await UrlAsync(images, "webp");
        using var stranger = new HttpClient();
        byte[] first = await stranger.GetByteArrayAsync(url, TestContext.Current.CancellationToken);
        int read = store.Drawn;
        Assert.True(read > 0);
        for (int i = 0; i < 3; i++)
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, url);
            Assert.Equal(first.Length, (await stranger.SendAsync(head, TestContext.Current.CancellationToken)).Content.Headers.ContentLength);
            Assert.Equal(first, await stranger.GetByteArrayAsync(url, TestContext.Current.CancellationToken));
        }

        Assert.Equal(read, store.Drawn);
    }

    [Theory]
    [InlineData("format=jpeg", "format=png")]
    [InlineData("format=jpeg", "format=gif")]
    [InlineData("quality=100", "quality=10")]
    [InlineData("expires=", "expires=9")]
    [InlineData("_0/", "_1/")]
    [InlineData("signature=", "signature=A")]
    [InlineData("signature=", "signature=~")]
    [InlineData("signature=", "other=")]
    [InlineData("&signature=", "&signature=&x=")]
    public async Task An_address_that_was_changed_is_refused(string part, string changed)
    {
        using ImagesClient images = await ImagesClient.CreateAsync(shared.Gateway);
        string url = await UrlAsync(images, "jpeg");
        Assert.Contains(part, url, StringComparison.Ordinal);
        using var stranger = new HttpClient();
        using HttpResponseMessage response = await stranger.GetAsync(url.Replace(part, changed, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Equal("invalid_signature", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Forbidden))["code"]!);
    }

    [Fact]
    public async Task An_hour_later_it_is_over()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), time);
        using ImagesClient images = await ImagesClient.CreateAsync(gateway);
        string url = await UrlAsync(images, "png");
        using var stranger = new HttpClient();
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(url, TestContext.Current.CancellationToken)).StatusCode);
        time.Advance(TimeSpan.FromMinutes(1));

        using HttpResponseMessage late = await stranger.GetAsync(url, TestContext.Current.CancellationToken);
        JsonObject error = await SubmissionTests.ReadErrorAsync(late, HttpStatusCode.Forbidden);
        Assert.Equal("invalid_signature", (string)error["code"]!);
        Assert.Contains("expired", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_can_be_replaced_and_addresses_lead_where_callers_reach_the_service()
    {
        string old = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        TestDatabase database = TestDatabase.Sqlite();
        string url;
        await using (RunningGateway gateway = await RunningGateway.StartAsync(database, settings: [("Images:SigningKeys", old), ("Images:PublicAddress", "https://images.example.org")]))
        {
            using ImagesClient images = await ImagesClient.CreateAsync(gateway);
            url = await UrlAsync(images, "jpeg");
        }

        Assert.StartsWith("https://images.example.org/v1/images/img_", url, StringComparison.Ordinal);
        foreach ((string keys, string code) in new[] { ($"{next}, {old}", "image_not_found"), (next, "invalid_signature") })
        {
            await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: [("Images:SigningKeys", keys)]);
            using var stranger = new HttpClient { BaseAddress = gateway.Address };
            // The signature is judged first; the picture itself lay in the first one's folder.
            using HttpResponseMessage response = await stranger.GetAsync(new Uri(url).PathAndQuery, TestContext.Current.CancellationToken);
            Assert.Equal(code, (string)(await SubmissionTests.ReadErrorAsync(response, code == "image_not_found" ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden))["code"]!);
        }
    }

    [Fact]
    public async Task Keys_that_are_none_and_addresses_with_a_path_stop_the_start()
    {
        OptionsValidationException fault = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => RunningGateway.StartAsync(
            TestDatabase.Sqlite(), settings: [("Images:SigningKeys", "hunter2"), ("Images:PublicAddress", "images.example.org/x"), ("Uploads:AtOnce", "1")]));
        Assert.All(new[] { "Images:SigningKeys", "Images:PublicAddress", "Uploads:AtOnce" }, name => Assert.Contains(name, fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Images:SigningKeys", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "key 1 is one byte over and over")]
    [InlineData("Webhooks:EncryptionKeys", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "key 1 is one byte over and over")]
    [InlineData("Gateway:BootstrapKey", "lmn_000000000000000000000000000000000000000000000000", "not one of them over and over")]
    public async Task A_key_that_everybody_can_guess_stops_the_start_with_one_sentence(string setting, string key, string sentence)
    {
        OptionsValidationException fault = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [(setting, key)]));
        string said = Assert.Single(fault.Failures);
        Assert.StartsWith(setting, said, StringComparison.Ordinal);
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain(key, said, StringComparison.Ordinal);
    }

    private static async Task<string> UrlAsync(ImagesClient images, string format) =>
        (string)(await images.DrawAsync($$"""{"prompt":"a star","response_format":"url","output_format":"{{format}}"}"""))["data"]![0]!["url"]!;
}
