using System.CommandLine;
using Limner.Inference;

namespace Limner.Standalone.Commands;

/// <summary>The option <c>--provider</c>.</summary>
internal static class ProviderOption
{
    public static Option<ExecutionProvider> Create() => new("--provider")
    {
        Description = "auto, cpu, cuda or tensorrt; auto takes CUDA when it loads [default: auto].",
        HelpName = "name",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            if (Enum.GetNames<ExecutionProvider>().FirstOrDefault(name => string.Equals(name, given, StringComparison.OrdinalIgnoreCase)) is { } name)
            {
                return Enum.Parse<ExecutionProvider>(name);
            }

            result.AddError($"--provider is '{given}'; it has to be auto, cpu, cuda or tensorrt.");
            return default;
        },
    };
}
