using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference.Tests.Parity;

namespace Limner.Inference.Tests.Adapters;

/// <summary>LoRA adapters in ONNX Runtime's format: <c>red</c> changes prior and decoder, <c>blue</c> the decoder.</summary>
public sealed class AdapterTests(ITestOutputHelper output) : IDisposable
{
    private static readonly PublicRun Run = new("kandinsky_tiny");

    private readonly UnclipModel _model = ModelFolder.Load(TestModel.Public("kandinsky_tiny"), TestModel.Cpu);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("red")]
    [InlineData("blue")]
    public void With_an_adapter_it_draws_what_diffusers_draws_with_it_merged_into_the_weights(string adapter)
    {
        Picture[] pictures = Draw(_model, Run.Request with { Adapter = adapter });
        Run.Compare(pictures, output, $"image_{adapter}");
        ReadOnlySpan<float> plain = Run.Load("image").Floats;
        Assert.True(Golden.LargestError(Run.Load($"image_{adapter}").Floats, plain) > 0.05, "The adapter changes nothing that a test could see.");
    }

    [Fact]
    public void Requests_of_several_adapters_under_way_together_get_what_each_gets_alone()
    {
        string?[] adapters = ["red", null, "blue", "red"];
        var encoder = new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        Conditioning conditioning = encoder.Encode(Run.Request.ToEncodeRequest(_model.Defaults), TestContext.Current.CancellationToken)[0];
        float[] Alone(string? adapter) => Decode([Request(conditioning, adapter)])[0];
        float[][] together = Decode([.. adapters.Select(adapter => Request(conditioning, adapter))]);
        Assert.Equal(adapters.Select(Alone), together);
        Assert.Equal(3, together.Distinct(new SameValues()).Count());
    }

    [Fact]
    public void A_candidate_that_waits_for_those_of_another_adapter_shows_nothing_meanwhile()
    {
        var encoder = new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        Conditioning conditioning = encoder.Encode(Run.Request.ToEncodeRequest(_model.Defaults), TestContext.Current.CancellationToken)[0];
        string?[] adapters = ["red", null, "blue"];
        List<float[]>[] Shown(params string?[] asked)
        {
            List<float[]>[] shown = [.. asked.Select(_ => new List<float[]>())];
            Decode([.. asked.Select((adapter, i) => Request(conditioning, adapter) with { Preview = new(64, 1, () => true, picture => shown[i].Add(picture.Pixels.ToArray())) })]);
            return shown;
        }

        List<float[]>[] together = Shown(adapters);
        foreach ((string? adapter, List<float[]> shown) in adapters.Zip(together))
        {
            List<float[]> alone = Shown(adapter)[0];
            Assert.NotEmpty(shown);
            Assert.All(shown, picture => Assert.Contains(picture, alone));
        }
    }

    [Fact]
    public void Prompts_of_several_adapters_under_way_together_get_what_each_gets_alone()
    {
        string?[] adapters = ["red", null, "blue"];
        var encoder = new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        EncodeRequest Of(string? adapter) => (Run.Request with { Adapter = adapter }).ToEncodeRequest(_model.Defaults);
        float[][] alone = adapters.Select(adapter => encoder.Encode(Of(adapter), TestContext.Current.CancellationToken)[0].ImageEmbedding).ToArray();
        EncodeRequest[] requests = [.. adapters.Select(Of)];
        foreach (EncodeRequest request in requests)
        {
            encoder.Add(request);
        }

        var together = new Dictionary<EncodeRequest, float[]>(ReferenceEqualityComparer.Instance);
        while (encoder.Occupied > 0)
        {
            foreach (EncodedPrompt ended in encoder.Step())
            {
                together[ended.Request] = ended.Conditionings[0].ImageEmbedding;
            }
        }

        Assert.Equal(alone, requests.Select(request => together[request]));
        Assert.NotEqual(alone[0], alone[1]);
        Assert.Equal(alone[1], alone[2]); // blue leaves the prior as it is
    }

    [Fact]
    public void An_adapter_that_the_model_has_not_is_refused_with_those_that_it_has()
    {
        RefusedRequestException refused = Assert.Throws<RefusedRequestException>(() => Draw(_model, Run.Request with { Adapter = "green" }));
        Assert.Equal("The adapter 'green' was asked for; this model has blue, red.", refused.Message);
        Assert.Equal("unknown_adapter", refused.Code);

        using UnclipModel plain = ModelFolder.Load(TestModel.Public("karlo_tiny"), TestModel.Cpu);
        var encoder = new UnclipEncoder(plain.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        refused = Assert.Throws<RefusedRequestException>(() => encoder.Add((Run.Request with { Adapter = "red" }).ToEncodeRequest(plain.Defaults)));
        Assert.Equal("The adapter 'red' was asked for; this model has none.", refused.Message);
    }

    [Fact]
    public void More_adapters_than_are_kept_loaded_take_turns()
    {
        DirectoryInfo copy = TestModel.Copy(TestModel.Public("kandinsky_tiny"));
        try
        {
            string adapters = Path.Combine(copy.FullName, "adapters");
            string[] names = [.. Enumerable.Range(0, 10).Select(i => $"red{i}"), "red0"];
            foreach (string? name in names.Distinct())
            {
                Directory.CreateDirectory(Path.Combine(adapters, name));
                File.Copy(Path.Combine(adapters, "red", "decoder.onnx_adapter"), Path.Combine(adapters, name, "decoder.onnx_adapter"));
            }

            using UnclipModel model = ModelFolder.Load(copy.FullName, TestModel.Cpu);
            UnclipRequest request = Run.Request with { Candidates = 1, DecoderSteps = 2 };
            float[][] pictures = names.Select(name => Draw(model, request with { Adapter = name })[0].Pixels.ToArray()).ToArray();
            Assert.Single(pictures.Distinct(new SameValues()));
            Assert.NotEqual(Draw(model, request)[0].Pixels.ToArray(), pictures[0]);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public void Conditioning_of_an_adapter_lies_under_a_key_of_its_own()
    {
        string Key(string? adapter) => ConditioningKey.Of("m", "1", (Run.Request with { Adapter = adapter }).ToEncodeRequest(_model.Defaults), 0);
        Assert.Equal(3, new[] { Key(null), Key("red"), Key("blue") }.Distinct().Count());
    }

    private DecodeRequest Request(Conditioning conditioning, string? adapter) =>
        (Run.Request with { Adapter = adapter }).ToDecodeRequest(_model.Defaults, conditioning, 0, null, TestContext.Current.CancellationToken);

    private float[][] Decode(DecodeRequest[] requests)
    {
        var time = new StillTime();
        var decoder = new UnclipDecoder(_model.Decoder!, new SeededNoiseSource(), time, new(time));
        foreach (DecodeRequest request in requests)
        {
            decoder.Add(request);
        }

        var drawn = new Dictionary<DecodeRequest, float[]>(ReferenceEqualityComparer.Instance);
        while (decoder.Occupied > 0)
        {
            foreach (DecodedImage ended in decoder.Step())
            {
                drawn[ended.Request] = ended.Picture!.Pixels.ToArray();
            }
        }

        return [.. requests.Select(request => drawn[request])];
    }

    private static Picture[] Draw(UnclipModel model, UnclipRequest request)
    {
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, Run.Noise, TimeProvider.System);
        var pictures = new SortedDictionary<int, Picture>();
        pipeline.Generate(
            request, (candidate, picture) => pictures.Add(candidate, new(picture.Shape, picture.Pixels.ToArray())), cancellation: TestContext.Current.CancellationToken);
        return [.. pictures.Values];
    }

    private sealed class SameValues : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? x, float[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(float[] obj) => obj.Length;
    }

    /// <summary>Previews may take a share of the time: here they cost none.</summary>
    private sealed class StillTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
