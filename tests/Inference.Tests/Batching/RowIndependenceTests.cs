using Limner.Diffusion.Sampling;

namespace Limner.Inference.Tests.Batching;

/// <summary>A row's output has the same bits whatever the number of rows beside it and whichever row it is.</summary>
public sealed class RowIndependenceTests(ITestOutputHelper output)
{
    private const int Rows = 16;

    /// <summary>The fixtures' networks, and those with several slots of every model that is shipped.</summary>
    public static TheoryData<string, string> Networks
    {
        get
        {
            var networks = new TheoryData<string, string>();
            networks.AddRange(((string[])["prior", "decoder", "super_res_first", "super_res_last"]).Select(name => (TestModel.Reference, name)));
            networks.AddRange(((string[])["prior", "decoder", "super_res_first", "super_res_second"]).Select(name => (TestModel.Latent, name)));
            networks.AddRange(TestModel.Shipped.SelectMany(folder => ((string[])["prior", "decoder"]).Select(name => (folder, name))));
            return networks;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_row_is_the_same_alone_and_in_every_batch_up_to_sixteen(string folder, string name)
    {
        int slots = TestModel.Shipped.Contains(folder) ? 1 : Rows;
        using UnclipModel model = ModelFolder.Load(folder, TestModel.Cpu, slots: new() { SuperResolution = slots });
        IDenoiser network = TestRows.Network(model, name);
        Assert.Equal(Rows, network.Capacity);
        Assert.Equal(folder != TestModel.Reference, network.TimestepPerRow);

        void Fill(int row, int number)
        {
            network.Condition(row, TestRows.Conditioning(model, name, number));
            TestRows.Noise(network.SampleLength, number, 3).CopyTo(network.Sample(row));
            network.SetTimestep(row, network.TimestepPerRow ? 999 - 60 * number : 500);
        }

        float[][] alone = new float[Rows][];
        for (int number = 0; number < Rows; number++)
        {
            Fill(0, number);
            network.Run(1);
            alone[number] = network.Output(0).ToArray();
        }

        var differing = new List<string>();
        for (int count = 1; count <= Rows; count++)
        {
            float worst = 0f;
            for (int row = 0; row < count; row++)
            {
                Fill(row, (row + count) % Rows);
            }

            network.Run(count);
            for (int row = 0; row < count; row++)
            {
                worst = Math.Max(worst, LargestDifference(network.Output(row), alone[(row + count) % Rows]));
            }

            if (worst > 0)
            {
                differing.Add($"{count} rows by {worst:E2}");
            }
        }

        output.WriteLine($"{Path.GetFileName(folder)} {name}: differs at {(differing.Count == 0 ? "no batch size" : string.Join(", ", differing))}");
        Assert.Empty(differing);
    }

    private static float LargestDifference(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        float worst = 0f;
        for (int i = 0; i < one.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(one[i]) != BitConverter.SingleToInt32Bits(other[i]))
            {
                worst = Math.Max(worst, Math.Max(Math.Abs(one[i] - other[i]), float.Epsilon));
            }
        }

        return worst;
    }
}
