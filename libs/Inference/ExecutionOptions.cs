using System.ComponentModel.DataAnnotations;

namespace Limner.Inference;

/// <summary>What runs the networks.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where it loads, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU by TensorRT's compiled engines; CUDA runs what TensorRT cannot.</summary>
    TensorRt,
}

/// <summary>How networks are run; a plain record to bind from configuration (<c>Execution:Provider</c> and so on).</summary>
public sealed record ExecutionOptions
{
    /// <summary>The execution provider.</summary>
    [EnumDataType(typeof(ExecutionProvider), ErrorMessage = "it has to be auto, cpu, cuda or tensorrt.")]
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>Threads inside an operator; 0 for one for each processor that this process may use.</summary>
    [Range(0, 1024, ErrorMessage = "it has to be from 1 to 1024, or 0 for one for each processor.")]
    public int Threads { get; init; }

    internal int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;

    internal void ThrowIfInvalid()
    {
        if (!Enum.IsDefined(Provider))
        {
            throw new ArgumentException($"Execution provider {Provider} is unknown; expected auto, cpu, cuda or tensorrt.");
        }

        if (Threads is < 0 or > 1024)
        {
            throw new ArgumentException($"{Threads} threads were asked for; expected 1 to 1024, or 0 for one for each processor.");
        }
    }
}
