using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Sampling;

public sealed class KnownSampleTests
{
    private static readonly NoiseLevel Middle = new(0.8f, 0.6f);

    [Fact]
    public void What_is_known_is_put_in_at_the_samples_own_noise()
    {
        float[] sample = [9, 9, 9, 9];
        new KnownSample(new float[] { 1, 2, 3, 4 }, new float[] { 1, 0 }).Hold(Middle, [10, 10, 10, 10], sample);
        Assert.Equal([0.8f + 6, 9, 2.4f + 6, 9], sample);
        new KnownSample(new float[] { 1, 2, 3, 4 }, new float[] { 1, 0.5f }).Hold(NoiseLevel.Clean, [], sample);
        Assert.Equal([1, 5.5f, 3, 6.5f], sample);
    }

    [Fact]
    public void Going_back_gives_the_noise_of_the_step_before()
    {
        (float[] noise, float[] again) = (new float[100_000], new float[100_000]);
        SeededNoise.FillGaussian(new(1, 0, Stage.Decoder, 0), noise);
        SeededNoise.FillGaussian(new(1, 0, Stage.Decoder, 1), again);
        float[] sample = new float[noise.Length];
        Middle.Apply(Enumerable.Repeat(2f, noise.Length).ToArray(), noise, sample);
        KnownSample.GoBack(Middle, new(0.6f, 0.8f), again, sample);
        Assert.Equal(0.6 * 2, sample.Average(), 0.01);
        Assert.Equal(0.8, Math.Sqrt(sample.Average(value => Math.Pow(value - 1.2, 2))), 0.01);
    }
}
