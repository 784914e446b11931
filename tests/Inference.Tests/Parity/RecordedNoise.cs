using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Inference.Folders;

namespace Limner.Inference.Tests.Parity;

/// <summary>The noise that the original pipeline drew in one run; a request's seed is the number of its prompt in that run.</summary>
/// <param name="load">Opens an array of the run by its name.</param>
/// <param name="candidatesPerPrompt">Pictures of each prompt.</param>
internal sealed class RecordedNoise(Func<string, NpyFile> load, int candidatesPerPrompt) : INoiseSource
{
    private readonly Dictionary<string, NpyFile> _files = [];

    public void Fill(NoiseKey key, Span<float> destination)
    {
        string stage = key.Stage switch { Stage.Prior => "prior", Stage.Decoder => "decoder", _ => "super_res" };
        int image = ((int)key.Seed * candidatesPerPrompt) + key.Candidate;
        if (key.Step == NoiseKey.InitialStep)
        {
            NpyFile initial = Load($"{stage}_latents_init");
            Golden.Item(initial.Floats, initial, image).CopyTo(destination);
            return;
        }

        NpyFile noise = Load($"{stage}_noise"); // (steps - 1, N, ...)
        Golden.Item(noise.Floats, noise, key.Step).Slice(image * destination.Length, destination.Length).CopyTo(destination);
    }

    private NpyFile Load(string name)
    {
        if (!_files.TryGetValue(name, out NpyFile? file))
        {
            _files[name] = file = load(name);
        }

        return file;
    }
}
