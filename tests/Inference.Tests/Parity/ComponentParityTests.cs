using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference.Folders;

namespace Limner.Inference.Tests.Parity;

/// <summary>Every component on every golden batch of the reference.</summary>
public sealed class ComponentParityTests(ITestOutputHelper output, ReferenceModel loaded) : IClassFixture<ReferenceModel>
{
    private const double Tolerance = 1e-5;

    private readonly UnclipModel _model = loaded.Model;

    public static TheoryData<string> Cases => [.. Golden.Json("components", "index.json").AsObject().Select(entry => entry.Key)];

    [Fact]
    public void All_components_have_batches_of_one_two_and_three() => Assert.Equal(7 * 3, Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Output_is_the_reference_output(string name)
    {
        double error = Golden.Json("components", "index.json")[name]!["model"]!.GetValue<string>() switch
        {
            "text_encoder/model.onnx" => TextEncoder(name),
            "prior/model.onnx" => Denoiser(name, _model.Encoder!.Prior, "hidden_states", "proj_embedding", "predicted_image_embedding"),
            "text_proj/model.onnx" => TextProjection(name, guided: true),
            "text_proj/model_no_cfg.onnx" => TextProjection(name, guided: false),
            "decoder/model.onnx" => Denoiser(name, _model.Decoder!.Decoder, "sample", "class_labels", "out_sample"),
            "super_res_first/model.onnx" => Denoiser(name, _model.Decoder!.SuperResolution[0].First, "sample", null, "out_sample"),
            "super_res_last/model.onnx" => Denoiser(name, _model.Decoder!.SuperResolution[0].Last!, "sample", null, "out_sample"),
            var other => throw new InvalidDataException($"{name} is of {other}, which no network here runs."),
        };
        output.WriteLine($"{name}: largest error {error:E2}");
        Assert.True(error <= Tolerance, $"{name}: {error:E2} exceeds {Tolerance:E0}");
    }

    private static double Denoiser(string name, IDenoiser network, string sampleName, string? embeddingName, string outputName)
    {
        NpyFile sample = Load(name, $"in_{sampleName}");
        NpyFile? embedding = embeddingName is null ? null : Load(name, $"in_{embeddingName}");
        NpyFile? states = embedding is null ? null : Load(name, "in_encoder_hidden_states");
        NpyFile? mask = embedding is null ? null : Load(name, "in_attention_mask");
        int rows = sample.Shape[0];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> input = Golden.Item(sample.Floats, sample, row);
            network.Condition(row, new RowConditioning
            {
                Channels = input[network.SampleLength..].ToArray(),
                Embedding = embedding is null ? default : Golden.Item(embedding.Floats, embedding, row).ToArray(),
                TextStates = states is null ? default : Golden.Item(states.Floats, states, row).ToArray(),
                TextMask = mask is null ? default : Golden.Item(mask.Bools, mask, row).ToArray(),
            });
            input[..network.SampleLength].CopyTo(network.Sample(row));
            network.SetTimestep(row, Load(name, "in_timestep").Longs[0]);
        }

        network.Run(rows);
        NpyFile expected = Load(name, $"out_{outputName}");
        return Enumerable.Range(0, rows).Max(row => Golden.LargestError(network.Output(row), Golden.Item(expected.Floats, expected, row)));
    }

    private double TextEncoder(string name)
    {
        (NpyFile ids, NpyFile embeds, NpyFile states) = (Load(name, "in_input_ids"), Load(name, "out_text_embeds"), Load(name, "out_last_hidden_state"));
        return Enumerable.Range(0, ids.Shape[0]).Max(row =>
        {
            (float[] embedding, float[] hidden) = (new float[_model.Encoder!.EmbeddingLength], new float[_model.Encoder.StatesLength]);
            _model.Encoder.TextEncoder(Golden.Item(ids.Longs, ids, row), embedding, hidden);
            return Math.Max(
                Golden.LargestError(embedding, Golden.Item(embeds.Floats, embeds, row)),
                Golden.LargestError(hidden, Golden.Item(states.Floats, states, row)));
        });
    }

    private double TextProjection(string name, bool guided)
    {
        (NpyFile images, NpyFile embeds, NpyFile text) = (Load(name, "in_image_embeddings"), Load(name, "in_prompt_embeds"), Load(name, "in_text_encoder_hidden_states"));
        (NpyFile states, NpyFile time) = (Load(name, "out_encoder_hidden_states"), Load(name, "out_additive_clip_time_embeddings"));
        int count = images.Shape[0];
        TextEncoding Text(int row) =>
            new(Golden.Item(embeds.Floats, embeds, row).ToArray(), Golden.Item(text.Floats, text, row).ToArray(), []);

        double worst = 0.0;
        for (int image = 0; image < count; image++)
        {
            // The reference's batch is [uncond..., cond...]; ours is one candidate's [uncond, cond].
            int[] rows = guided ? [image, count + image] : [image];
            (float[] actualStates, float[] actualTime) = (
                new float[rows.Length * states.Floats.Length / states.Shape[0]], new float[rows.Length * time.Floats.Length / time.Shape[0]]);
            _model.Decoder!.TextProjection(
                Golden.Item(images.Floats, images, image), Text(rows[^1]), guided ? Text(rows[0]) : null, actualStates, actualTime);
            for (int row = 0; row < rows.Length; row++)
            {
                ReadOnlySpan<float> expectedStates = Golden.Item(states.Floats, states, rows[row]);
                ReadOnlySpan<float> expectedTime = Golden.Item(time.Floats, time, rows[row]);
                worst = Math.Max(worst, Golden.LargestError(actualStates.AsSpan(row * expectedStates.Length, expectedStates.Length), expectedStates));
                worst = Math.Max(worst, Golden.LargestError(actualTime.AsSpan(row * expectedTime.Length, expectedTime.Length), expectedTime));
            }
        }

        return worst;
    }

    private static NpyFile Load(string name, string array) => Golden.Load("components", name, $"{array}.npy");
}

/// <summary>The reference's tiny model, loaded once for a test class.</summary>
public sealed class ReferenceModel : IDisposable
{
    /// <summary>The model, with room for the golden batches of three.</summary>
    public UnclipModel Model { get; } = ModelFolder.Load(TestModel.Reference, TestModel.Cpu, slots: new() { SuperResolution = 3 });

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
