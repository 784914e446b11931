using System.CommandLine;
using System.CommandLine.Parsing;

namespace Limner.Standalone.Commands;

/// <summary>A command as it is typed after the program's name, e.g. <c>jobs list</c>; empty for the program itself.</summary>
internal static class CommandPath
{
    public static string Of(CommandResult command) =>
        command.Command is RootCommand ? "" : $"{(command.Parent is CommandResult parent ? Of(parent) : "")} {command.Command.Name}".TrimStart();
}
