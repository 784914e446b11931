using System.CommandLine;

namespace Limner.Standalone.Commands;

/// <summary>The option <c>--data</c>.</summary>
internal static class DataOption
{
    public static Option<string?> Create() =>
        new("--data") { Description = "Where jobs and pictures are kept [default: limner in the user's data folder].", HelpName = "folder" };
}
