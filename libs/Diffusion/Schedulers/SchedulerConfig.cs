namespace Limner.Diffusion.Schedulers;

/// <summary>
/// A scheduler as diffusers' <c>scheduler_config.json</c> describes it. The initial values are the ones most of diffusers'
/// classes start from; <see cref="Load"/> applies each class's own.
/// </summary>
public sealed record SchedulerConfig
{
    /// <summary>The update rule (<c>_class_name</c>).</summary>
    public required SchedulerKind Kind { get; init; }

    /// <summary>Timesteps the model was trained with.</summary>
    public int TrainTimesteps { get; init; } = 1000;

    /// <summary>First beta; unused by the cosine schedule.</summary>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>Last beta; unused by the cosine schedule.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>Shape of the betas between them.</summary>
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    /// <summary>What the model predicts.</summary>
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;

    /// <summary>Which training timesteps are visited.</summary>
    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

    /// <summary>Added to every timestep of <see cref="TimestepSpacing.Leading"/>.</summary>
    public int StepsOffset { get; init; }

    /// <summary>The variance of ancestral sampling; unused by the other rules.</summary>
    public VarianceType VarianceType { get; init; } = VarianceType.FixedSmall;

    /// <summary>Whether the predicted clean sample is clipped.</summary>
    public bool ClipSample { get; init; } = true;

    /// <summary>Half-width of the clipping interval around 0.</summary>
    public float ClipSampleRange { get; init; } = 1;

    /// <summary>Ancestral sampling: the predicted clean sample is clipped to a quantile of its own values and scaled to [-1, 1] (arXiv 2205.11487, section 2.3).</summary>
    public bool Thresholding { get; init; }

    /// <summary>Which quantile of the magnitudes.</summary>
    public float ThresholdingRatio { get; init; } = 0.995f;

    /// <summary>The largest value that the quantile counts as; the smallest is 1.</summary>
    public float SampleMaxValue { get; init; } = 1;

    /// <summary>DDIM: the step past the last timestep has cumulative alpha 1, else that of timestep 0.</summary>
    public bool SetAlphaToOne { get; init; } = true;

    /// <summary>DDIM: share of the ancestral noise, 0 (deterministic) to 1. Not part of diffusers' file but of its call.</summary>
    public float Eta { get; init; }

    /// <summary>DPM-Solver++: order 1, 2 or 3.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary>DPM-Solver++: which equation is integrated.</summary>
    public SolverAlgorithm Algorithm { get; init; } = SolverAlgorithm.DpmSolverPlusPlus;

    /// <summary>DPM-Solver++: the second-order rule.</summary>
    public SolverType SolverType { get; init; } = SolverType.Midpoint;

    /// <summary>DPM-Solver++: lower orders on the last steps of runs shorter than 15.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>Noise levels spaced as arXiv 2206.00364 does (equation 5, rho 7).</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>
    /// DPM-Solver++: half log signal-to-noise ratio under which no timestep is visited; the cosine schedule needs it (-5.1), since
    /// its last timesteps are almost pure noise.
    /// </summary>
    public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

    /// <summary>DPM-Solver++: the last step ends at the clean sample (diffusers since 0.26), else at timestep 0's noise level.</summary>
    public bool EndAtClean { get; init; }

    /// <summary>Reads a <c>scheduler_config.json</c>.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is missing or not JSON, or a value is none that Limner knows; the message names file, key and accepted values.
    /// </exception>
    public static SchedulerConfig Load(string path) => SchedulerConfigFile.Load(path);
}
