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
    /// <exception cref="ModelFolderException">Files are missing, malformed, altered or do not fit together; all are listed.</exception>
    /// <exception cref="ExecutionProviderException">The execution provider asked for cannot be had.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static UnclipModel Load(string folder, ExecutionOptions options, ModelParts parts = ModelParts.All)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        var execution = Execution.Choose(options);
        var reader = new FolderReader(Path.GetFullPath(folder));
        if (!Directory.Exists(reader.Root))
            throw new ModelFolderException(reader.Root, ["The folder does not exist; expected a model folder with model_index.json."]);

        if (reader.ReadJson("model_index.json", "the index that diffusers writes") is { } index && !index.TryGetProperty("_class_name", out _))
            reader.Report("model_index.json", "has no _class_name; expected UnCLIPPipeline");
        var manifest = Manifest.Read(reader);
        // A file that is not the one the manifest means would only give a second, less clear complaint.
        reader.ThrowIfAny();

        var networks = new List<IDisposable>();
        try
        {
            var dimensions = new Dimensions();
            var components = new ComponentFiles(reader, execution, networks, dimensions);
            var encoder = parts.HasFlag(ModelParts.Encoder) ? new EncoderFiles(components) : null;
            var decoder = parts.HasFlag(ModelParts.Decoder) ? new DecoderFiles(components) : null;
            var image = parts.HasFlag(ModelParts.ImageEncoder) ? new ImageEncoderFiles(components) : null;
            reader.ThrowIfAny();

            var imageEncoder = image?.Build();
            return new UnclipModel(networks)
            {
                Name = manifest.Name.Length > 0 ? manifest.Name : Path.GetFileName(Path.TrimEndingDirectorySeparator(reader.Root)),
                Version = manifest.Version,
                License = manifest.License,
                Execution = execution.Report,
                Defaults = manifest.Defaults,
                Encoder = encoder?.Build(options, imageEncoder),
                Decoder = decoder?.Build(options),
                ImageEncoder = imageEncoder,
            };
        }
        catch
        {
            foreach (var network in networks)
                network.Dispose();
            throw;
        }
    }
}
