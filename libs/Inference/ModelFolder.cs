using Limner.Inference.Folders;

namespace Limner.Inference;

/// <summary>
/// Model folders: the layout of diffusers' <c>UnCLIPPipeline</c> with one ONNX file for each component, and what Limner adds to it
/// (autoencoder, second super-resolution stage, image encoder, <c>limner.json</c>).
/// </summary>
public static class ModelFolder
{
    /// <summary>Loads and validates a folder.</summary>
    /// <param name="folder">The folder that holds <c>model_index.json</c>.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="parts">What to load of it.</param>
    /// <param name="slots">How much it works on at a time; null for the defaults.</param>
    /// <exception cref="ModelFolderException">Files are missing, malformed, altered or do not fit together; all are listed.</exception>
    /// <exception cref="ExecutionProviderException">The execution provider asked for cannot be had.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static UnclipModel Load(string folder, ExecutionOptions options, ModelParts parts = ModelParts.All, EngineSlots? slots = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        slots ??= new EngineSlots();
        slots.ThrowIfInvalid();
        var execution = Execution.Choose(options);
        var reader = new FolderReader(Path.GetFullPath(folder));
        if (!Directory.Exists(reader.Root))
        {
            throw new ModelFolderException(reader.Root, ["The folder does not exist; expected a model folder with model_index.json."]);
        }

        if (reader.ReadJson("model_index.json", "the index that diffusers writes") is { } index && !index.TryGetProperty("_class_name", out _))
        {
            reader.Report("model_index.json", "has no _class_name; expected UnCLIPPipeline");
        }

        var manifest = Manifest.Read(reader);
        // A file that is not the one the manifest means would only give a second, less clear complaint.
        reader.ThrowIfAny();

        var networks = new List<IDisposable>();
        try
        {
            var dimensions = new Dimensions();
            var components = new ComponentFiles(reader, execution, networks, dimensions);
            EncoderFiles? encoder = parts.HasFlag(ModelParts.Encoder) ? new EncoderFiles(components) : null;
            DecoderFiles? decoder = parts.HasFlag(ModelParts.Decoder) ? new DecoderFiles(components) : null;
            ImageEncoderFiles? image = parts.HasFlag(ModelParts.ImageEncoder) ? new ImageEncoderFiles(components) : null;
            reader.ThrowIfAny();

            ImageEncoder? imageEncoder = image?.Build();
            return new UnclipModel(networks)
            {
                Name = manifest.Name.Length > 0 ? manifest.Name : Path.GetFileName(Path.TrimEndingDirectorySeparator(reader.Root)),
                Version = manifest.Version,
                License = manifest.License,
                Execution = execution.Report,
                Defaults = manifest.Defaults,
                Encoder = encoder?.Build(slots.Prior, imageEncoder),
                Decoder = decoder?.Build(slots),
                ImageEncoder = imageEncoder,
            };
        }
        catch
        {
            foreach (IDisposable network in networks)
            {
                network.Dispose();
            }

            throw;
        }
    }
}
