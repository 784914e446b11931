using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Limner.Diffusion.Unclip;

namespace Limner.Standalone.Commands;

/// <summary>The option <c>--size</c>: both sides from 256 to 2048 in steps of 64, the long one at most three times the short one.</summary>
internal static partial class SizeOption
{
    private const int Least = 256, Most = 2048, Step = 64;

    public static Option<ImageSize?> Create(string standard) => new("--size")
    {
        Description = $"Width and height, like 1792x1024 [default: {standard}].",
        HelpName = "size",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            if (Size().Match(given) is { Success: true } match && new ImageSize(Number(match, 1), Number(match, 2)) is var size && IsOffered(size))
            {
                return size;
            }

            result.AddError($"--size is '{given}'; it has to be WIDTHxHEIGHT, each {Least} to {Most} in steps of {Step}, the longer at most {ImageSize.LongestShape} times the shorter.");
            return null;
        },
    };

    private static bool IsOffered(ImageSize size) =>
        size.ShortSide >= Least && size.LongSide <= Most && size.Width % Step == 0 && size.Height % Step == 0 && size.LongSide <= ImageSize.LongestShape * size.ShortSide;

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^([0-9]{1,5})x([0-9]{1,5})$")]
    private static partial Regex Size();
}
