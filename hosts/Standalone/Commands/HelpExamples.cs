using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Limner.Standalone.Commands;

/// <summary>Help that ends with examples: they say more than the list of options.</summary>
internal sealed class HelpExamples(SynchronousCommandLineAction help, string[] examples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void Add(RootCommand root, params string[] examples)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpExamples((SynchronousCommandLineAction)option.Action!, examples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
        foreach (string example in examples)
        {
            output.WriteLine($"  {example}");
        }

        return result;
    }
}
