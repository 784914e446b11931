using System.Globalization;
using System.Text.Json;

namespace Limner.Diffusion.Schedulers;

/// <summary>Typed access to the keys of a scheduler_config.json; a missing or null key means the class's own default.</summary>
internal sealed class SchedulerConfigReader
{
    private static readonly Dictionary<string, BetaSchedule> BetaSchedules = new()
    {
        ["linear"] = BetaSchedule.Linear,
        ["scaled_linear"] = BetaSchedule.ScaledLinear,
        ["squaredcos_cap_v2"] = BetaSchedule.SquaredCosCapV2,
    };

    private static readonly Dictionary<string, PredictionType> PredictionTypes = new()
    {
        ["epsilon"] = PredictionType.Epsilon,
        ["sample"] = PredictionType.Sample,
        ["v_prediction"] = PredictionType.VPrediction,
    };

    private static readonly Dictionary<string, TimestepSpacing> Spacings = new()
    {
        ["linspace"] = TimestepSpacing.Linspace,
        ["leading"] = TimestepSpacing.Leading,
        ["trailing"] = TimestepSpacing.Trailing,
    };

    private static readonly Dictionary<string, VarianceType> VarianceTypes = new()
    {
        ["fixed_small"] = VarianceType.FixedSmall,
        ["fixed_small_log"] = VarianceType.FixedSmallLog,
        ["fixed_large"] = VarianceType.FixedLarge,
        ["learned_range"] = VarianceType.LearnedRange,
    };

    private static readonly Dictionary<string, SolverAlgorithm> Algorithms = new()
    {
        ["dpmsolver++"] = SolverAlgorithm.DpmSolverPlusPlus,
        ["sde-dpmsolver++"] = SolverAlgorithm.SdeDpmSolverPlusPlus,
    };

    private static readonly Dictionary<string, SolverType> SolverTypes = new()
    {
        ["midpoint"] = SolverType.Midpoint,
        ["heun"] = SolverType.Heun,
    };

    private static readonly Dictionary<string, bool> FinalSigmas = new() { ["sigma_min"] = false, ["zero"] = true };

    private readonly JsonElement _root;
    private readonly string _path;

    public SchedulerConfigReader(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path}: expected a JSON object, found {root.ValueKind}.");
        }

        (_root, _path) = (root, path);
    }

    public SchedulerConfig Apply(SchedulerConfig defaults) => defaults with
    {
        TrainTimesteps = Integer("num_train_timesteps", defaults.TrainTimesteps),
        BetaStart = Number("beta_start", defaults.BetaStart),
        BetaEnd = Number("beta_end", defaults.BetaEnd),
        BetaSchedule = Choice("beta_schedule", BetaSchedules, defaults.BetaSchedule),
        PredictionType = Choice("prediction_type", PredictionTypes, defaults.PredictionType),
        TimestepSpacing = Choice("timestep_spacing", Spacings, defaults.TimestepSpacing),
        StepsOffset = Integer("steps_offset", defaults.StepsOffset),
        VarianceType = Choice("variance_type", VarianceTypes, defaults.VarianceType),
        ClipSample = Flag("clip_sample", defaults.ClipSample),
        ClipSampleRange = (float)Number("clip_sample_range", defaults.ClipSampleRange),
        Thresholding = defaults.Kind == SchedulerKind.Ddpm && Flag("thresholding", defaults.Thresholding),
        ThresholdingRatio = (float)Number("dynamic_thresholding_ratio", defaults.ThresholdingRatio),
        SampleMaxValue = (float)Number("sample_max_value", defaults.SampleMaxValue),
        SetAlphaToOne = Flag("set_alpha_to_one", defaults.SetAlphaToOne),
        SolverOrder = Integer("solver_order", defaults.SolverOrder),
        Algorithm = Choice("algorithm_type", Algorithms, defaults.Algorithm),
        SolverType = Choice("solver_type", SolverTypes, defaults.SolverType),
        LowerOrderFinal = Flag("lower_order_final", defaults.LowerOrderFinal),
        UseKarrasSigmas = Flag("use_karras_sigmas", defaults.UseKarrasSigmas),
        LambdaMinClipped = Number("lambda_min_clipped", defaults.LambdaMinClipped),
        EndAtClean = Choice("final_sigmas_type", FinalSigmas, defaults.EndAtClean),
    };

    public T Choice<T>(string key, Dictionary<string, T> accepted, T? fallback)
    {
        if (Find(key) is not { } value)
        {
            return fallback ?? throw Unexpected(key, "nothing", OneOf(accepted));
        }

        return value.ValueKind == JsonValueKind.String && accepted.TryGetValue(value.GetString()!, out T? choice)
            ? choice
            : throw Unexpected(key, value.GetRawText(), OneOf(accepted));
    }

    public bool Flag(string key, bool fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Unexpected(key, value.GetRawText(), "true or false"),
    };

    public void RequireNull(string key)
    {
        if (Find(key) is { } value)
        {
            throw Unexpected(key, value.ValueKind.ToString(), "null");
        }
    }

    private int Integer(string key, int fallback)
    {
        double number = Number(key, fallback);
        return number == Math.Truncate(number) && Math.Abs(number) <= 1_000_000
            ? (int)number
            : throw Unexpected(key, number.ToString(CultureInfo.InvariantCulture), "a whole number up to 1000000");
    }

    private double Number(string key, double fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        { ValueKind: JsonValueKind.String } value when value.ValueEquals("-Infinity") => double.NegativeInfinity,
        { } value => throw Unexpected(key, value.GetRawText(), "a number"),
    };

    private JsonElement? Find(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string OneOf<T>(Dictionary<string, T> accepted) => $"one of: {string.Join(", ", accepted.Keys)}";

    private InvalidDataException Unexpected(string key, string found, string expected) =>
        new($"{_path}: {key} is {found}; expected {expected}.");
}
