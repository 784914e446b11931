using System.CommandLine;
using System.Text.Json.Nodes;
using Limner.Diffusion.Editing;

namespace Limner.Standalone.Commands;

/// <summary>The options that move a picture's meaning by the difference of two prompts.</summary>
internal sealed class StyleOptions
{
    private readonly Option<string?> _towards = new("--style") { Description = "What the picture is to be more like, as a prompt, e.g. \"a star on a blue background\".", HelpName = "text" };
    private readonly Option<string?> _from = new("--style-from") { Description = "The same without what --style is about, e.g. \"a star on a yellow background\".", HelpName = "text" };
    private readonly Option<float?> _weight = BoundedOption.Create("--style-weight", "How much of the difference, 0 to 2 [default: 1].", 0f, 2f);

    public static StyleOptions AddTo(Command command)
    {
        var options = new StyleOptions();
        command.Options.Add(options._towards);
        command.Options.Add(options._from);
        command.Options.Add(options._weight);
        return options;
    }

    public StyleShift? Read(ParseResult parsed) => (parsed.GetValue(_towards), parsed.GetValue(_from), parsed.GetValue(_weight)) switch
    {
        (null, null, null) => null,
        ({ Length: > 0 } towards, { } from, var weight) => new StyleShift(towards, from, weight ?? 1),
        _ => throw new CommandException(ExitCode.Request, "--style and --style-from belong together: one prompt says what the picture is to be like, the other says the same without that."),
    };

    /// <summary>The field <c>style</c> of a job.</summary>
    public static JsonObject? Field(StyleShift? style) => style is null ? null : new JsonObject { ["towards"] = style.Towards, ["from"] = style.From, ["weight"] = style.Weight };
}
