using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Limner.ObjectStorage;

namespace Limner.Gateway.Tests.Edits;

/// <summary>OpenAI's edits and variations: all of a request is looked at before a job is made of it.</summary>
public sealed class EditTests(SqliteGateway shared)
{
    private const string Edits = "/v1/images/edits", Variations = "/v1/images/variations";

    [Fact]
    public async Task Each_request_becomes_a_job_that_has_its_pictures_as_they_were_sent()
    {
        byte[] png = TestPictures.Png(64, 64), jpeg = TestPictures.Jpeg(64, 48), webp = TestPictures.Webp(32, 32);
        foreach ((string path, MultipartFormDataContent form, EditOperation operation, byte[][] sources) in new[]
        {
            (Edits, Form(("prompt", "a hat"), ("model", "dall-e-2"), ("n", "2"), ("size", "1024x1024"), ("response_format", "b64_json"), ("user", "u")).WithFile("image", png).WithFile("mask", TestPictures.Mask), EditOperation.Inpainting, new[] { png, TestPictures.Mask }),
            (Edits, Form(("prompt", "a hat"), ("model", "dall-e-2"), ("response_format", "b64_json")).WithFile("image", TestPictures.Mask), EditOperation.Inpainting, [TestPictures.Mask]),
            (Edits, Form(("prompt", "a hat"), ("model", "gpt-image-1"), ("input_fidelity", "high"), ("output_format", "webp"), ("output_compression", "50"), ("seed", "18446744073709551615"))
                .WithFile("image[]", jpeg).WithFile("image[]", webp), EditOperation.Blend, [jpeg, webp]),
            (Edits, Form(("prompt", "a hat"), ("output_format", "png")).WithFile("image", jpeg, "text/html", "../../etc/passwd"), EditOperation.Revision, [jpeg]),
            (Variations, Form(("model", "dall-e-2"), ("n", "10"), ("response_format", "b64_json")).WithFile("image", png), EditOperation.Variation, [png]),
            (Variations, Form(("strength", "0.25"), ("response_format", "b64_json")).WithFile("image", jpeg), EditOperation.Variation, [jpeg]),
        })
        {
            using ImagesClient client = await ImagesClient.CreateAsync(shared.Gateway);
            Task<HttpResponseMessage> asking = client.Client.Http.PostAsync(path, form, TestContext.Current.CancellationToken);
            JobDescription job = await client.NextJobAsync();
            Assert.Equal(operation, job.Request.Edit!.Operation);
            string[] keys = [.. job.Request.Edit.Parts.Select(part => part.Key).Append(job.Request.Edit.MaskKey).OfType<string>()];
            Assert.Equal(sources.Select((_, i) => $"{client.Client.Tenant}/{job.JobId:N}/source-{i}"), keys);
            foreach ((string key, byte[] source) in keys.Zip(sources))
            {
                Assert.Equal(source, await shared.Gateway.Store.ReadAsync(key, 1 << 20, TestContext.Current.CancellationToken));
            }

            for (int candidate = 0; candidate < job.Request.Candidates; candidate++)
            {
                await client.Client.ApproveAsync(job.JobId, candidate);
            }

            using HttpResponseMessage response = await asking;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            JsonObject answer = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
            Assert.Equal(job.Request.Candidates, answer["data"]!.AsArray().Count);
            Assert.All(answer["data"]!.AsArray(), picture => Assert.NotEmpty(Convert.FromBase64String((string)picture!["b64_json"]!)));
        }
    }

    [Fact]
    public async Task Several_pictures_are_blended_with_the_prompt()
    {
        using ImagesClient client = await ImagesClient.CreateAsync(shared.Gateway);
        using HttpContent form = Form(("prompt", "a hat")).WithFile("image", TestPictures.Png(64, 64)).WithFile("image", TestPictures.Png(32, 32));
        Task<HttpResponseMessage> asking = client.Client.Http.PostAsync(Edits, form, TestContext.Current.CancellationToken);
        JobDescription job = await client.NextJobAsync();
        Assert.Equal([(null, 1f), (null, 1f), ("a hat", 2f)], job.Request.Edit!.Parts.Select(part => (part.Prompt, part.Weight)));
        await client.Client.ApproveAsync(job.JobId);
        (await asking).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task An_edit_streams_under_its_own_name()
    {
        using ImagesClient client = await ImagesClient.CreateAsync(shared.Gateway);
        using HttpContent form = Form(("prompt", "a hat"), ("model", "gpt-image-1"), ("stream", "true")).WithFile("image", TestPictures.Png(64, 64));
        Task<HttpResponseMessage> asking = client.Client.Http.PostAsync(Edits, form, TestContext.Current.CancellationToken);
        JobDescription job = await client.NextJobAsync();
        await client.Client.ApproveAsync(job.JobId);
        using HttpResponseMessage response = await asking;
        string events = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("event: image_edit.completed", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_form_under_another_boundary_is_the_same_request()
    {
        using ImagesClient client = await ImagesClient.CreateAsync(shared.Gateway);
        Task<HttpResponseMessage>[] both = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, Variations) { Content = Form(("response_format", "b64_json")).WithFile("image", TestPictures.Png(64, 64)) };
            request.Headers.Add("Idempotency-Key", "once");
            return client.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        })];
        JobDescription job = await client.NextJobAsync();
        await client.Client.ApproveAsync(job.JobId);
        foreach (Task<HttpResponseMessage> asking in both)
        {
            using HttpResponseMessage response = await asking;
            Assert.Equal((HttpStatusCode.OK, Limner.Gateway.Jobs.JobId.Format(job.JobId)), (response.StatusCode, response.Headers.GetValues("x-job-id").Single()));
        }
    }

    [Fact]
    public async Task What_was_accepted_once_is_answered_again_though_its_deadline_has_passed_and_its_model_is_gone()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), time);
        await gateway.Bus.Publish(new WorkerAnnounced("w1", JobStage.Decoding, 8, "painter 1"), TestContext.Current.CancellationToken);
        using ImagesClient client = await ImagesClient.CreateAsync(gateway);
        await Eventually.TrueAsync(async () => (await client.Client.Http.GetStringAsync("/v1/models", TestContext.Current.CancellationToken)).Contains("painter", StringComparison.Ordinal));
        string deadline = time.GetUtcNow().AddMinutes(5).ToString("O", CultureInfo.InvariantCulture);
        foreach (string path in new[] { Edits, Variations })
        {
            Task<HttpResponseMessage> asking = AskAsync(path);
            Task<JobDescription> next = client.NextJobAsync();
            Assert.True(await Task.WhenAny(asking, next) == next, asking.IsCompleted ? await (await asking).Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : null);
            await client.Client.ApproveAsync((await next).JobId);
            using HttpResponseMessage first = await asking;
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        time.Advance(TimeSpan.FromMinutes(10));
        foreach (string path in new[] { Edits, Variations })
        {
            using HttpResponseMessage again = await AskAsync(path);
            Assert.True(again.StatusCode == HttpStatusCode.OK, await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Task<HttpResponseMessage> AskAsync(string path)
        {
            (string, string)[] fields = [("model", "painter"), ("response_format", "b64_json"), ("deadline", deadline), .. path == Edits ? [("prompt", "a hat")] : Array.Empty<(string, string)>()];
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Form(fields).WithFile("image", TestPictures.Png(64, 64)) };
            request.Headers.Add("Idempotency-Key", $"once-{path}");
            return client.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(Variations, "webhook_url", "http://10.0.0.1/hook")]
    [InlineData("/v1/jobs", "webhook_url", "http://10.0.0.1/hook")]
    public async Task What_is_refused_leaves_none_of_its_pictures(string path, string field, string value)
    {
        using ImagesClient client = await ImagesClient.CreateAsync(shared.Gateway);
        using HttpContent body = path == Variations
            ? Form((field, value), ("response_format", "b64_json")).WithFile("image", TestPictures.Png(64, 64))
            : GatewayClient.Json($$"""{"operation":"variation","image":"data:image/png;base64,{{Convert.ToBase64String(TestPictures.Png(64, 64))}}","{{field}}":"{{value}}"}""");
        using HttpResponseMessage refused = await client.Client.Http.PostAsync(path, body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(field, (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.BadRequest))["param"]);
        Assert.Equal(0, await shared.Gateway.CountObjectsAsync($"{client.Client.Tenant}/"));
    }

    [Fact]
    public async Task JSON_with_data_URLs_means_the_same()
    {
        string png = $"data:image/png;base64,{Convert.ToBase64String(TestPictures.Png(64, 64))}", mask = $"data:image/png;base64,{Convert.ToBase64String(TestPictures.Mask)}";
        foreach ((string path, string body) in new[]
        {
            (Edits, $$"""{"prompt":"a hat","image":"{{png}}","mask":"{{mask}}"}"""),
            (Edits, $$"""{"prompt":"a hat","model":"gpt-image-1","images":[{"image_url":"{{png}}"}],"mask":{"image_url":"{{mask}}"} }"""),
            (Variations, $$"""{"image":"{{png}}"}"""),
        })
        {
            using ImagesClient client = await ImagesClient.CreateAsync(shared.Gateway);
            Task<HttpResponseMessage> asking = client.Client.Http.PostAsync(path, GatewayClient.Json(body), TestContext.Current.CancellationToken);
            JobDescription job = await client.NextJobAsync();
            await client.Client.ApproveAsync(job.JobId);
            (await asking).EnsureSuccessStatusCode().Dispose();
        }

        foreach ((string path, string body, string code) in new[]
        {
            (Edits, $$"""{"prompt":"a hat","images":["{{png}}","{{png}}"],"mask":"{{mask}}"}""", "invalid_value"),
            (Edits, """{"prompt":"a hat","images":[{"image_url":"http://169.254.169.254/latest"}]}""", "invalid_value"),
            (Edits, """{"prompt":"a hat","images":[{"file_id":"file-1"}]}""", "invalid_type"),
            (Edits, """{"prompt":"a hat","image":"data:image/png;base64,!!"}""", "invalid_value"),
            (Edits, """{"prompt":"a hat"}""", "missing_required_parameter"),
            (Edits, "[]", "invalid_type"),
            (Edits, "{", "invalid_json"),
        })
        {
            Assert.Equal(code, (string)(await RefusedAsync(path, GatewayClient.Json(body)))["code"]!);
        }
    }

    [Fact]
    public async Task Pictures_that_are_none_or_too_large_or_unfit_are_named()
    {
        byte[] png = TestPictures.Png(64, 64), cut = png[..^40], damaged = [.. png[..60], .. png[70..]];
        int number = 0;
        foreach ((MultipartFormDataContent form, string code, string parameter) in new[]
        {
            (Edit().WithFile("image", "<svg/>"u8.ToArray(), "image/png"), "invalid_image", "image"),
            (Edit().WithFile("image", []), "invalid_image", "image"),
            (Edit().WithFile("image", cut), "invalid_image", "image"),
            (Edit().WithFile("image", damaged), "invalid_image", "image"),
            (Edit().WithFile("image", TestPictures.Jpeg(64, 64)[..^40]), "invalid_image", "image"),
            (Edit().WithFile("image", TestPictures.Webp(64, 64)[..^40]), "invalid_image", "image"),
            (Edit().WithFile("image", TestPictures.Claim), "image_too_large", "image"),
            (Edit().WithFile("image", png).WithFile("mask", TestPictures.Png(64, 64)), "invalid_image", "mask"),
            (Edit().WithFile("image", TestPictures.Png(32, 32)).WithFile("mask", TestPictures.Mask), "invalid_image", "mask"),
            (Edit().WithFile("image", png).WithFile("mask", TestPictures.Mask).WithFile("mask", TestPictures.Mask), "invalid_value", "mask"),
            (Edit("dall-e-2").WithFile("image", TestPictures.Jpeg(64, 64)), "invalid_image", "image"),
            (Edit("dall-e-2").WithFile("image", TestPictures.Png(64, 32)), "invalid_image", "image"),
            (Edit("dall-e-2").WithFile("image", png).WithFile("image", png), "invalid_value", "image"),
            (Form(("prompt", "a"), ("strength", "1.5")).WithFile("image", png), "invalid_value", "strength"),
            (Edit("dall-e-3").WithFile("image", png), "invalid_value", "model"),
            (Edit().WithFile("image", png).WithFile("picture", png), "unknown_parameter", "picture"),
            (Form(("prompt", "a"), ("n", "two")).WithFile("image", png), "invalid_type", "n"),
            (Form(("prompt", "a"), ("colour", "red")).WithFile("image", png), "unknown_parameter", "colour"),
            (Form(("n", "1")).WithFile("image", png), "missing_required_parameter", "prompt"),
            (Edit(), "missing_required_parameter", "image"),
        })
        {
            JsonObject error = await RefusedAsync(Edits, form);
            Assert.Equal((++number, code, parameter), (number, (string)error["code"]!, (string?)error["param"]));
        }

        Assert.Equal("model", (string?)(await RefusedAsync(Variations, Form(("model", "gpt-image-1")).WithFile("image", png)))["param"]);
        Assert.Equal("prompt", (string?)(await RefusedAsync(Variations, Form(("prompt", "a")).WithFile("image", png)))["param"]);
        Assert.Equal("mask", (string?)(await RefusedAsync(Variations, Form().WithFile("image", png).WithFile("mask", png)))["param"]);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhalf", "cut short")]
    [InlineData("--b\r\n\r\nnameless\r\n--b--\r\n", "no name")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--b--\r\n", "twice")]
    [InlineData("", "cut short")]
    public async Task A_form_that_cannot_be_read_is_said_so(string body, string says)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        JsonObject error = await RefusedAsync(Edits, content);
        Assert.Equal("invalid_form", (string)error["code"]!);
        Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_has_limits()
    {
        using MultipartFormDataContent many = Form([.. Enumerable.Range(0, 65).Select(i => ($"f{i}", "v"))]);
        Assert.Contains("more than 64 parts", (string)(await RefusedAsync(Edits, many))["message"]!, StringComparison.Ordinal);
        using MultipartFormDataContent longText = Form(("prompt", new string('a', 70_000)));
        Assert.Contains("more than 65536 bytes", (string)(await RefusedAsync(Edits, longText))["message"]!, StringComparison.Ordinal);

        foreach (bool chunked in new[] { false, true })
        {
            using GatewayClient client = await shared.Gateway.NewTenantAsync();
            using var request = new HttpRequestMessage(HttpMethod.Post, Edits) { Content = Edit().WithFile("image", new byte[17 << 20]) };
            request.Headers.TransferEncodingChunked = chunked;
            using HttpResponseMessage response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal("body_too_large", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.RequestEntityTooLarge))["code"]!);
        }
    }

    [Fact]
    public async Task Another_content_type_is_415()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.Http.PostAsync(Edits, new StringContent("prompt=a"), TestContext.Current.CancellationToken);
        Assert.Equal("unsupported_media_type", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.UnsupportedMediaType))["code"]!);
    }

    private static MultipartFormDataContent Edit(string model = "gpt-image-1") => Form(("prompt", "a hat"), ("model", model));

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, string value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    private async Task<JsonObject> RefusedAsync(string path, HttpContent content)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using (content)
        {
            using HttpResponseMessage response = await client.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
            return await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
        }
    }
}

internal static class FormFiles
{
    public static MultipartFormDataContent WithFile(this MultipartFormDataContent form, string field, byte[] bytes, string type = "application/octet-stream", string name = "picture")
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        form.Add(file, field, name);
        return form;
    }
}
