using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Standalone.Pictures;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>blend</c>: one picture of several, or the way from one to another as a strip.</summary>
internal static class BlendCommand
{
    private static readonly string[] PictureEndings = [".png", ".jpg", ".jpeg", ".webp"];

    public static Command Create(Action<GenerateOptions> run)
    {
        var parts = new Argument<string[]>("PART") { Description = "Two to four pictures or prompts; what is a file is a picture.", Arity = new ArgumentArity(2, BlendCheck.MostParts) };
        var weights = new Option<string?>("--weights") { Description = "How much each counts, with commas [default: all the same].", HelpName = "numbers" };
        Option<int?> strip = BoundedOption.Create("--strip", "Draws this many pictures on the way from the first part to the second, and strip.png with all of them.", 3, 10);
        var command = new Command("blend", "Mixes pictures and prompts.") { parts, weights, strip };
        StyleOptions styles = StyleOptions.AddTo(command);
        return EditCommands.WithAction(command, "the model's largest square", run, (parsed, options) =>
        {
            string[] given = parsed.GetValue(parts)!;
            if (parsed.GetValue(strip) is not null && parsed.GetValue(weights) is not null)
            {
                throw new CommandException(ExitCode.Request, "--strip goes the whole way from one part to the other, with every weight between; it takes no --weights.");
            }

            float[] shares = Weights(parsed.GetValue(weights), given.Length);
            Thing[] things = [.. given.Select(ReadThing)];
            StyleShift? style = styles.Read(parsed);
            return options with { Prompt = "", Edits = parsed.GetValue(strip) is { } pictures ? Way(things, pictures, style, options) : [Mix(things, shares, style, options)] };
        });
    }

    private static Thing ReadThing(string part) => File.Exists(part) ? new Thing(PictureFile.ReadPart(part), part)
        : PictureEndings.Contains(Path.GetExtension(part), StringComparer.OrdinalIgnoreCase)
            ? throw new CommandException(ExitCode.Request, $"There is no picture '{part}'. A part that is no file is a prompt, and this one ends like a picture's name.")
            : new Thing(null, part);

    private static Edit[] Way(Thing[] things, int pictures, StyleShift? style, GenerateOptions options) => things.Length == 2 && options.Count == 1
        ? [.. Enumerable.Range(0, pictures).Select(i => (float)i / (pictures - 1)).Select(share => Mix(things, [1 - share, share], style, options))]
        : throw new CommandException(ExitCode.Request, "--strip goes from one part to another, one picture for each place: it takes two parts and no -n.");

    private static Edit Mix(Thing[] things, float[] weights, StyleShift? style, GenerateOptions options) => new(
        new UnclipRequest
        {
            Prompt = "",
            Size = options.Size,
            Style = style,
            Parts = [.. things.Zip(weights, (thing, weight) => thing.File is { } file ? BlendPart.Of(file.Image, weight) : BlendPart.Of(thing.Text, weight))],
        },
        () => new JsonObject
        {
            ["operation"] = "blend",
            ["parts"] = new JsonArray([.. things.Zip(weights, (thing, weight) => new JsonObject
            {
                [thing.File is null ? "prompt" : "image"] = thing.File?.DataUrl() ?? thing.Text,
                ["weight"] = weight,
            })]),
            ["style"] = StyleOptions.Field(style),
        });

    private static float[] Weights(string? given, int parts)
    {
        if (given is null)
        {
            return [.. Enumerable.Repeat(1f, parts)];
        }

        string[] numbers = given.Split(',', StringSplitOptions.TrimEntries);
        float[] weights = [.. numbers.Select(number => float.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out float weight) ? weight : float.NaN)];
        return weights.Length == parts && !weights.Any(float.IsNaN)
            ? weights
            : throw new CommandException(ExitCode.Request, $"--weights is '{given}'; it has to be {parts} numbers of at least 0 with commas between them, one for each part.");
    }

    /// <summary>A part: a picture, or the prompt that its text is.</summary>
    private sealed record Thing(GivenFile? File, string Text);
}
