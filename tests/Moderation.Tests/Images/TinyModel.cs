using System.Text.Json;
using Limner.Imaging;
using Limner.Inference;
using Limner.Moderation.Images;

namespace Limner.Moderation.Tests.Images;

/// <summary>A copy of tests/fixtures/latent_tiny with concepts of our own: it finds what is more red than green.</summary>
internal sealed class TinyModel : IDisposable
{
    public static readonly ExecutionOptions Cpu = new() { Provider = ExecutionProvider.Cpu, Threads = 1 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limner-model-");

    public TinyModel()
    {
        string fixture = Repository.PathOf("tests", "fixtures", "latent_tiny");
        foreach (string file in Directory.EnumerateFiles(fixture, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Folder, Path.GetRelativePath(fixture, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.WriteAllBytes(target, System.IO.File.ReadAllBytes(file));
        }
    }

    public string Folder => _folder.FullName;

    public string ConceptsPath => ConceptFile.PathIn(Folder);

    public void WriteConcepts(string json) => System.IO.File.WriteAllText(ConceptsPath, json);

    /// <summary>Writes a concept on the line from the embedding of <see cref="Green"/> to that of <see cref="Red"/>, with the threshold half way.</summary>
    public void WriteRedConcept()
    {
        (float[] red, float[] green) = (Embed(Red), Embed(Green));
        float[] weights = [.. red.Zip(green, (r, g) => r - g)];
        float middle = weights.Zip(red.Zip(green, (r, g) => (r + g) / 2), (w, m) => w * m).Sum();
        WriteConcepts(JsonSerializer.Serialize(new { version = "red-1", cells = 1, concepts = new[] { new { name = "red", category = "violence", weights, bias = 0f, threshold = middle } } }));
    }

    public float[] Embed(RgbImage image)
    {
        using UnclipModel model = ModelFolder.Load(Folder, Cpu, ModelParts.ImageEncoder);
        float[] embedding = new float[model.ImageEncoder!.EmbeddingLength];
        model.ImageEncoder.Encode(new EncoderInput(model.ImageEncoder.Image).Of(image, new PicturePart(0, 0, image.Width, image.Height)), embedding);
        return embedding;
    }

    public static RgbImage Red => Plain(200, 30, 30);

    public static RgbImage Green => Plain(30, 200, 30);

    public void Dispose() => _folder.Delete(recursive: true);

    public static RgbImage Plain(byte red, byte green, byte blue, int side = 64)
    {
        var image = new RgbImage(side, side);
        for (int i = 0; i < image.Pixels.Length; i += 3)
        {
            (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) = (red, green, blue);
        }

        return image;
    }
}
