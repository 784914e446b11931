using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Fixtures;

namespace Limner.Inference.Tests.Pipeline;

/// <summary>A network that overflows ends its candidate with its name, and not as a black picture.</summary>
public sealed class NotFiniteTests
{
    [Theory]
    [InlineData("text_encoder/model.onnx", "text encoder")]
    [InlineData("prior/model.onnx", "prior")]
    [InlineData("text_proj/model.onnx", "text projection")]
    [InlineData("decoder/model.onnx", "decoder")]
    [InlineData("autoencoder/decoder.onnx", "autoencoder")]
    [InlineData("super_res_first/model.onnx", "first super-resolution stage")]
    [InlineData("super_res_second/model.onnx", "second super-resolution stage")]
    [InlineData("image_encoder/model.onnx", "image encoder")]
    public void The_network_is_named(string broken, string name) => Fails(TestModel.Latent, broken, name, new UnclipRequest
    {
        Prompt = "a red horse",
        Parts = broken.StartsWith("image_encoder", StringComparison.Ordinal) ? [BlendPart.Of(new SourceImage(64, 64, new byte[3 * 64 * 64]))] : [],
    });

    /// <summary>This one's schedulers clamp what the networks predict, which makes NaN and infinity plain numbers again.</summary>
    [Theory]
    [InlineData("prior/model.onnx", "prior")]
    [InlineData("decoder/model.onnx", "decoder")]
    [InlineData("super_res_first/model.onnx", "first super-resolution stage")]
    [InlineData("super_res_last/model.onnx", "first super-resolution stage")]
    public void Also_where_a_scheduler_clamps(string broken, string name) => Fails(TestModel.Reference, broken, name, new UnclipRequest { Prompt = "a red horse" });

    private static void Fails(string folder, string broken, string name, UnclipRequest request)
    {
        using var copy = new BrokenModel(folder, broken);
        using UnclipModel model = ModelFolder.Load(copy.Folder, TestModel.Cpu);
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new SeededNoiseSource(), TimeProvider.System);
        RefusedRequestException refused = Assert.Throws<RefusedRequestException>(() => pipeline.Generate(
            request with { PriorSteps = 3, DecoderSteps = 3, SuperResSteps = 3 }, (_, _) => Assert.Fail("There is a picture."), null, TestContext.Current.CancellationToken));
        Assert.Equal("not_finite", refused.Code);
        Assert.StartsWith($"The model's {name} gave what is no finite number (NaN or infinity), so there is no picture.", refused.Message, StringComparison.Ordinal);
    }
}
