using System.Text;
using Limner.Gateway.Tests.Uploads;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Forms (RFC 7578) by their grammar, with names, heads, texts, files and boundaries bent, and such forms damaged.</summary>
internal static class FormFuzzer
{
    private static readonly string[] Names =
    [
        "image", "image", "image[]", "mask", "prompt", "model", "n", "size", "stream", "seed", "steps", "guidance", "response_format", "user", "file", "purpose", "metadata", "", "[]", "image\\\"", "a\tb", "\u00e9", "__proto__",
    ];

    private static readonly string[] Texts =
        ["a red star", "1", "-0", "01", "1e3", "10", "true", "", " ", "dall-e-2", "gpt-image-1", "64x64", "1024x1024", "url", "batch", "18446744073709551616", "\0", "a\r\nSet-Cookie: a=b", "--b", "{\"a\":1}", new string('9', 40)];

    private static readonly string[] FileNames =
    [
        "picture.png", "../../etc/passwd", "..\\\\..\\\\boot.ini", "/etc/shadow", "C:\\\\a.jsonl", "..", "a\0.png", "con", "a\tb", "a;b=\\\"c\\\"", "%2e%2e%2f", "\u202egnp.exe", new string('a', 3000),
    ];

    private static readonly string[] Types = ["image/png", "text/html", "application/x-php", "image/svg+xml", "a/b; c=\"d\"", "nothing", "multipart/mixed; boundary=b", ""];

    private static readonly byte[] Opaque = TestPictures.Png(8, 8);

    private static readonly string[] Boundaries = ["b", "b", "b", "b", "\"b\"", "", new string('b', 70), new string('b', 71), "b c", "\"b"];

    /// <param name="chance">The chance of it.</param>
    /// <param name="file">Makes a file.</param>
    /// <param name="usual">A form that is in order but for its file, now and then.</param>
    public static ByteArrayContent Make(Random chance, Func<Random, byte[]> file, (string Name, string Text)[] usual)
    {
        var form = new MemoryStream();
        string boundary = Pick(Boundaries, chance), inside = boundary.Trim('"');
        if (chance.Next(2) == 0)
        {
            foreach ((string name, string text) in usual)
            {
                Write(form, $"--{inside}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            }

            Write(form, $"--{inside}\r\nContent-Disposition: form-data; name=\"{(usual[0].Name == "purpose" ? "file" : "image")}\"; filename=\"{Pick(FileNames, chance)}\"\r\n\r\n");
            form.Write(file(chance));
            Write(form, "\r\n");
            if (usual[0].Name == "prompt")
            {
                // Opaque, and so refused, after the picture was looked at whole: nothing is drawn for it.
                Write(form, $"--{inside}\r\nContent-Disposition: form-data; name=\"mask\"; filename=\"mask\"\r\n\r\n");
                form.Write(Opaque);
                Write(form, "\r\n");
            }
        }

        for (int part = chance.Next(40) == 0 ? 70 : chance.Next(4); part > 0; part--)
        {
            AddPart(form, inside, chance, file);
        }

        Write(form, Pick([$"--{inside}--\r\n", $"--{inside}--\r\n", $"--{inside}--", $"--{inside}", "", "rest after"], chance));
        byte[] body = form.ToArray();
        var content = new ByteArrayContent(chance.Next(4) == 0 ? ByteFuzzer.Damage(body, chance) : body);
        content.Headers.TryAddWithoutValidation("Content-Type", chance.Next(40) == 0 ? "multipart/form-data" : $"multipart/form-data; boundary={boundary}");
        return content;
    }

    private static void AddPart(MemoryStream form, string boundary, Random chance, Func<Random, byte[]> file)
    {
        bool isFile = chance.Next(2) == 0;
        string name = Pick(Names, chance);
        Write(form, $"--{boundary}\r\n");
        Write(form, Pick(
        [
            $"Content-Disposition: form-data; name=\"{name}\"", $"Content-Disposition: form-data; name=\"{name}\"", $"Content-Disposition: form-data; name={name}", "Content-Disposition: form-data",
            $"Content-Disposition: attachment; name=\"{name}\"", $"content-disposition:form-data;name=\"{name}\";name=\"b\"", "Content-Disposition", "",
        ], chance));
        Write(form, isFile ? Pick([$"; filename=\"{Pick(FileNames, chance)}\"", $"; filename*=UTF-8''{Uri.EscapeDataString(Pick(FileNames, chance))}", "; filename=", "; filename*=nothing''%ff"], chance) : "");
        Write(form, "\r\n");
        Write(form, chance.Next(3) == 0 ? $"Content-Type: {Pick(Types, chance)}\r\n" : "");
        Write(form, chance.Next(60) == 0 ? $"X-Long: {new string('x', chance.Next(20_000))}\r\n" : "");
        Write(form, chance.Next(60) == 0 ? string.Concat(Enumerable.Range(0, chance.Next(30)).Select(i => $"X-{i}: 1\r\n")) : "");
        Write(form, chance.Next(30) == 0 ? "" : "\r\n");
        form.Write(isFile ? file(chance) : chance.Next(20) == 0 ? [0xFF, 0xC0, 0x80] : Encoding.UTF8.GetBytes(Pick(Texts, chance)));
        Write(form, chance.Next(30) == 0 ? "" : "\r\n");
    }

    private static void Write(MemoryStream form, string text) => form.Write(Encoding.UTF8.GetBytes(text));

    private static T Pick<T>(T[] from, Random chance) => from[chance.Next(from.Length)];
}
