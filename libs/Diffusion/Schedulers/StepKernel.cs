using System.Numerics;
using System.Runtime.InteropServices;

namespace Limner.Diffusion.Schedulers;

/// <summary>What one step does to each element; operations between lanes do not exist, so neither length nor alignment changes a bit.</summary>
internal interface IStepKernel
{
    /// <summary>The next sample. <paramref name="history"/> is written back.</summary>
    Vector<float> Invoke(
        Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history);
}

/// <summary>Runs a kernel over spans in one pass, without allocation. Spans that the kernel does not use may be empty.</summary>
internal static class StepKernel
{
    public static void Run<TKernel>(
        TKernel kernel,
        Span<float> sample,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> auxiliary = default,
        ReadOnlySpan<float> noise = default,
        Span<float> history = default)
        where TKernel : struct, IStepKernel
    {
        int whole = sample.Length - (sample.Length % Vector<float>.Count);
        RunWhole(kernel, sample[..whole], output, auxiliary, noise, history);
        if (whole == sample.Length)
        {
            return;
        }

        // The rest goes through the same vector code in a padded copy, so that it has the same bits.
        Span<float> padded = stackalloc float[5 * Vector<float>.Count];
        padded.Clear();
        Span<float> paddedSample = Pad(sample, padded, 0, whole);
        Span<float> paddedHistory = Pad(history, padded, 4, whole);
        RunWhole(
            kernel, paddedSample, Pad(output, padded, 1, whole), Pad(auxiliary, padded, 2, whole), Pad(noise, padded, 3, whole), paddedHistory);
        paddedSample[..(sample.Length - whole)].CopyTo(sample[whole..]);
        if (!history.IsEmpty)
        {
            paddedHistory[..(sample.Length - whole)].CopyTo(history[whole..]);
        }
    }

    private static Span<float> Pad(ReadOnlySpan<float> source, Span<float> padded, int slot, int whole)
    {
        Span<float> target = padded.Slice(slot * Vector<float>.Count, Vector<float>.Count);
        if (!source.IsEmpty)
        {
            source[whole..].CopyTo(target);
        }

        return target;
    }

    private static void RunWhole<TKernel>(
        TKernel kernel,
        Span<float> sample,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> auxiliary,
        ReadOnlySpan<float> noise,
        Span<float> history)
        where TKernel : struct, IStepKernel
    {
        Span<Vector<float>> samples = MemoryMarshal.Cast<float, Vector<float>>(sample);
        ReadOnlySpan<Vector<float>> outputs = Lanes(output, samples);
        ReadOnlySpan<Vector<float>> auxiliaries = Lanes(auxiliary, samples);
        ReadOnlySpan<Vector<float>> noises = Lanes(noise, samples);
        Span<Vector<float>> histories = MemoryMarshal.Cast<float, Vector<float>>(history);
        Vector<float> remembered = Vector<float>.Zero;
        for (int i = 0; i < samples.Length; i++)
        {
            ref Vector<float> slot = ref histories.IsEmpty ? ref remembered : ref histories[i];
            samples[i] = kernel.Invoke(samples[i], outputs[i], auxiliaries[i], noises[i], ref slot);
        }
    }

    private static ReadOnlySpan<Vector<float>> Lanes(ReadOnlySpan<float> source, Span<Vector<float>> samples) =>
        source.IsEmpty ? samples : MemoryMarshal.Cast<float, Vector<float>>(source)[..samples.Length];
}
