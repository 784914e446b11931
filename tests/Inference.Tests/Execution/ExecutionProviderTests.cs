namespace Limner.Inference.Tests.Execution;

/// <summary>Which provider runs, and what is said about it.</summary>
public sealed class ExecutionProviderTests
{
    [Fact]
    public void Cpu_is_taken_without_asking_for_anything_else() =>
        Assert.Equal("execution: cpu, 1 thread", ReportOf(new() { Provider = ExecutionProvider.Cpu, Threads = 1 }));

    [Fact]
    public void Auto_says_in_one_line_what_it_took_and_why()
    {
        string report = ReportOf(new() { Provider = ExecutionProvider.Auto, Threads = 2 });
        Assert.DoesNotContain('\n', report);
        Assert.Matches(@"^execution: (cuda, 2 threads \(CUDA loads\)|cpu, 2 threads \(CUDA was not taken: .{20,}\))$", report);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "cuda")]
    [InlineData(ExecutionProvider.TensorRt, "tensorrt")]
    public void A_provider_asked_for_by_name_runs_or_is_one_clear_error(ExecutionProvider provider, string name)
    {
        try
        {
            Assert.Equal($"execution: {name}, 2 threads", ReportOf(new() { Provider = provider, Threads = 2 }));
        }
        catch (ExecutionProviderException e)
        {
            Assert.Matches($@"^Execution provider {name} cannot be used: .{{20,}}\.$", e.Message);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    [Theory]
    [InlineData(-1, 8)]
    [InlineData(2, 0)]
    public void Numbers_out_of_range_are_refused(int threads, int slots)
    {
        var options = new ExecutionOptions { Provider = ExecutionProvider.Cpu, Threads = threads };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => ModelFolder.Load(TestModel.Latent, options, ModelParts.ImageEncoder, new() { Decoder = slots }).Dispose());
        Assert.Contains(threads < 0 ? "-1 threads" : "at least 1", refusal.Message, StringComparison.Ordinal);
    }

    private static string ReportOf(ExecutionOptions options)
    {
        using UnclipModel model = ModelFolder.Load(TestModel.Latent, options, ModelParts.ImageEncoder);
        return model.Execution;
    }
}
