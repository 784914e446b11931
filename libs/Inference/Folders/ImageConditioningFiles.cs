using Limner.Diffusion.Unclip;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>What a decoder needs that knows the image embedding alone, as Kandinsky 2.2's does: the embedding that guidance leads away from.</summary>
internal sealed class ImageConditioningFiles
{
    public const string Input = "image_embeds";

    private readonly ComponentFiles _files;
    private readonly float[]? _nothing;

    public ImageConditioningFiles(ComponentFiles files, OnnxGraph decoder)
    {
        _files = files;
        decoder.Input(Input, Float, "batch,D", files.Dimensions, files.Folder);
        _nothing = files.Vector("decoder/negative_image_embeds.npy", "D");
        if (files.Dimensions["D"] == 0)
        {
            files.Folder.Report(decoder.File, $"leaves the size of {Input} open; expected it static");
        }
    }

    public DecoderConditioning Build() => new(Project, Input, _files.Dimensions["D"], default);

    // Without text there is one thing to lead away from, whatever the negative prompt: that one has its part in the prior.
    private void Project(ReadOnlySpan<float> image, TextEncoding prompt, TextEncoding? unconditional, Span<float> states, Span<float> embeddings)
    {
        if (unconditional is not null)
        {
            _nothing.CopyTo(embeddings);
        }

        image.CopyTo(embeddings[^image.Length..]); // [uncond, cond]
    }
}
