using System.Globalization;
using System.Text;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Bodies that somebody might send for a job: by a grammar that knows the fields and bends their values, and by damaging such a body's bytes.</summary>
internal static class JsonFuzzer
{
    private static readonly string[] Names =
        ["prompt", "n", "size", "seed", "steps", "guidance", "negative_prompt", "priority", "deadline", "metadata", "webhook_url", "model", "Prompt", "", "__proto__", "prompt\\u0000"];

    private static readonly string[] Strings =
    [
        "a red star", "", " ", "64x64", "256x256", "0x0", "99999999999x1", "batch", "interactive", "2030-01-31T12:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00",
        "\\u0000", "\\ud800", "\\udfff\\ud800", "\\r\\nSet-Cookie: a=b", "../../etc/passwd", "%00", "\\u202e", "' OR 1=1 --", "${jndi:ldap://x}", "null", "NaN", "\\u00e9\\u0301", "\\ud83d\\ude00",
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1", "2", "10", "11", "1.5", "1e3", "1E-400", "1e400", "-1e400", "2147483648", "9223372036854775808", "18446744073709551615", "18446744073709551616", "0.1e-7", "123456789012345678901234567890"];

    public static byte[] Make(Random chance)
    {
        byte[] body = Encoding.UTF8.GetBytes(chance.Next(20) == 0 ? Value(chance, 0) : Submission(chance));
        return chance.Next(3) == 0 ? ByteFuzzer.Damage(body, chance) : body;
    }

    /// <summary>One value of JSON, or of what is nearly JSON.</summary>
    public static string Value(Random chance) => Value(chance, 0);

    private static string Submission(Random chance)
    {
        StringBuilder text = new StringBuilder("{\"prompt\":").Append(chance.Next(4) == 0 ? Value(chance, 0) : "\"a red star\"").Append(",\"size\":\"64x64\"");
        for (int field = chance.Next(6); field > 0; field--)
        {
            text.Append(",\"").Append(Pick(Names, chance)).Append("\":").Append(Value(chance, 0));
        }

        return text.Append('}').ToString();
    }

    private static string Value(Random chance, int depth) => chance.Next(depth > 3 ? 6 : 9) switch
    {
        0 or 1 => $"\"{Pick(Strings, chance)}\"",
        2 or 3 => Pick(Numbers, chance),
        4 => Pick(["true", "false", "null", "undefined", "'a'", "01", "+1", ".5", "//", "1 2"], chance),
        5 => Long(chance),
        6 => $"[{string.Join(',', Enumerable.Range(0, chance.Next(5)).Select(_ => Value(chance, depth + 1)))}]",
        7 => $"{{{string.Join(',', Enumerable.Range(0, chance.Next(20)).Select(_ => $"\"{Pick(Strings, chance)}\":{Value(chance, depth + 1)}"))}}}",
        _ => Deep(chance),
    };

    private static string Long(Random chance) => chance.Next(4) == 0 ? $"\"{new string('a', chance.Next(70_000))}\"" : chance.Next(100_000).ToString(CultureInfo.InvariantCulture);

    private static string Deep(Random chance)
    {
        int depth = chance.Next(1, 2000);
        return chance.Next(2) == 0 ? new string('[', depth) + new string(']', depth) : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
    }

    private static string Pick(string[] from, Random chance) => from[chance.Next(from.Length)];
}
