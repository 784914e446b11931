using System.Text.Json;
using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Folders;

/// <summary>What the parts of a model read from one folder, and the sizes they have to agree on.</summary>
internal sealed record ComponentFiles(FolderReader Folder, Execution Execution, List<IDisposable> Networks, Dimensions Dimensions)
{
    /// <summary>The folder's LoRA adapters.</summary>
    public AdapterFiles Adapters { get; } = new(Folder);

    // Six channels of it, super-resolution's input, are still an array that .NET can have.
    private const int LargestSide = 16384;

    /// <summary>Opens a component's graph, or reports why not.</summary>
    public OnnxGraph? Open(string file, string expected)
    {
        OnnxGraph? graph = Folder.Open(file, expected, Execution);
        if (graph is not null)
        {
            Networks.Add(graph.Session);
        }

        return graph;
    }

    /// <summary>Reads a component's scheduler; <c>prior</c> has <c>prior_scheduler/scheduler_config.json</c>.</summary>
    public SchedulerConfig? Scheduler(string component) =>
        Folder.Read($"{component}_scheduler/scheduler_config.json", $"the scheduler of {component}", SchedulerConfig.Load);

    /// <summary>Reads a vector and requires the size that the graphs have.</summary>
    public float[]? Vector(string file, string dimension)
    {
        float[]? vector = Folder.Read(file, "a float32 vector in NumPy's format", path => NpyFile.Load(path).Floats.ToArray());
        if (vector is not null && Dimensions[dimension] is > 0 and var size && vector.Length != size)
        {
            Folder.Report(file, $"holds {vector.Length} values; expected {size}, {Dimensions.Origin(dimension)}");
        }

        return vector;
    }

    /// <summary>A number of a component's <c>config.json</c>; null where there is no such file or key.</summary>
    public double? Number(string file, string key)
    {
        if (!Folder.Has(file) || Folder.ReadJson(file, "the component's configuration") is not { } config || !config.TryGetProperty(key, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0)
        {
            return value.GetDouble();
        }

        Folder.Report(file, $"has {key} {value.GetRawText()}; expected a number above 0");
        return null;
    }

    /// <summary>Cells along a side where the image embedding is a map of the picture (<c>grid</c> of the image encoder's configuration); 0 where it is not.</summary>
    public int Grid()
    {
        const string Config = "image_encoder/config.json";
        (double grid, int embedding) = (Number(Config, "grid") ?? 0, Dimensions["D"]);
        if (grid == Math.Truncate(grid) && (grid == 0 || embedding % (grid * grid) == 0))
        {
            return (int)grid;
        }

        Folder.Report(Config, $"has grid {grid}; expected the cells along a side of the embedding, whose square divides its {embedding} numbers");
        return 0;
    }

    /// <summary>
    /// The shape of an image whose rows and columns are the named dimensions: as the graphs say, or where they leave it open, as
    /// <paramref name="config"/> does.
    /// </summary>
    public ImageShape Shape(OnnxGraph graph, int channels, string height, string width, string config)
    {
        if (Dimensions[height] == 0 || Dimensions[width] == 0)
        {
            if (Number(config, "sample_size") is not { } size)
            {
                Folder.Report(graph.File, $"leaves its image size open, and {config} has no sample_size; expected one of the two");
            }
            else if (size != Math.Truncate(size) || size > LargestSide)
            {
                Folder.Report(config, $"has sample_size {size}; expected a whole number of rows up to {LargestSide}");
            }
            else
            {
                Dimensions.Set(height, (int)size, config);
                Dimensions.Set(width, (int)size, config);
            }
        }

        return new(channels, Dimensions[height], Dimensions[width]);
    }

    /// <summary>Channels of a network's output: the prediction, and the variance where the scheduler has it learned.</summary>
    public static int OutputChannels(SchedulerConfig scheduler, int channels) =>
        scheduler is { Kind: SchedulerKind.UnClip or SchedulerKind.Ddpm, VarianceType: VarianceType.LearnedRange } ? 2 * channels : channels;

    /// <summary>Requires the output that the scheduler needs: twice the channels where it learns the variance, or where one that it does not learn may be left out.</summary>
    public void CheckOutputChannels(OnnxGraph graph, SchedulerConfig? scheduler, int channels, string output, bool mayLeaveVariance = false)
    {
        if (scheduler is null)
        {
            return;
        }

        (int actual, int expected) = (Dimensions[output], OutputChannels(scheduler, channels));
        if (actual != 0 && actual != expected && !(mayLeaveVariance && actual == 2 * channels))
        {
            Folder.Report(graph.File, $"has {actual} output channels; expected {expected} for {channels} channels and its scheduler's variance");
        }
    }
}
