using System.Text.Json.Nodes;
using Limner.Diffusion.Unclip;
using Limner.Inference.Folders;

namespace Limner.Inference.Tests.Parity;

/// <summary>What diffusers' pipeline drew with a public checkpoint's layout, beside the exported folder.</summary>
internal sealed class PublicRun(string name)
{
    private readonly JsonNode _run = JsonNode.Parse(File.ReadAllText(Path.Combine(TestModel.Public(name), "golden", "run.json")))!;

    public NpyFile Load(string array) => NpyFile.Load(Path.Combine(TestModel.Public(name), "golden", $"{array}.npy"));

    public RecordedNoise Noise => new(Load, candidatesPerPrompt: 0);

    public string Prompt => (string)_run["prompt"]!;

    public UnclipRequest Request => new()
    {
        Prompt = Prompt,
        Candidates = Load("image").Shape[0],
        PriorSteps = Steps("prior"),
        DecoderSteps = Steps("decoder"),
        SuperResSteps = Steps("super_res"),
        PriorGuidance = Scale("prior"),
        Guidance = Scale("decoder"),
    };

    public int? Steps(string stage) => (int?)_run[$"{stage}_num_inference_steps"];

    public float Scale(string stage) => (float)_run[$"{stage}_guidance_scale"]!;

    /// <summary>Compares pictures with the original ones by the tolerances of the reference: 1e-4 in the mean, 8-bit values within a level.</summary>
    /// <param name="pictures">What was drawn.</param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="array">What diffusers drew.</param>
    public void Compare(IReadOnlyList<Picture> pictures, ITestOutputHelper output, string array = "image")
    {
        NpyFile images = Load(array); // (N, H, W, 3)
        Assert.Equal(images.Shape[0], pictures.Count);
        (double sum, double worst, int within, int count, int flat) = (0.0, 0.0, 0, 0, 0);
        foreach ((int number, Picture picture) in pictures.Index())
        {
            ReadOnlySpan<float> expected = Golden.Item(images.Floats, images, number);
            int plane = picture.Shape.Height * picture.Shape.Width;
            Assert.Equal(expected.Length, picture.Shape.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                double error = Math.Abs((double)picture.Pixels.Span[((i % 3) * plane) + (i / 3)] - expected[i]);
                (sum, worst, count) = (sum + error, Math.Max(worst, error), count + 1);
                within += error * 255 <= 1 ? 1 : 0;
                flat += expected[i] is 0 or 1 ? 1 : 0;
            }
        }

        output.WriteLine($"{name} {array}: mean error {sum / count:E2}, largest {worst:E2}, within one level {100.0 * within / count:F3} %, at an end of the range {100.0 * flat / count:F1} %");
        Assert.True(flat < count / 2, $"{flat} of {count} values of the original are at an end of the range, where errors do not show");
        Assert.True(sum / count <= 1e-4, $"mean error {sum / count:E2}");
        Assert.True(within >= 0.999 * count, $"{within} of {count} values within one level");
    }
}
