using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>What a model's decoder half cannot do.</summary>
internal static class DecodeCheck
{
    public static void Check(DecodeRequest request, DecoderNetworks networks)
    {
        CheckSize(networks.TargetOf(request), networks);
        Guidance.Check(request.Guidance, "guidance");
        AdapterCheck.Check(request.Adapter, networks.Adapters);
        SchedulerFactory.CreateFor(networks.DecoderScheduler, request.DecoderSteps, "decoder");
        if (request.Known?.Image is { } known && !networks.TargetOf(request).HasShapeOf(new(known.Width, known.Height)))
        {
            throw Refused(RequestProblem.Size, $"A picture of {known.Width}x{known.Height} cannot be gone on with at {networks.TargetOf(request)}, which has another shape.");
        }

        if (request.Known is not null && networks.Autoencoder is { Encode: null })
        {
            throw Refused(RequestProblem.MissingPart, "This model cannot keep a part of a picture: it has no autoencoder/encoder.onnx.");
        }

        if (request.Upscale is not { } given)
        {
            return;
        }

        if (networks.SuperResolution.Count == 0)
        {
            throw Refused(RequestProblem.MissingPart, "This model cannot enlarge pictures: it has no super_res_first/.");
        }

        if (Math.Min(given.Width, given.Height) < BlendCheck.SmallestSide)
        {
            throw Refused(RequestProblem.Size, $"The picture has {given.Width}x{given.Height} pixels; expected at least {BlendCheck.SmallestSide} on each side to enlarge.");
        }

        if (request.Size is { } asked && !asked.HasShapeOf(new(given.Width, given.Height)))
        {
            throw Refused(RequestProblem.Size, $"A picture of {given.Width}x{given.Height} cannot be enlarged to {asked}, which has another shape.");
        }
    }

    private static void CheckSize(ImageSize size, DecoderNetworks networks)
    {
        int longest = networks.LongestSide;
        if (size.ShortSide < 1 || size.LongSide > longest)
        {
            throw Refused(RequestProblem.Size, $"An image of {size} was asked for; this model makes up to {longest}x{longest}.");
        }

        if (size.LongSide > ImageSize.LongestShape * size.ShortSide)
        {
            throw Refused(RequestProblem.Size, $"An image of {size} was asked for; its long side may be at most {ImageSize.LongestShape} times its short one.");
        }
    }

    private static RefusedRequestException Refused(RequestProblem problem, string sentence) => new(problem, sentence);
}
