using System.Text;
using System.Text.Json;

namespace Limner.EndToEnd.Tests;

public sealed class PictureTests
{
    [Fact]
    public void The_same_request_gives_the_same_bytes_and_another_picture_of_the_name_stays()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Generate(folder, "a blue fox", "--seed", "7", "--out", "second");
        byte[] blue = File.ReadAllBytes(folder.At("second/seed7-1.png"));
        LimnerProcess.Generate(folder, "a red fox", "-n", "2", "--seed", "7", "--out", "first");
        LimnerProcess.Generate(folder, "a red fox", "-n", "2", "--seed", "7", "--out", "second");
        LimnerProcess.Result again = LimnerProcess.Generate(folder, "a red fox", "-n", "2", "--seed", "7", "--out", "second");

        Assert.Equal("second/seed7-1_2.png\nsecond/seed7-2.png\nsecond/contact-sheet.png\n", again.Output);
        Assert.Equal(["contact-sheet.png", "seed7-1.png", "seed7-2.png"], folder.Files("first"));
        Assert.Equal(["contact-sheet.png", "seed7-1.png", "seed7-1_2.png", "seed7-2.png"], folder.Files("second"));
        Assert.All(folder.Files("first"), file => Assert.Equal(
            File.ReadAllBytes(folder.At($"first/{file}")), File.ReadAllBytes(folder.At($"second/{file.Replace("7-1", "7-1_2", StringComparison.Ordinal)}"))));
        Assert.Equal(blue, File.ReadAllBytes(folder.At("second/seed7-1.png")));
        Assert.NotEqual(File.ReadAllBytes(folder.At("first/seed7-1.png")), File.ReadAllBytes(folder.At("first/seed7-2.png")));
    }

    [Fact]
    public void A_picture_does_not_depend_on_those_drawn_beside_it_or_on_the_threads()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Generate(folder, "a red fox", "-n", "2", "--seed", "7", "--out", "few", "--threads", "1");
        LimnerProcess.Generate(folder, "a red fox", "-n", "5", "--seed", "7", "--out", "many", "--threads", "2");

        Assert.All(["seed7-1.png", "seed7-2.png"], file => Assert.Equal(File.ReadAllBytes(folder.At($"few/{file}")), File.ReadAllBytes(folder.At($"many/{file}"))));
    }

    [Fact]
    public void Seed_prompt_and_negative_prompt_each_change_the_picture()
    {
        using var folder = new TemporaryFolder();
        byte[] Pixels(params string[] arguments)
        {
            LimnerProcess.Generate(folder, [.. arguments, "--out", "out"]);
            byte[] rgb = new HandParsedPng(File.ReadAllBytes(Directory.GetFiles(folder.At("out"), "*.png").Single())).Rgb;
            Directory.Delete(folder.At("out"), recursive: true);
            return rgb;
        }

        byte[] fox = Pixels("a red fox", "--seed", "7");
        Assert.NotEqual(fox, Pixels("a red fox", "--seed", "8"));
        Assert.NotEqual(fox, Pixels("a blue house", "--seed", "7"));
        Assert.NotEqual(fox, Pixels("a red fox", "--seed", "7", "--negative", "snow"));
    }

    [Theory]
    [InlineData("a red fox")]
    [InlineData("赤い狐 🦊")]
    public void A_picture_carries_what_it_was_drawn_with(string prompt)
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Generate(folder, prompt, "--seed", "18446744073709551615", "--guidance", "2.5", "--negative", "snow", "--out", "out");

        var png = new HandParsedPng(File.ReadAllBytes(folder.At("out/seed18446744073709551615-1.png")));

        Dictionary<string, string> texts = png.Chunks.Where(chunk => chunk.Type is "tEXt" or "iTXt").Select(Text).ToDictionary();
        Assert.Equal(["prompt", "negative", "seed", "candidate", "steps", "guidance", "prior guidance", "model", "version", "Software"], texts.Keys);
        Assert.Equal(prompt, texts["prompt"]);
        Assert.Equal("snow", texts["negative"]);
        Assert.Equal("18446744073709551615", texts["seed"]);
        Assert.Equal("1", texts["candidate"]);
        Assert.Equal("3", texts["steps"]);
        Assert.Equal("2.5", texts["guidance"]);
        Assert.Equal("4", texts["prior guidance"]); // Karlo's
        Assert.Equal("unclip_tiny", texts["model"]);
        Assert.StartsWith("Limner 0.", texts["Software"], StringComparison.Ordinal);
        Assert.Equal((64, 64), (png.Width, png.Height));
        Assert.True(png.Rgb.Distinct().Count() > 50, "the picture is flat");
    }

    [Fact]
    public void Json_is_one_document_on_standard_output_and_names_the_files()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Generate(folder, "a red fox", "-n", "2", "--seed", "7", "--out", "out", "--json");

        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement, request = root.GetProperty("requests").EnumerateArray().Single();
        Assert.Equal(["version", "model", "provider", "requests", "load_ms", "total_ms"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["prompt", "negative", "seed", "steps", "guidance", "prior_guidance", "size", "images", "contact_sheet", "timings_ms"],
            request.EnumerateObject().Select(property => property.Name));
        Assert.Equal(7u, request.GetProperty("seed").GetUInt64());
        Assert.Equal("64x64", request.GetProperty("size").GetString());
        Assert.StartsWith("cpu", root.GetProperty("provider").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal([1, 2], request.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("candidate").GetInt32()));
        Assert.All(request.GetProperty("images").EnumerateArray(), image => Assert.True(File.Exists(folder.At(image.GetProperty("file").GetString()!))));
        Assert.True(File.Exists(folder.At(request.GetProperty("contact_sheet").GetString()!)));
        string[] stages = [.. request.GetProperty("timings_ms").EnumerateObject().Where(stage => stage.Value.GetDouble() > 0).Select(stage => stage.Name)];
        Assert.Superset(new HashSet<string> { "text_encoder", "prior", "text_projection", "decoder", "super_res_first", "png" }, stages.ToHashSet());
    }

    [Fact]
    public void Without_json_standard_output_lists_the_files_alone()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Generate(folder, "a red fox", "-n", "2", "--seed", "7", "--out", "out");
        Assert.Equal("out/seed7-1.png\nout/seed7-2.png\nout/contact-sheet.png\n", result.Output);
        Assert.Contains("decoder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_seed_is_printed_and_gives_the_picture_again()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Generate(folder, "a red fox", "--out", "first");
        string name = folder.Files("first").Single(), seed = name["seed".Length..^"-1.png".Length];
        Assert.Contains($"seed {seed}", result.Error, StringComparison.Ordinal);

        LimnerProcess.Generate(folder, "a red fox", "--seed", seed, "--out", "second");

        Assert.Equal(File.ReadAllBytes(folder.At($"first/{name}")), File.ReadAllBytes(folder.At($"second/{name}")));
    }

    [Fact]
    public void Each_line_of_a_prompts_file_gets_its_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("prompts.txt"), "a red fox\n\n  a blue house  \n");

        LimnerProcess.Generate(folder, "--prompts", "prompts.txt", "--seed", "1", "--out", "out");

        Assert.Equal(["001/seed1-1.png", "002/seed1-1.png"], folder.Files("out"));
        LimnerProcess.Generate(folder, "a blue house", "--seed", "1", "--out", "alone");
        Assert.Equal(File.ReadAllBytes(folder.At("alone/seed1-1.png")), File.ReadAllBytes(folder.At("out/002/seed1-1.png")));
    }

    private static (string Keyword, string Text) Text((string Type, byte[] Data) chunk)
    {
        int end = Array.IndexOf(chunk.Data, (byte)0);
        string keyword = Encoding.Latin1.GetString(chunk.Data, 0, end);
        return chunk.Type == "tEXt" ? (keyword, Encoding.Latin1.GetString(chunk.Data[(end + 1)..])) : (keyword, Encoding.UTF8.GetString(chunk.Data[(end + 5)..]));
    }
}
