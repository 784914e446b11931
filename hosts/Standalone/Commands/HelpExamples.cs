using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Limner.Standalone.Commands;

/// <summary>Help that ends with examples, by command: they say more than the list of options.</summary>
internal sealed class HelpExamples(SynchronousCommandLineAction help, Dictionary<string, string> examples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void Add(RootCommand root, Dictionary<string, string> examples)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpExamples((SynchronousCommandLineAction)option.Action!, examples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        IEnumerable<string> fitting = examples.TryGetValue(CommandPath.Of(parseResult.CommandResult), out string? one) ? [one] : examples.Where(example => !example.Key.Contains(' ', StringComparison.Ordinal)).Select(example => example.Value);
        output.WriteLine("Example:");
        foreach (string example in fitting)
        {
            output.WriteLine($"  {example}");
        }

        return result;
    }
}
