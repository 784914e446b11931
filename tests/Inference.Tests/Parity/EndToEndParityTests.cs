using System.Text.Json.Nodes;
using Limner.Diffusion.Unclip;
using Limner.Fixtures;
using Limner.Inference.Folders;

namespace Limner.Inference.Tests.Parity;

/// <summary>The whole loop, free-running on the noise of the original pipeline's runs.</summary>
public sealed class EndToEndParityTests(ITestOutputHelper output)
{
    public static TheoryData<string> Runs =>
        [.. Directory.EnumerateDirectories(ReferenceFolder.Path("unclip_tiny", "golden"), "e2e_*").Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_reference_has_three_runs() => Assert.Equal(3, Runs.Count);

    [Theory]
    [MemberData(nameof(Runs))]
    public void Images_are_the_reference_images(string name)
    {
        JsonNode run = Golden.Json(name, "run.json");
        string[] prompts = run["prompt"] is JsonArray several ? several.Select(prompt => (string)prompt!).ToArray() : [(string)run["prompt"]!];
        int each = (int)run["num_images_per_prompt"]!;
        using UnclipModel model = ModelFolder.Load(TestModel.Reference, TestModel.Cpu);
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new RecordedNoise(array => Golden.Load(name, $"{array}.npy"), each), TimeProvider.System);

        (NpyFile images, NpyFile bytes) = (Golden.Load(name, "image.npy"), Golden.Load(name, "image_u8.npy")); // (N, H, W, 3)
        (int seen, double sum, double worst, int count, int within) = (0, 0.0, 0.0, 0, 0);
        for (int prompt = 0; prompt < prompts.Length; prompt++)
        {
            pipeline.Generate(RequestOf(run, prompts[prompt], prompt, each), (candidate, picture) =>
            {
                seen++;
                int image = (prompt * each) + candidate;
                ReadOnlySpan<float> expected = Golden.Item(images.Floats, images, image);
                ReadOnlySpan<byte> expectedBytes = Golden.Item(bytes.Bytes, bytes, image);
                byte[] rgb = new byte[expected.Length];
                picture.CopyRgb(rgb);
                int plane = picture.Shape.Height * picture.Shape.Width;
                for (int i = 0; i < expected.Length; i++)
                {
                    double error = Math.Abs((double)picture.Pixels.Span[((i % 3) * plane) + (i / 3)] - expected[i]);
                    (sum, worst, count) = (sum + error, Math.Max(worst, error), count + 1);
                    within += Math.Abs(rgb[i] - expectedBytes[i]) <= 1 ? 1 : 0;
                }
            }, cancellation: TestContext.Current.CancellationToken);
        }

        output.WriteLine($"{name}: mean error {sum / count:E2}, largest {worst:E2}, 8-bit within one level {100.0 * within / count:F3} %");
        Assert.Equal((int)run["n_images"]!, seen);
        Assert.True(sum / count <= 1e-4, $"mean error {sum / count:E2}");
        Assert.True(within >= 0.999 * count, $"{within} of {count} values within one level");
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Image_embeddings_are_the_reference_embeddings(string name)
    {
        JsonNode run = Golden.Json(name, "run.json");
        string[] prompts = run["prompt"] is JsonArray several ? several.Select(prompt => (string)prompt!).ToArray() : [(string)run["prompt"]!];
        int each = (int)run["num_images_per_prompt"]!;
        using UnclipModel model = ModelFolder.Load(TestModel.Reference, TestModel.Cpu, ModelParts.Encoder);
        Assert.Null(model.Decoder);
        var encoder = new UnclipEncoder(model.Encoder!, new RecordedNoise(array => Golden.Load(name, $"{array}.npy"), each), TimeProvider.System, new(TimeProvider.System));

        NpyFile expected = Golden.Load(name, "image_embeddings.npy");
        double worst = 0.0;
        for (int prompt = 0; prompt < prompts.Length; prompt++)
        {
            UnclipRequest request = RequestOf(run, prompts[prompt], prompt, each);
            IReadOnlyList<Conditioning> conditionings = encoder.Encode(
                new EncodeRequest
                {
                    Prompt = request.Prompt,
                    Seed = request.Seed,
                    Candidates = each,
                    PriorSteps = request.PriorSteps!.Value,
                    PriorGuidance = request.PriorGuidance!.Value,
                    Guidance = request.Guidance!.Value,
                },
                TestContext.Current.CancellationToken);
            for (int candidate = 0; candidate < each; candidate++)
            {
                worst = Math.Max(worst, Golden.LargestError(
                    conditionings[candidate].ImageEmbedding, Golden.Item(expected.Floats, expected, (prompt * each) + candidate)));
            }
        }

        output.WriteLine($"{name}: largest error of an image embedding {worst:E2}");
        Assert.True(worst <= 1e-4, $"{worst:E2}");
    }

    private static UnclipRequest RequestOf(JsonNode run, string prompt, int number, int candidates) => new()
    {
        Prompt = prompt,
        Seed = (ulong)number,
        Candidates = candidates,
        PriorSteps = (int)run["prior_num_inference_steps"]!,
        DecoderSteps = (int)run["decoder_num_inference_steps"]!,
        SuperResSteps = (int)run["super_res_num_inference_steps"]!,
        PriorGuidance = (float)run["prior_guidance_scale"]!,
        Guidance = (float)run["decoder_guidance_scale"]!,
    };
}
