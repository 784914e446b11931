using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference;

/// <summary>A provider that is known to load, and the session options that go with it.</summary>
internal sealed partial class Execution
{
    // A float32 Conv of one element (opset 15, IR 8). Running it shows whether a provider finds its device and, which opening a session does
    // not, cuDNN as well.
    private static readonly byte[] Probe = Convert.FromBase64String(
        "CAgSADpOCg8KAXgKAXgSAXkiBENvbnYSAWdaGwoBeBIWChQIARIQCgIIAQoCCAEKAggBCgIIAWIbCgF5EhYKFAgBEhAKAggBCgIIAQoCCAEKAggBQgQKABAP");

    private readonly ExecutionOptions _options;

    private Execution(ExecutionOptions options, ExecutionProvider provider, string why)
    {
        _options = options;
        Provider = provider;
        string threads = options.ThreadCount == 1 ? "1 thread" : $"{options.ThreadCount} threads";
        Report = $"execution: {NameOf(provider)}, {threads}{(why.Length == 0 ? "" : $" ({why})")}";
    }

    public ExecutionProvider Provider { get; }

    /// <summary>One line: what runs, and why.</summary>
    public string Report { get; }

    /// <summary>Whether inputs lie in another memory than the caller's and are copied when they are bound.</summary>
    public bool CopiesInputs => Provider != ExecutionProvider.Cpu;

    /// <summary>Takes what was asked for, or for <c>auto</c> the best that loads.</summary>
    /// <exception cref="ExecutionProviderException">What was asked for does not load.</exception>
    public static Execution Choose(ExecutionOptions options)
    {
        options.ThrowIfInvalid();
        OnnxEnvironment.Prepare();
        switch (options.Provider)
        {
            case ExecutionProvider.Cpu:
                return new(options, ExecutionProvider.Cpu, "");
            case ExecutionProvider.Auto:
                return WhyNot(ExecutionProvider.Cuda) is { } reason
                    ? new(options, ExecutionProvider.Cpu, $"CUDA was not taken: {reason}")
                    : new(options, ExecutionProvider.Cuda, "CUDA loads");
            default:
                return WhyNot(options.Provider) is { } obstacle
                    ? throw new ExecutionProviderException($"Execution provider {NameOf(options.Provider)} cannot be used: {obstacle}.")
                    : new(options, options.Provider, "");
        }
    }

    public SessionOptions CreateSessionOptions()
    {
        var session = new SessionOptions
        {
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = _options.ThreadCount,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            EnableCpuMemArena = true,
            // A pattern is one block for all activations of one batch size: with a batch that changes from step to step the arena
            // would keep a block for each, beside the pieces of the run that measured it.
            EnableMemoryPattern = false,
        };
        session.AddSessionConfigEntry("session.use_env_allocators", "1");
        // Each network has its own threads, and those of the last one would spin on the cores that the next one needs. For as long as lies between two
        // operators it pays: 5 to 8% of a picture's time on two cores.
        session.AddSessionConfigEntry("session.intra_op.spin_duration_us", "20");
        Append(session, Provider);
        return session;
    }

    private static string? WhyNot(ExecutionProvider provider)
    {
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            Append(options, provider);
            using var session = new InferenceSession(Probe, options);
            using var run = new RunOptions();
            using var one = OrtValue.CreateTensorValueFromMemory([1f], [1, 1, 1, 1]);
            using IDisposableReadOnlyCollection<OrtValue> square = session.Run(run, ["x"], [one], ["y"]);
            return null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException
            || (e is OnnxRuntimeException && e.Message.Contains("not enabled in this build", StringComparison.Ordinal)))
        {
            return "this build's ONNX Runtime is for the CPU alone, build with LimnerGpu=true";
        }
        catch (OnnxRuntimeException e)
        {
            // "[ErrorCode:Fail] /source/file.cc:20 Function() [ONNXRuntimeError] : 1 : FAIL : what is wrong": the last part is for the user.
            string reason = e.Message.Split('\n', 2)[0];
            return Preamble().Replace(reason, "").Trim().TrimEnd('.');
        }
    }

    private static void Append(SessionOptions session, ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.TensorRt)
        {
            using var tensorRt = new OrtTensorRTProviderOptions();
            session.AppendExecutionProvider_Tensorrt(tensorRt);
        }

        if (provider is ExecutionProvider.TensorRt or ExecutionProvider.Cuda)
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new Dictionary<string, string>
            {
                // An exhaustive search takes whichever kernel was fastest that day, so equal requests could give different bytes.
                ["cudnn_conv_algo_search"] = "HEURISTIC",
                ["use_tf32"] = "0",
            });
            session.AppendExecutionProvider_CUDA(cuda);
        }
    }

    [GeneratedRegex(@"^.*\[ONNXRuntimeError\] : \d+ : \w+ : |^\[[^\]]*\]")]
    private static partial Regex Preamble();

    private static string NameOf(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda => "cuda",
        ExecutionProvider.TensorRt => "tensorrt",
        _ => "cpu",
    };
}
