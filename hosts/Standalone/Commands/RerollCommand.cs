using System.CommandLine;
using System.Text.Json.Nodes;
using Limner.Diffusion.Unclip;
using Limner.Standalone.Pictures;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>reroll</c>: a picture once more, with the same things at the same places.</summary>
internal static class RerollCommand
{
    public static Command Create(Action<GenerateOptions> run)
    {
        var picture = new Argument<string>("PICTURE") { Description = "A PNG that Limner drew, which says how; with a service the id of an image (img_...).", Arity = ArgumentArity.ExactlyOne };
        var command = new Command("reroll", "Draws a picture once more with the same composition.") { picture };
        return EditCommands.WithAction(command, "", run, (parsed, options) =>
        {
            string given = parsed.GetValue(picture)!;
            return options.Service is null ? Here(PictureFile.ReadRecipe(given), options) : There(given, options);
        }, "--steps", "--guidance", "--prior-guidance", "--negative", "--size", "--adapter");
    }

    private static GenerateOptions Here(PictureRecipe recipe, GenerateOptions options) => options with
    {
        Prompt = recipe.Prompt,
        Negative = recipe.Negative,
        Steps = recipe.Steps,
        Guidance = recipe.Guidance,
        PriorGuidance = recipe.PriorGuidance,
        Adapter = recipe.Adapter,
        DrawnBy = recipe.DrawnBy,
        Edits = [new(new() { Prompt = "", Seed = recipe.Seed, Composition = recipe.Candidate, Size = recipe.Size }, () => [])],
    };

    private static GenerateOptions There(string image, GenerateOptions options) => image.StartsWith("img_", StringComparison.Ordinal)
        ? options with { Prompt = "", Edits = [new(new UnclipRequest { Prompt = "" }, () => new JsonObject { ["operation"] = "reroll", ["image"] = image })] }
        : throw new CommandException(ExitCode.Request, $"'{image}' is no image of the service; a reroll there takes an image's id (img_...), as 'limner jobs get' shows it.");
}
