using Limner.Standalone.Commands;

namespace Limner.EndToEnd.Tests;

/// <summary>The command line in this process, for sentences that need no process of their own: starting one takes longer than all else about them.</summary>
internal static class InProcess
{
    public static LimnerProcess.Result Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        ExitCode code = new CommandLine(output, error, TimeProvider.System).Run(arguments, TestContext.Current.CancellationToken);
        return new((int)code, output.ToString(), error.ToString());
    }

    /// <summary>A command that draws, as a process that works in this folder would run it: it finds its pictures there and says their names so.</summary>
    public static LimnerProcess.Result Draw(TemporaryFolder folder, params string[] arguments)
    {
        LimnerProcess.Result result = Run([.. arguments.Select(argument => argument.EndsWith(".png", StringComparison.Ordinal) ? folder.At(argument) : argument), "--out", folder.At("out")]);
        return result with { Output = Here(result.Output), Error = Here(result.Error) };
        string Here(string said) => said.Replace($"{folder.Path}/", "", StringComparison.Ordinal);
    }
}
