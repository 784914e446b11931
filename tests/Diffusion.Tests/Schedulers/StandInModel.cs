namespace Limner.Diffusion.Tests.Schedulers;

/// <summary>The closed-form "model" of schedulers.json: 0.3 x + 0.1 sin(t / 100), then tanh(0.5 x + 0.2 cos(t / 100)) as variance.</summary>
internal static class StandInModel
{
    public static void Run(ReadOnlySpan<float> input, double timestep, Span<float> output)
    {
        (float mean, float spread) = ((float)(0.1 * Math.Sin(timestep / 100)), (float)(0.2 * Math.Cos(timestep / 100)));
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (0.3f * input[i]) + mean;
        }

        for (int i = input.Length; i < output.Length; i++)
        {
            output[i] = MathF.Tanh((0.5f * input[i - input.Length]) + spread);
        }
    }
}
