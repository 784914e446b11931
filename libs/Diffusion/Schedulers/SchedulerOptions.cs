namespace Limner.Diffusion.Schedulers;

/// <summary>The update rules, under the names of diffusers' classes without their suffix.</summary>
public enum SchedulerKind
{
    /// <summary>Ancestral sampling over two or more evenly spaced steps, as DALL·E 2 and Karlo use.</summary>
    UnClip,

    /// <summary>Ancestral sampling, arXiv 2006.11239.</summary>
    Ddpm,

    /// <summary>Implicit sampling with adjustable noise, arXiv 2010.02502.</summary>
    Ddim,

    /// <summary>DPM-Solver++ of order 1 to 3, arXiv 2211.01095.</summary>
    DpmSolverMultistep,

    /// <summary>Euler's method on the probability-flow equation, arXiv 2206.00364.</summary>
    EulerDiscrete,
}

/// <summary>What the model predicts.</summary>
public enum PredictionType
{
    /// <summary>The noise that was added.</summary>
    Epsilon,

    /// <summary>The clean sample.</summary>
    Sample,

    /// <summary>The velocity of arXiv 2202.00512.</summary>
    VPrediction,
}

/// <summary>How the noise variance grows over the training timesteps.</summary>
public enum BetaSchedule
{
    /// <summary>Evenly spaced.</summary>
    Linear,

    /// <summary>Evenly spaced square roots, as latent diffusion uses.</summary>
    ScaledLinear,

    /// <summary>The cosine schedule of arXiv 2102.09672, capped at 0.999.</summary>
    SquaredCosCapV2,
}

/// <summary>Which training timesteps a shorter run visits (arXiv 2305.08891, table 2).</summary>
public enum TimestepSpacing
{
    /// <summary>Evenly from the first to the last.</summary>
    Linspace,

    /// <summary>Multiples of a whole stride, counted from 0.</summary>
    Leading,

    /// <summary>Multiples of a stride, counted back from the last.</summary>
    Trailing,
}

/// <summary>The variance of ancestral sampling.</summary>
public enum VarianceType
{
    /// <summary>The posterior variance.</summary>
    FixedSmall,

    /// <summary>The posterior variance, floored and through its logarithm.</summary>
    FixedSmallLog,

    /// <summary>Beta itself.</summary>
    FixedLarge,

    /// <summary>The model's second half interpolates between the logarithms of posterior variance and beta.</summary>
    LearnedRange,
}

/// <summary>Which form of the solver DPM-Solver++ integrates.</summary>
public enum SolverAlgorithm
{
    /// <summary>The deterministic equation.</summary>
    DpmSolverPlusPlus,

    /// <summary>The stochastic equation: fresh noise at every step.</summary>
    SdeDpmSolverPlusPlus,
}

/// <summary>The second-order rule of DPM-Solver++.</summary>
public enum SolverType
{
    /// <summary>Midpoint.</summary>
    Midpoint,

    /// <summary>Heun.</summary>
    Heun,
}
