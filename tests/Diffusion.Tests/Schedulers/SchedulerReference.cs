using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Limner.Diffusion.Schedulers;
using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Schedulers;

/// <summary>schedulers.json: what diffusers 0.18.2 computed.</summary>
internal static partial class SchedulerReference
{
    /// <summary>Classes in the file that Limner does not have. Every other class in it is checked, whole.</summary>
    public static readonly string[] OutOfScope = ["PNDMScheduler"];

    // Python's bare infinities are not JSON.
    public static JsonNode Root { get; } = Read(ReferenceFolder.Path("schedulers.json"));

    private static JsonNode WithoutClipping { get; } = Read(Path.Combine(AppContext.BaseDirectory, "unclip_eps_noclip.json"));

    public static float[] InitNoise { get; } = Floats(Root["init_noise"]!);

    public static float[][] NoisePool { get; } = [.. Root["noise_pool"]!.AsArray().Select(noise => Floats(noise!))];

    /// <summary>Entries of the classes that Limner has; among the runs, the one that schedulers.json announces and does not hold.</summary>
    public static IEnumerable<JsonObject> InScope(string section) => Root[section]!.AsArray()
        .Concat(section == "runs" ? WithoutClipping["runs"]!.AsArray() : [])
        .Select(entry => entry!.AsObject())
        .Where(entry => !OutOfScope.Contains((string?)entry["class"]));

    public static string Title(JsonObject entry) => $"{entry["name"]} x{entry["num_inference_steps"] ?? entry["t"]}";

    public static SchedulerConfig Config(JsonObject entry)
    {
        JsonObject config = entry["config"]!.DeepClone().AsObject();
        config["_class_name"] = (string?)entry["class"];
        float eta = (float?)entry["step_kwargs"]?["eta"] ?? 0;
        return SchedulerConfigFile.Parse(config.ToJsonString(), "schedulers.json") with { Eta = eta };
    }

    private static JsonNode Read(string path) => JsonNode.Parse(BareNumber().Replace(File.ReadAllText(path), ": \"$1\""))!;

    public static float[] Floats(JsonNode values) => [.. values.AsArray().Select(value => (float)value!)];

    [GeneratedRegex(@":\s*(-?Infinity|NaN)\b")]
    private static partial Regex BareNumber();
}
