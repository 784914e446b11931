using System.CommandLine;
using System.Text.Json.Nodes;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Standalone.Pictures;

namespace Limner.Standalone.Commands;

/// <summary>The commands that begin from pictures: <c>edit</c>, <c>vary</c>, <c>extend</c> and <c>upscale</c>.</summary>
internal static class EditCommands
{
    private const string AsThePicture = "the picture's";

    private static readonly string[] Sides = ["left", "right", "top", "bottom"];

    public static Command Edit(Action<GenerateOptions> run)
    {
        Argument<string> picture = Picture();
        var prompt = new Argument<string>("PROMPT") { Description = "The whole picture as it is to be; \"\" lets what surrounds the gap go on.", Arity = ArgumentArity.ExactlyOne };
        var mask = new Option<string?>("--mask") { Description = "Where to draw: transparent, or in a picture without transparency white [default: where PICTURE is transparent].", HelpName = "file" };
        Option<int?> resample = BoundedOption.Create("--resample", "Tries of each step, so that new and old agree (RePaint); each costs a whole run [default: 1].", 1, 10);
        var command = new Command("edit", "Draws a part of a picture anew and keeps the rest.") { picture, prompt, mask, resample };
        return WithAction(command, AsThePicture, run, (parsed, options) =>
        {
            (GivenFile file, byte[] kept) = PictureFile.Masked(parsed.GetValue(picture)!, parsed.GetValue(mask));
            var region = new KnownRegion(file.Image, kept) { Resamplings = parsed.GetValue(resample) ?? 1 };
            return options with
            {
                Prompt = parsed.GetValue(prompt),
                Edits = [new(new() { Prompt = "", Known = region, Size = options.Size ?? SizeOf(file.Image) }, () => new JsonObject
                {
                    ["operation"] = "inpainting",
                    ["prompt"] = "",
                    ["size"] = file.Image.Width == file.Image.Height ? $"{SizeOf(file.Image)}" : null, // others keep theirs there without a word
                    ["image"] = file.DataUrl(),
                    ["mask"] = GivenFile.DataUrl(PngEncoder.EncodeMask(file.Image.Width, file.Image.Height, kept)),
                })],
            };
        });
    }

    public static Command Vary(Action<GenerateOptions> run)
    {
        Argument<string> picture = Picture();
        var prompt = new Argument<string?>("PROMPT") { Description = "Where the changes lead.", Arity = ArgumentArity.ZeroOrOne };
        Option<float?> strength = BoundedOption.Create("--strength", "How far it goes: 0 keeps all that the model sees, 1 nothing [default: 0.5].", 0f, 1f);
        var command = new Command("vary", "Draws pictures like a picture.") { picture, prompt, strength };
        StyleOptions styles = StyleOptions.AddTo(command);
        return WithAction(command, "the model's largest square", run, (parsed, options) =>
        {
            GivenFile file = PictureFile.ReadPart(parsed.GetValue(picture)!);
            (float far, StyleShift? style) = (parsed.GetValue(strength) ?? 0.5f, styles.Read(parsed));
            return options with
            {
                Prompt = parsed.GetValue(prompt) ?? "",
                Edits = [new(
                    new() { Prompt = "", Parts = [BlendPart.Of(file.Image)], Strength = far, Style = style, Size = options.Size },
                    () => new JsonObject { ["operation"] = "variation", ["image"] = file.DataUrl(), ["strength"] = far, ["style"] = StyleOptions.Field(style) })],
            };
        });
    }

    public static Command Extend(Action<GenerateOptions> run)
    {
        Argument<string> picture = Picture();
        var prompt = new Argument<string?>("PROMPT") { Description = "The whole picture as it is to be; without it what is there goes on.", Arity = ArgumentArity.ZeroOrOne };
        Option<int?>[] sides = [.. Sides.Select(side => BoundedOption.Create($"--{side}", $"Pixels to add at the {side}; below 0 they are cut off.", -2048, 2048))];
        Option<float?> zoom = BoundedOption.Create("--zoom", "Makes the picture this many times smaller first, in the middle of as large a canvas.", 1.1f, 8f);
        var command = new Command("extend", "Draws on beyond the sides of a picture.") { picture, prompt, zoom };
        Array.ForEach(sides, command.Options.Add);
        return WithAction(command, "the canvas's", run, (parsed, options) =>
        {
            GivenFile file = PictureFile.Read(parsed.GetValue(picture)!);
            (float smaller, int[] added) = (parsed.GetValue(zoom) ?? 1, [.. sides.Select(side => parsed.GetValue(side) ?? 0)]);
            KnownRegion canvas = PictureFile.OnCanvas(file.Image, smaller, added);
            return options with
            {
                Prompt = parsed.GetValue(prompt) ?? "",
                Edits = [new(new() { Prompt = "", Known = canvas, Size = options.Size ?? SizeOf(canvas.Image) }, () => new JsonObject
                {
                    ["operation"] = "outpainting",
                    ["prompt"] = "",
                    ["image"] = file.DataUrl(),
                    ["margins"] = new JsonObject(Sides.Zip(added, (side, pixels) => KeyValuePair.Create(side, (JsonNode?)pixels))),
                    ["zoom"] = smaller > 1 ? smaller : null,
                })],
            };
        });
    }

    public static Command Upscale(Action<GenerateOptions> run)
    {
        Argument<string> picture = Picture();
        var command = new Command("upscale", "Makes a picture larger by super-resolution.") { picture };
        return WithAction(command, "four times the picture's, at most 2048", run, (parsed, options) =>
        {
            GivenFile file = PictureFile.Read(parsed.GetValue(picture)!);
            return options with
            {
                Prompt = "",
                Edits = [new(new() { Prompt = "", Upscale = file.Image, Size = options.Size }, () => new JsonObject { ["operation"] = "upscale", ["image"] = file.DataUrl() })],
            };
        }, "--steps", "--guidance", "--prior-guidance", "--negative", "--adapter");
    }

    internal static Command WithAction(Command command, string size, Action<GenerateOptions> run, Func<ParseResult, GenerateOptions, GenerateOptions> read, params string[] without)
    {
        DrawingOptions drawing = DrawingOptions.AddTo(command, size, without);
        command.SetAction(parsed => run(read(parsed, drawing.Read(parsed))));
        return command;
    }

    private static Argument<string> Picture() => new("PICTURE") { Description = "A PNG, JPEG or WebP.", Arity = ArgumentArity.ExactlyOne };

    private static ImageSize SizeOf(SourceImage image) => new(image.Width, image.Height);
}
