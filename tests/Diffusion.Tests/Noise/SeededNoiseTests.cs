using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Limner.Diffusion.Noise;

namespace Limner.Diffusion.Tests.Noise;

public sealed class SeededNoiseTests
{
    private const int Million = 1 << 20;
    private static readonly NoiseKey Key = new(7, 0, Stage.Decoder, NoiseKey.InitialStep);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(100_003)]
    public void Vectors_and_scalars_give_the_same_bits_at_any_length(int length)
    {
        foreach (NoiseKey key in new[] { Key, new NoiseKey(ulong.MaxValue, 9, Stage.SuperResSecond, 999) })
        {
            (float[] vectors, float[] scalars) = (new float[length], new float[length]);
            SeededNoise.Fill(key, vectors, vectorized: true);
            SeededNoise.Fill(key, scalars, vectorized: false);
            Assert.Equal(MemoryMarshal.AsBytes<float>(scalars), MemoryMarshal.AsBytes<float>(vectors));
        }
    }

    [Fact]
    public void A_shorter_field_is_the_beginning_of_a_longer_one_and_alignment_does_not_matter()
    {
        float[] longer = Fill(Key, 1000);
        for (int length = 1; length < 100; length++)
        {
            float[] buffer = new float[length + 3];
            SeededNoise.FillGaussian(Key, buffer.AsSpan(3));
            Assert.Equal(longer[..length], buffer[3..]);
        }
    }

    // A seed is a promise: these bytes may never change, on any machine.
    [Fact]
    public void The_bytes_of_a_seed_are_fixed()
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(Fill(Key, 100_000))));
        Assert.Equal("24934968218afab3774e9ce672839eada048f310b4b6f97ea32bdda71d36fffb", hash);
    }

    [Fact]
    public void Moments_and_tails_are_those_of_a_unit_Gaussian()
    {
        float[] values = Fill(Key, 4 * Million);
        double Moment(int power) => values.Average(value => Math.Pow(value, power));
        double Beyond(double limit) => values.Count(value => Math.Abs(value) > limit) / (double)values.Length;

        // Five standard errors of each estimate.
        double unit = 5 / Math.Sqrt(values.Length);
        Assert.Equal(0, Moment(1), unit);
        Assert.Equal(1, Moment(2), unit * Math.Sqrt(2));
        Assert.Equal(0, Moment(3), unit * Math.Sqrt(15));
        Assert.Equal(3, Moment(4), unit * Math.Sqrt(96));
        Assert.Equal(0.0455003, Beyond(2), unit * Math.Sqrt(0.0455));
        Assert.Equal(6.33425e-5, Beyond(4), unit * Math.Sqrt(6.33425e-5));
        Assert.All(values, value => Assert.True(Math.Abs(value) < 6.7f));
    }

    [Fact]
    public void Fields_of_different_keys_and_neighbouring_values_are_uncorrelated()
    {
        NoiseKey[] keys =
        [
            Key, Key with { Seed = 8 }, Key with { Seed = 7UL << 32 }, Key with { Candidate = 1 }, Key with { Stage = Stage.Prior },
            Key with { Step = 0 }, Key with { Step = 1 },
        ];
        float[][] fields = Array.ConvertAll(keys, key => Fill(key, Million));
        double limit = 5 / Math.Sqrt(Million);
        for (int i = 0; i < fields.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.Equal(0, Correlation(fields[i], fields[j]), limit);
            }
        }

        // Lags that would show a pair of one transform (8), a block (32) or its neighbours.
        foreach (int lag in new[] { 1, 8, 16, 24, 32 })
        {
            Assert.Equal(0, Correlation(fields[0].AsSpan(lag), fields[0].AsSpan(0, Million - lag)), limit);
        }
    }

    private static float[] Fill(NoiseKey key, int length)
    {
        float[] values = new float[length];
        SeededNoise.FillGaussian(key, values);
        return values;
    }

    private static double Correlation(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0.0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum / a.Length;
    }
}
