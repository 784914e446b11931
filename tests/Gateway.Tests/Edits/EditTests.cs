using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;

namespace Limner.Gateway.Tests.Edits;

/// <summary>Edits and variations: all of a request is looked at, and what is in order is told that there is nothing yet that could do it.</summary>
public sealed class EditTests(SqliteGateway shared)
{
    private const string Edits = "/v1/images/edits", Variations = "/v1/images/variations";

    [Fact]
    public async Task Requests_that_are_in_order_are_told_that_it_is_not_done_yet()
    {
        foreach ((string path, MultipartFormDataContent form) in new[]
        {
            (Edits, Form(("prompt", "a hat"), ("model", "dall-e-2"), ("n", "2"), ("size", "1024x1024"), ("response_format", "b64_json"), ("user", "u")).WithFile("image", TestPictures.Png(64, 64)).WithFile("mask", TestPictures.Mask)),
            (Edits, Form(("prompt", "a hat"), ("model", "gpt-image-1"), ("input_fidelity", "high"), ("output_format", "webp"), ("output_compression", "50"), ("stream", "true"), ("partial_images", "3"), ("seed", "18446744073709551615"))
                .WithFile("image[]", TestPictures.Jpeg(64, 48)).WithFile("image[]", TestPictures.Webp(32, 32))),
            (Edits, Form(("prompt", "a hat")).WithFile("image", TestPictures.Webp(64, 48), "text/html", "../../etc/passwd")),
            (Variations, Form(("model", "dall-e-2"), ("n", "10"), ("response_format", "url")).WithFile("image", TestPictures.Png(64, 64))),
            (Variations, Form().WithFile("image", TestPictures.Jpeg(64, 48))),
        })
        {
            JsonObject error = await RefusedAsync(path, form);
            Assert.Equal(("operation_not_supported", null), ((string)error["code"]!, (string?)error["param"]));
        }
    }

    [Fact]
    public async Task JSON_with_data_URLs_means_the_same()
    {
        string png = $"data:image/png;base64,{Convert.ToBase64String(TestPictures.Png(64, 64))}", mask = $"data:image/png;base64,{Convert.ToBase64String(TestPictures.Mask)}";
        foreach ((string path, string body, string code) in new[]
        {
            (Edits, $$"""{"prompt":"a hat","image":"{{png}}","mask":"{{mask}}"}""", "operation_not_supported"),
            (Edits, $$"""{"prompt":"a hat","model":"gpt-image-1","images":[{"image_url":"{{png}}"},{"image_url":"{{png}}"}],"mask":{"image_url":"{{mask}}"} }""", "operation_not_supported"),
            (Variations, $$"""{"image":"{{png}}"}""", "operation_not_supported"),
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
