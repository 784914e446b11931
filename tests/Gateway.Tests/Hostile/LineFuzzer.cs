using System.Text;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Files that somebody might send as the requests of a batch (JSONL).</summary>
internal static class LineFuzzer
{
    private static readonly string[] Names = ["custom_id", "method", "url", "body", "Body", "", "deadline"];

    public static byte[] Make(Random chance)
    {
        var file = new MemoryStream();
        file.Write(chance.Next(20) == 0 ? [0xEF, 0xBB, 0xBF] : []);
        for (int line = chance.Next(12); line >= 0; line--)
        {
            file.Write(Line(chance));
            file.Write(Encoding.ASCII.GetBytes(Pick(["\n", "\n", "\n", "\r\n", "\n\n", "\r", " \t\n", ""], chance)));
        }

        return file.ToArray();
    }

    private static byte[] Line(Random chance)
    {
        byte[] line = chance.Next(10) switch
        {
            < 5 => [.. Encoding.UTF8.GetBytes($"{{\"custom_id\":\"r{chance.Next(100_000)}\",\"method\":\"POST\",\"url\":\"/v1/jobs\",\"body\":"), .. JsonFuzzer.Make(chance), .. "}"u8],
            < 8 => Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, chance.Next(8)).Select(_ => $"\"{Pick(Names, chance)}\":{JsonFuzzer.Value(chance)}"))}}}"),
            8 => Encoding.UTF8.GetBytes(JsonFuzzer.Value(chance)),
            _ => new byte[chance.Next(100_000)],
        };
        return chance.Next(4) == 0 ? ByteFuzzer.Damage(line, chance) : line;
    }

    private static string Pick(string[] from, Random chance) => from[chance.Next(from.Length)];
}
