using System.CommandLine;

namespace Limner.Standalone.Commands;

/// <summary>The option <c>--out</c>.</summary>
internal static class OutOption
{
    public static Option<string> Create(string description) => new("--out") { Description = description, HelpName = "folder", DefaultValueFactory = _ => "out" };
}
