using Limner.Fixtures;

namespace Limner.EndToEnd.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("The prompt is empty", "")]
    [InlineData("The prompt is empty", "  ")]
    [InlineData("There is no prompt")]
    [InlineData("-n is '0'; it has to be a whole number from 1 to 10.", "a fox", "-n", "0")]
    [InlineData("-n is '11'; it has to be a whole number from 1 to 10.", "a fox", "-n", "11")]
    [InlineData("-n is '-1'; it has to be a whole number from 1 to 10.", "a fox", "-n", "-1")]
    [InlineData("-n is 'two'; it has to be a whole number from 1 to 10.", "a fox", "-n", "two")]
    [InlineData("--seed is '-1'; it has to be a whole number from 0 to 18446744073709551615.", "a fox", "--seed", "-1")]
    [InlineData("--seed is '18446744073709551616'", "a fox", "--seed", "18446744073709551616")]
    [InlineData("--steps is '1'; it has to be a whole number from 2 to 1000.", "a fox", "--steps", "1")]
    [InlineData("--steps is '1001'", "a fox", "--steps", "1001")]
    [InlineData("--guidance is 'NaN'; it has to be a number from 1 to 50.", "a fox", "--guidance", "NaN")]
    [InlineData("--prior-guidance is '0.5'; it has to be a number from 1 to 50.", "a fox", "--prior-guidance", "0.5")]
    [InlineData("--size is '300x300'; it has to be WIDTHxHEIGHT, each 256 to 2048 in steps of 64, the longer at most 3 times the shorter.", "a fox", "--size", "300x300")]
    [InlineData("--threads is '0'", "a fox", "--threads", "0")]
    [InlineData("--provider is 'gpu'; it has to be auto, cpu, cuda or tensorrt.", "a fox", "--provider", "gpu")]
    [InlineData("'fox' is not understood; a prompt of several words needs quotes", "a", "fox")]
    [InlineData("'--sede=7' is not understood", "a fox", "--sede=7")]
    [InlineData("The prompts file 'none.txt' cannot be read", "--prompts", "none.txt")]
    [InlineData("The prompts file '' cannot be read", "--prompts", "")]
    [InlineData("Give either a prompt or --prompts FILE", "a fox", "--prompts", "none.txt")]
    public void A_wrong_request_is_one_sentence_and_code_2(string sentence, params string[] arguments) =>
        Refuses(sentence, ["generate", "--model", Repository.TinyModel, .. arguments]);

    [Fact]
    public void A_prompt_longer_than_the_model_reads_names_both_lengths()
    {
        string prompt = string.Join(' ', Enumerable.Repeat("fox", 200));
        LimnerProcess.Result result = Fails(2, "tokens", ["generate", prompt, "--model", Repository.TinyModel]);
        Assert.Matches("has [0-9]{3} tokens and the model reads at most 75", result.Error);
    }

    [Fact]
    public void A_prompts_file_is_checked_to_its_last_line_before_the_first_is_drawn()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("prompts.txt"), ["a red fox", string.Join(' ', Enumerable.Repeat("fox", 200))]);
        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "--prompts", "prompts.txt", "--model", Repository.TinyModel, "--out", "out");
        Assert.Equal(2, result.Code);
        Assert.Empty(folder.Files("out"));
    }

    [Fact]
    public void A_size_that_the_model_cannot_make_names_what_it_makes() =>
        Refuses("--size 1024x1024 is not available from this model: it makes at most 128x128", ["generate", "a fox", "--size", "1024x1024", "--model", Repository.TinyModel]);

    [Fact]
    public void A_missing_model_is_code_3() =>
        Fails(3, "There is no model folder 'none'", ["generate", "a fox", "--model", "none"]);

    [Theory]
    [InlineData("decoder/model.onnx")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("prior_scheduler/scheduler_config.json")]
    public void A_missing_or_damaged_file_of_a_model_is_code_3_and_named(string file)
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Bash(folder, $"cp -r {Repository.TinyModel} model && rm -rf model/golden");
        Assert.True(File.Exists(folder.At($"model/{file}")));

        File.WriteAllBytes(folder.At($"model/{file}"), File.ReadAllBytes(folder.At($"model/{file}"))[..100]);
        LimnerProcess.Result damaged = LimnerProcess.Run(folder, "generate", "a fox", "--model", "model", "--out", "out");
        File.Delete(folder.At($"model/{file}"));
        LimnerProcess.Result missing = LimnerProcess.Run(folder, "generate", "a fox", "--model", "model", "--out", "out");

        Assert.All([damaged, missing], result =>
        {
            Assert.Equal(3, result.Code);
            Assert.Contains(file, result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        });
    }

    [Fact]
    public void A_network_that_overflows_is_code_3_and_named_and_draws_no_black_picture()
    {
        using var folder = new TemporaryFolder();
        using var broken = new BrokenModel(Repository.TinyModel, "decoder/model.onnx");
        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "a fox", "--model", broken.Folder, "--out", "out");
        Assert.Equal(3, result.Code);
        Assert.StartsWith("The model's decoder gave what is no finite number (NaN or infinity)", result.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.Empty(folder.Files("out"));
    }

    [Fact]
    public void A_provider_that_cannot_be_had_is_code_5()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("LimnerGpu") == "true", "this build may have the provider");
        Fails(5, "cuda", ["generate", "a fox", "--provider", "cuda", "--model", Repository.TinyModel]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("file/below")]
    [InlineData("/proc/limner")]
    public void An_output_folder_that_cannot_be_made_is_code_4(string path)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("file"), "");
        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "a fox", "--model", Repository.TinyModel, "--out", path);
        Assert.Equal(4, result.Code);
        Assert.Contains($"The output folder '{path}' cannot be written", result.Error, StringComparison.Ordinal);
    }

    private static LimnerProcess.Result Fails(int code, string sentence, string[] arguments)
    {
        using var folder = new TemporaryFolder();
        return Failed(folder, code, sentence, LimnerProcess.Run(folder, arguments));
    }

    private static void Refuses(string sentence, string[] arguments)
    {
        using var folder = new TemporaryFolder();
        Failed(folder, 2, sentence, InProcess.Draw(folder, arguments));
    }

    private static LimnerProcess.Result Failed(TemporaryFolder folder, int code, string sentence, LimnerProcess.Result result)
    {
        Assert.Contains(sentence, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(code, result.Code);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.Empty(result.Output);
        Assert.Empty(folder.Files("out"));
        return result;
    }
}
