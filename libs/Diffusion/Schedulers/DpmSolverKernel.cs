using System.Numerics;

namespace Limner.Diffusion.Schedulers;

/// <summary>
/// One step of multistep DPM-Solver++ (arXiv 2211.01095, algorithm 2): the next sample is linear in this one, in the predicted clean
/// sample and in its divided differences over the steps before. The prediction replaces the oldest one in the history.
/// </summary>
internal readonly record struct DpmSolverKernel(
    CleanPrediction Prediction,
    int Order,
    float SampleWeight,
    float CleanWeight,
    float FirstWeight = 0,
    float SecondWeight = 0,
    float Deviation = 0,
    float InverseR0 = 0,
    float InverseR1 = 0,
    float Extrapolation = 0,
    float InverseSpan = 0) : IStepKernel
{
    // auxiliary is the prediction one step ago, history the oldest one: the same one for order 2, two steps ago for order 3.
    public Vector<float> Invoke(
        Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history)
    {
        Vector<float> clean = Prediction.Clean(sample, output);
        Vector<float> next = (sample * SampleWeight) - (clean * CleanWeight);
        if (Order > 1)
        {
            Vector<float> first = (clean - auxiliary) * InverseR0;
            if (Order > 2)
            {
                Vector<float> curvature = first - ((auxiliary - history) * InverseR1);
                next -= (first + (curvature * Extrapolation)) * FirstWeight;
                next -= (curvature * InverseSpan) * SecondWeight;
            }
            else
            {
                next -= first * FirstWeight;
            }
        }

        history = clean;
        return Deviation == 0 ? next : next + (noise * Deviation);
    }
}
