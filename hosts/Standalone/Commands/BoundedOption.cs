using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Limner.Standalone.Commands;

/// <summary>A number inside bounds, whose error names the value given and the values allowed.</summary>
internal static class BoundedOption
{
    public static Option<T?> Create<T>(string name, string description, T least, T most, params string[] aliases)
        where T : struct, INumber<T> =>
        new(name, aliases) { Description = description, HelpName = "number", CustomParser = result => Parse(result, name, least, most) };

    private static T? Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T>
    {
        string given = result.Tokens[0].Value;
        // A NaN fails both comparisons.
        if (T.TryParse(given, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most)
        {
            return value;
        }

        string kind = typeof(T) == typeof(float) ? "a number" : "a whole number";
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{given}'; it has to be {kind} from {least} to {most}."));
        return null;
    }
}
