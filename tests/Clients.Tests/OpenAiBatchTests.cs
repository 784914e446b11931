using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Limner.Imaging.Uploads;
using OpenAI;
using OpenAI.Batch;
using OpenAI.Files;

namespace Limner.Clients.Tests;

#pragma warning disable OPENAI001 // Parts of the package that its authors may still change: all of batches.

/// <summary>Files and batches with the package <c>OpenAI</c> from NuGet, unchanged but for the address.</summary>
public abstract class OpenAiBatchTests(Service service) : ClientTests(service)
{
    private const string Generations = "/v1/images/generations";

    private ApiKeyCredential Key => new(Limner.Key);

    private OpenAIFileClient Files => new(Key, new OpenAIClientOptions { Endpoint = Limner.Api });

    private BatchClient Batches => new(Key, new BatchClientOptions { Endpoint = Limner.Api });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_kept_listed_given_back_and_removed()
    {
        BinaryData content = BinaryData.FromString(Line("star", new { prompt = "a red star" }));
        OpenAIFile file = await Files.UploadFileAsync(content, "night.jsonl", FileUploadPurpose.Batch);

        Assert.Equal(("night.jsonl", FilePurpose.Batch, content.Length), (file.Filename, file.Purpose, file.SizeInBytes));
        OpenAIFileCollection all = await Files.GetFilesAsync(FilePurpose.Batch, Cancellation);
        Assert.Contains(all, known => known.Id == file.Id);
        OpenAIFile again = await Files.GetFileAsync(file.Id, Cancellation);
        Assert.Equal(file.CreatedAt, again.CreatedAt);
        BinaryData read = await Files.DownloadFileAsync(file.Id, Cancellation);
        Assert.Equal(content.ToArray(), read.ToArray());
        FileDeletionResult removed = await Files.DeleteFileAsync(file.Id, Cancellation);
        Assert.True(removed.Deleted);
        ClientResultException gone = await Assert.ThrowsAsync<ClientResultException>(() => Files.GetFileAsync(file.Id, Cancellation));
        Assert.Equal(404, gone.Status);
    }

    [Fact]
    public async Task A_batch_ends_with_a_result_for_each_line()
    {
        OpenAIFile input = await Files.UploadFileAsync(
            BinaryData.FromString(string.Join('\n', Line("star", new { prompt = "a red star", response_format = "b64_json" }), Line("nude", new { prompt = "a nude woman" }))), "night.jsonl", FileUploadPurpose.Batch);
        CreateBatchOperation operation = await CreateAsync(input);
        await operation.WaitForCompletionAsync(Cancellation);

        JsonElement done = Read(await operation.GetBatchAsync(Options()));
        Assert.Equal(("completed", input.Id), (done.GetProperty("status").GetString(), done.GetProperty("input_file_id").GetString()));
        JsonElement star = Assert.Single(await LinesAsync(done, "output_file_id")), nude = Assert.Single(await LinesAsync(done, "error_file_id"));
        Assert.Equal("star", star.GetProperty("custom_id").GetString());
        byte[] picture = star.GetProperty("response").GetProperty("body").GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64();
        Assert.Equal(128, UploadedImage.Check(picture, 1 << 20).Width);
        Assert.Equal("content_policy_violation", nude.GetProperty("response").GetProperty("body").GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_batch_is_taken_back()
    {
        OpenAIFile input = await Files.UploadFileAsync(BinaryData.FromString(Line("long", new { prompt = "a red fox", n = 10, steps = 900 })), "long.jsonl", FileUploadPurpose.Batch);
        CreateBatchOperation operation = await CreateAsync(input);
        await operation.CancelAsync(Options());
        await operation.WaitForCompletionAsync(Cancellation);

        JsonElement cancelled = Read(await operation.GetBatchAsync(Options()));
        Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());
    }

    private Task<CreateBatchOperation> CreateAsync(OpenAIFile input) => Batches.CreateBatchAsync(
        BinaryContent.Create(BinaryData.FromObjectAsJson(new { input_file_id = input.Id, endpoint = Generations, completion_window = "24h" })), waitUntilCompleted: false, Options());

    private async Task<JsonElement[]> LinesAsync(JsonElement batch, string file)
    {
        BinaryData content = await Files.DownloadFileAsync(batch.GetProperty(file).GetString(), Cancellation);
        return [.. content.ToString().TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static RequestOptions Options() => new() { CancellationToken = Cancellation };

    private static JsonElement Read(ClientResult result) => JsonDocument.Parse(result.GetRawResponse().Content).RootElement;

    private static string Line(string id, object body) => JsonSerializer.Serialize(new { custom_id = id, method = "POST", url = Generations, body });
}

public sealed class OpenAiBatchesAgainstStandaloneTests(Standalone service) : OpenAiBatchTests(service);

public sealed class OpenAiBatchesAgainstServicesTests(Apart service) : OpenAiBatchTests(service);
