using System.CommandLine;
using System.Globalization;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Standalone.Pictures;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>blend</c>: one picture of several, or the way from one to another as a strip.</summary>
internal static class BlendCommand
{
    public static Command Create(Action<GenerateOptions> run)
    {
        var parts = new Argument<string[]>("PART") { Description = "Two to four pictures or prompts; what is a file is a picture.", Arity = new ArgumentArity(2, BlendCheck.MostParts) };
        var weights = new Option<string?>("--weights") { Description = "How much each counts, with commas [default: all the same].", HelpName = "numbers" };
        Option<int?> strip = BoundedOption.Create("--strip", "Draws this many pictures on the way from the first part to the second, and strip.png with all of them.", 3, 10);
        var command = new Command("blend", "Mixes pictures and prompts.") { parts, weights, strip };
        return EditCommands.WithAction(command, "the model's largest square", run, (parsed, options) =>
        {
            string[] given = parsed.GetValue(parts)!;
            float[] shares = Weights(parsed.GetValue(weights), given.Length);
            BlendPart[] blend = [.. given.Zip(shares, (part, share) => File.Exists(part) ? BlendPart.Of(PictureFile.Read(part), share) : BlendPart.Of(part, share))];
            UnclipRequest one = new() { Prompt = "", Parts = blend, Size = options.Size };
            return options with { Prompt = "", Edits = parsed.GetValue(strip) is { } pictures ? Way(one, pictures, options.Count) : [one] };
        });
    }

    private static UnclipRequest[] Way(UnclipRequest blend, int pictures, int count)
    {
        if (blend.Parts.Count != 2 || count != 1)
        {
            throw new CommandException(ExitCode.Request, "--strip goes from one part to another, one picture for each place: it takes two parts and no -n.");
        }

        return [.. Enumerable.Range(0, pictures).Select(i => (float)i / (pictures - 1)).Select(share => blend with { Parts = [With(blend.Parts[0], 1 - share), With(blend.Parts[1], share)] })];
    }

    private static BlendPart With(BlendPart part, float weight) => part.Image is { } image ? BlendPart.Of(image, weight) : BlendPart.Of(part.Prompt!, weight);

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
}
