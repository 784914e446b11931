using System.Text.Json;
using System.Text.RegularExpressions;

namespace Limner.Diffusion.Schedulers;

/// <summary>Reads diffusers' scheduler_config.json. Keys that a class does not have are ignored, as diffusers ignores them.</summary>
internal static partial class SchedulerConfigFile
{
    private static readonly Dictionary<string, SchedulerConfig> Classes = new(StringComparer.Ordinal)
    {
        ["UnCLIPScheduler"] = new()
        {
            Kind = SchedulerKind.UnClip,
            BetaSchedule = BetaSchedule.SquaredCosCapV2,
            VarianceType = VarianceType.FixedSmallLog,
        },
        ["DDPMScheduler"] = new() { Kind = SchedulerKind.Ddpm },
        ["DDIMScheduler"] = new() { Kind = SchedulerKind.Ddim },
        ["DPMSolverMultistepScheduler"] = new()
        {
            Kind = SchedulerKind.DpmSolverMultistep,
            TimestepSpacing = TimestepSpacing.Linspace,
        },
        ["EulerDiscreteScheduler"] = new() { Kind = SchedulerKind.EulerDiscrete, TimestepSpacing = TimestepSpacing.Linspace },
    };

    // Options of diffusers that change the result and that Limner does not have: only their neutral value is accepted.
    private static readonly string[] UnsupportedFlags =
    [
        "rescale_betas_zero_snr", "euler_at_final", "use_lu_lambdas", "use_exponential_sigmas", "use_beta_sigmas",
        "use_flow_sigmas",
    ];

    public static SchedulerConfig Load(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: expected a scheduler_config.json of diffusers: {e.Message}", e);
        }

        return Parse(text, path);
    }

    public static SchedulerConfig Parse(string text, string path)
    {
        try
        {
            // Python writes bare infinities, which JSON does not have.
            using var document = JsonDocument.Parse(BareNumber().Replace(text, ": \"$1\""));
            return Read(new SchedulerConfigReader(document.RootElement, path), path);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not valid JSON: {e.Message}", e);
        }
    }

    private static SchedulerConfig Read(SchedulerConfigReader reader, string path)
    {
        foreach (string? flag in UnsupportedFlags.Where(flag => reader.Flag(flag, fallback: false)))
        {
            throw new InvalidDataException($"{path}: {flag} is true, which Limner does not support; expected false.");
        }

        reader.RequireNull("trained_betas");

        SchedulerConfig defaults = reader.Choice("_class_name", Classes, fallback: null);
        if (defaults.Kind != SchedulerKind.Ddpm && reader.Flag("thresholding", fallback: false))
        {
            throw new InvalidDataException($"{path}: thresholding is true, which Limner does not support but in DDPMScheduler; expected false.");
        }

        if (defaults.Kind == SchedulerKind.EulerDiscrete)
        {
            reader.Choice("interpolation_type", new Dictionary<string, bool> { ["linear"] = true }, fallback: true);
        }

        SchedulerConfig config = reader.Apply(defaults);
        return SchedulerRules.Violation(config) is { } violation ? throw new InvalidDataException($"{path}: {violation}") : config;
    }

    [GeneratedRegex(@":\s*(-?Infinity|NaN)\b")]
    private static partial Regex BareNumber();
}
