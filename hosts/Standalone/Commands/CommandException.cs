namespace Limner.Standalone.Commands;

/// <summary>An end that the user can do something about: one sentence, one exit code.</summary>
internal sealed class CommandException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code => code;
}
