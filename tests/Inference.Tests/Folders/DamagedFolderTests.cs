namespace Limner.Inference.Tests.Folders;

/// <summary>Really damaged copies of the fixtures: each error names the file and what was expected.</summary>
public sealed class DamagedFolderTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _reference = TestModel.Copy(TestModel.Reference);
    private readonly DirectoryInfo _latent = TestModel.Copy(TestModel.Latent);

    public void Dispose()
    {
        _reference.Delete(recursive: true);
        _latent.Delete(recursive: true);
    }

    [Fact]
    public void The_copies_load_before_they_are_damaged()
    {
        ModelFolder.Load(_reference.FullName, TestModel.Cpu).Dispose();
        ModelFolder.Load(_latent.FullName, TestModel.Cpu).Dispose();
    }

    [Fact]
    public void A_folder_that_is_not_there() =>
        Assert.Contains("does not exist; expected a model folder", Problem(Path.Combine(_reference.FullName, "nowhere")), StringComparison.Ordinal);

    [Theory]
    [InlineData("model_index.json", "model_index.json is missing; expected the index that diffusers writes.")]
    [InlineData("prior/model.onnx", "prior/model.onnx is missing; expected the diffusion prior.")]
    [InlineData("prior/clip_mean.npy", "prior/clip_mean.npy is missing; expected a float32 vector in NumPy's format.")]
    [InlineData("text_proj/model.onnx", "text_proj/model.onnx is missing; expected the text projection with guidance.")]
    [InlineData("decoder_scheduler/scheduler_config.json", "decoder_scheduler/scheduler_config.json is missing; expected the scheduler of decoder.")]
    public void A_missing_file(string file, string expected)
    {
        File.Delete(Path.Combine(_reference.FullName, file));
        Assert.Equal(expected, Problem(_reference.FullName));
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    [InlineData("tokenizer_config.json")]
    public void A_missing_tokenizer_file(string file)
    {
        File.Delete(Path.Combine(_reference.FullName, "tokenizer", file));
        Assert.Contains(file, Problem(_reference.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_component()
    {
        Directory.Delete(Path.Combine(_reference.FullName, "super_res_first"), recursive: true);
        Assert.Equal("super_res_first/model.onnx is missing; expected a super-resolution UNet.", Problem(_reference.FullName));
    }

    [Theory]
    [InlineData("decoder.onnx_adapter", "TORT", "decoder/model.onnx has no room for adapters, and there is adapters/red/decoder.onnx_adapter; expected inputs with a default.")]
    [InlineData("decoder.onnx_adapter", "nonsense", "adapters/red/decoder.onnx_adapter is not in ONNX Runtime's adapter format.")]
    [InlineData("unet.onnx_adapter", "TORT", "adapters/red/unet.onnx_adapter changes no component; expected one of text_encoder.onnx_adapter, prior.onnx_adapter, decoder.onnx_adapter.")]
    public void An_adapter_that_cannot_be_one(string file, string identifier, string expected)
    {
        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(_latent.FullName, "adapters", "red"));
        File.WriteAllText(Path.Combine(folder.FullName, file), $"0000{identifier}");
        Assert.Equal(expected, Problem(_latent.FullName));
    }

    [Fact]
    public void A_corrupted_graph()
    {
        string file = Path.Combine(_reference.FullName, "decoder", "model.onnx");
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        string problem = Problem(_reference.FullName);
        Assert.StartsWith("decoder/model.onnx cannot be loaded; expected an ONNX model", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void A_graph_of_another_component()
    {
        File.Copy(Path.Combine(_reference.FullName, "prior", "model.onnx"), Path.Combine(_reference.FullName, "super_res_last", "model.onnx"), overwrite: true);
        Assert.Contains(
            "super_res_last/model.onnx has no input sample; expected Float[batch,6,64,64].", Problems(_reference.FullName));
    }

    [Fact]
    public void A_graph_of_another_size()
    {
        File.Copy(Path.Combine(_latent.FullName, "prior", "model.onnx"), Path.Combine(_reference.FullName, "prior", "model.onnx"), overwrite: true);
        Assert.Contains(
            "prior/model.onnx has input hidden_states Float[batch,16]; expected Float[batch,32] (32 by text_encoder/model.onnx text_embeds).",
            Problems(_reference.FullName));
    }

    [Fact]
    public void An_array_of_another_size()
    {
        File.Copy(Path.Combine(_latent.FullName, "prior", "clip_std.npy"), Path.Combine(_reference.FullName, "prior", "clip_std.npy"), overwrite: true);
        Assert.Equal("prior/clip_std.npy holds 16 values; expected 32, as in text_encoder/model.onnx text_embeds.", Problem(_reference.FullName));
    }

    [Theory]
    [InlineData("prior/clip_mean.npy", "prior/clip_mean.npy is not a NumPy array file (.npy).")]
    [InlineData("prior_scheduler/scheduler_config.json", "prior_scheduler/scheduler_config.json")]
    [InlineData("model_index.json", "model_index.json is not valid JSON (line 1); expected the JSON that diffusers writes.")]
    [InlineData("tokenizer/vocab.json", "vocab.json")]
    public void A_file_of_garbage(string file, string expected)
    {
        File.WriteAllText(Path.Combine(_reference.FullName, file), "{ this is no longer what it was");
        Assert.Contains(expected, Problem(_reference.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_array()
    {
        string file = Path.Combine(_reference.FullName, "prior", "clip_mean.npy");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^4]);
        Assert.Equal("prior/clip_mean.npy holds 124 bytes of values; its shape (1, 32) asks for 128.", Problem(_reference.FullName));
    }

    [Fact]
    public void An_array_of_impossible_size()
    {
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }\n";
        File.WriteAllBytes(
            Path.Combine(_reference.FullName, "prior", "clip_mean.npy"),
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header)]);
        Assert.Equal("prior/clip_mean.npy has a dimension of 99999999999, more than a file here can hold.", Problem(_reference.FullName));
    }

    [Theory]
    [InlineData("64.5")]
    [InlineData("1e12")]
    public void An_image_of_impossible_size(string size)
    {
        File.Delete(Path.Combine(_latent.FullName, "limner.json"));
        File.WriteAllText(Path.Combine(_latent.FullName, "super_res_second", "config.json"), $$"""{"sample_size": {{size}}}""");
        Assert.Matches(
            "^super_res_second/config.json has sample_size [0-9.E+]+; expected a whole number of rows up to 16384\\.$", Problem(_latent.FullName));
    }

    [Fact]
    public void A_flipped_bit_is_a_wrong_hash()
    {
        string file = Path.Combine(_latent.FullName, "decoder", "model.onnx");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Matches("^decoder/model.onnx has SHA-256 [0-9a-f]{64}; limner.json expects [0-9a-f]{64}\\.$", Problem(_latent.FullName));
    }

    [Fact]
    public void A_listed_file_of_another_length_or_missing()
    {
        File.AppendAllText(Path.Combine(_latent.FullName, "tokenizer", "merges.txt"), "x y\n");
        File.Delete(Path.Combine(_latent.FullName, "autoencoder", "config.json"));
        Assert.Equal(
            ["autoencoder/config.json is missing; limner.json lists it with 28 bytes.", "tokenizer/merges.txt has 3192 bytes; limner.json expects 3188."],
            Problems(_latent.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_manifest_that_is_no_manifest()
    {
        File.WriteAllText(Path.Combine(_latent.FullName, "limner.json"), """{"files": {"../../etc/passwd": {"sha256": "", "bytes": 1}}}""");
        Assert.Equal("limner.json lists ../../etc/passwd, which lies outside the folder; expected files inside it.", Problem(_latent.FullName));
        File.WriteAllText(Path.Combine(_latent.FullName, "limner.json"), """{"files": {"model_index.json": {"bytes": 1}}}""");
        Assert.StartsWith("limner.json", Problem(_latent.FullName), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_latent.FullName, "limner.json"), """{"files": {"model_index.json": null}}""");
        Assert.StartsWith("limner.json", Problem(_latent.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_latent_decoder_without_its_scaling_factor()
    {
        File.Delete(Path.Combine(_latent.FullName, "limner.json"));
        File.WriteAllText(Path.Combine(_latent.FullName, "autoencoder", "config.json"), "{}");
        Assert.StartsWith("autoencoder/config.json has no scaling_factor; expected", Problem(_latent.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_latent_decoder_without_its_autoencoder()
    {
        File.Delete(Path.Combine(_latent.FullName, "limner.json"));
        Directory.Delete(Path.Combine(_latent.FullName, "autoencoder"), recursive: true);
        Assert.Contains(
            "decoder/model.onnx makes 4 channels and there is no autoencoder/; expected 3, or autoencoder/decoder.onnx.", Problems(_latent.FullName));
    }

    [Fact]
    public void A_size_that_nothing_says()
    {
        File.Delete(Path.Combine(_latent.FullName, "limner.json"));
        File.Delete(Path.Combine(_latent.FullName, "super_res_second", "config.json"));
        Assert.Equal(
            "super_res_second/model.onnx leaves its image size open, and super_res_second/config.json has no sample_size; expected one of the two.",
            Problem(_latent.FullName));
    }

    [Fact]
    public void A_scheduler_whose_variance_the_decoder_does_not_learn()
    {
        File.Copy(
            Path.Combine(_reference.FullName, "super_res_scheduler", "scheduler_config.json"),
            Path.Combine(_reference.FullName, "decoder_scheduler", "scheduler_config.json"), overwrite: true);
        Assert.StartsWith("decoder/model.onnx has 6 output channels; expected 3", Problem(_reference.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        File.Delete(Path.Combine(_reference.FullName, "prior", "model.onnx"));
        File.Delete(Path.Combine(_reference.FullName, "decoder", "model.onnx"));
        Assert.Equal(2, Problems(_reference.FullName).Count);
    }

    private string Problem(string folder)
    {
        IReadOnlyList<string> problems = Problems(folder);
        return Assert.Single(problems);
    }

    private IReadOnlyList<string> Problems(string folder)
    {
        ModelFolderException exception = Assert.Throws<ModelFolderException>(() => ModelFolder.Load(folder, TestModel.Cpu));
        output.WriteLine(exception.Message);
        Assert.Contains(folder, exception.Message, StringComparison.Ordinal);
        return exception.Problems;
    }
}
