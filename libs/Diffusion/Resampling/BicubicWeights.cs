namespace Limner.Diffusion.Resampling;

/// <summary>
/// For each output position along one axis, the input positions it draws from and their weights: Keys' cubic with a = -0.5, widened by
/// the scale when shrinking. Positions outside the input are dropped and the rest made to sum to 1.
/// </summary>
internal sealed class BicubicWeights
{
    private const float Sharpness = -0.5f;
    private const float Support = 2f;

    private readonly int[] _first;
    private readonly float[][] _weights;

    public BicubicWeights(int inLength, int outLength)
    {
        (_first, _weights) = (new int[outLength], new float[outLength][]);
        float scale = (float)inLength / outLength;
        float widening = Math.Max(scale, 1f);
        float reach = Support * widening;
        for (int i = 0; i < outLength; i++)
        {
            float center = scale * (i + 0.5f);
            int first = Math.Max((int)(center - reach + 0.5f), 0);
            float[] weights = new float[Math.Min((int)(center + reach + 0.5f), inLength) - first];
            for (int j = 0; j < weights.Length; j++)
            {
                weights[j] = Cubic((j + first - center + 0.5f) / widening);
            }

            float total = weights.Sum();
            (_first[i], _weights[i]) = (first, Array.ConvertAll(weights, weight => weight / total));
        }
    }

    public int First(int position) => _first[position];

    public ReadOnlySpan<float> Of(int position) => _weights[position];

    private static float Cubic(float x)
    {
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((((Sharpness + 2) * x) - (Sharpness + 3)) * x * x) + 1,
            < 2 => ((((x - 5) * x) + 8) * x - 4) * Sharpness,
            _ => 0,
        };
    }
}
