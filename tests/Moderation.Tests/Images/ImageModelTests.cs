using Limner.Imaging;
using Limner.Inference;
using Limner.Moderation.Images;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Limner.Moderation.Tests.Images;

public sealed class ImageModelTests : IDisposable
{
    private readonly TinyModel _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(1024)]
    public void A_concept_is_found_at_every_size(int side)
    {
        _folder.WriteRedConcept();
        using ImageModel model = Load();

        Assert.Equal("violence", model.Judge(TinyModel.Plain(200, 30, 30, side))?.Concept.Category);
        Assert.Null(model.Judge(TinyModel.Plain(30, 200, 30, side)));
        Assert.Equal("red-1", model.Judge(TinyModel.Plain(200, 30, 30, side))?.Version);
    }

    [Theory]
    [InlineData(192, 64)]
    [InlineData(64, 192)]
    [InlineData(112, 64)]
    public void A_concept_is_found_wherever_in_a_picture_of_any_shape(int width, int height)
    {
        _folder.WriteRedConcept();
        using ImageModel model = Load();
        int side = Math.Min(width, height);
        for (int start = 0; start <= Math.Max(width, height) - side; start += side / 2)
        {
            // A red square on green: stretched with all of the picture it would be too little of it.
            var image = new RgbImage(width, height);
            for (int i = 0; i < width * height; i++)
            {
                int along = width > height ? i % width : i / width;
                (along >= start && along < start + side ? new byte[] { 200, 30, 30 } : [30, 200, 30]).CopyTo(image.Pixels, 3 * i);
            }

            Assert.Equal("violence", model.Judge(image)?.Concept.Category);
        }
    }

    [Fact]
    public void Many_threads_get_the_answers_of_one()
    {
        _folder.WriteRedConcept();
        using ImageModel model = Load();
        RgbImage[] images = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? TinyModel.Plain(200, 30, 30, 64 + i) : TinyModel.Plain(30, 200, 30, 64 + i))];
        bool[] refused = new bool[images.Length];

        Parallel.For(0, images.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => refused[i] = model.Judge(images[i]) is not null);

        Assert.Equal(images.Select((_, i) => i % 2 == 0), refused);
    }

    [Fact]
    public void Without_concepts_it_does_not_start() =>
        Assert.Contains($"{_folder.ConceptsPath} is missing", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_an_image_encoder_it_does_not_start()
    {
        _folder.WriteRedConcept();
        File.Delete(Path.Combine(_folder.Folder, "limner.json"));
        Directory.Delete(Path.Combine(_folder.Folder, "image_encoder"), recursive: true);
        Assert.Contains("has no image_encoder", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Concepts_of_another_model_do_not_start()
    {
        _folder.WriteConcepts("""{"version":"1","cells":5,"concepts":[{"name":"sword","category":"violence","weights":[1],"bias":0,"threshold":3}]}""");
        Assert.Contains("expected a divisor of", Assert.Throws<InvalidDataException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_it_is_loaded_nothing_is_approved()
    {
        using ImageModel model = Make(isUnchecked: false);
        Assert.False(model.IsReady);
        Assert.Throws<InvalidOperationException>(() => model.Judge(TinyModel.Green));
    }

    [Fact]
    public void Unchecked_it_approves_everything()
    {
        using ImageModel model = Make(isUnchecked: true);
        model.Load();
        Assert.True(model.IsReady);
        Assert.Null(model.Judge(TinyModel.Red));
    }

    private ImageModel Load()
    {
        ImageModel model = Make(isUnchecked: false);
        try
        {
            model.Load();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private ImageModel Make(bool isUnchecked) => new(
        Options.Create(new ImageModerationOptions { Unchecked = isUnchecked }), Options.Create(new ModelOptions { Folder = _folder.Folder }),
        Options.Create(TinyModel.Cpu), NullLogger<ImageModel>.Instance);
}
