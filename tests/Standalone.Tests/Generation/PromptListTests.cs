using Limner.Standalone.Commands;
using Limner.Standalone.Generation;

namespace Limner.Standalone.Tests.Generation;

public sealed class PromptListTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_single_prompt_goes_to_the_output_folder_itself() =>
        Assert.Equal([("a fox", "")], PromptList.Read(new GenerateOptions { Prompt = "a fox", Out = "out" }));

    [Theory]
    [InlineData("a fox\nb\n")]
    [InlineData("a fox\r\n\r\n  b  ")]
    [InlineData("\uFEFFa fox\nb")]
    public void Lines_are_trimmed_numbered_and_empty_ones_skipped(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Equal([("a fox", "001"), ("b", "002")], Read());
    }

    [Theory]
    [InlineData("", "no prompt in it")]
    [InlineData("\n  \n", "no prompt in it")]
    [InlineData("a\0b", "U+0000")]
    public void A_file_without_usable_prompts_is_a_wrong_request(string text, string part)
    {
        File.WriteAllText(_file, text);
        CommandException problem = Assert.Throws<CommandException>(() => Read());
        Assert.Equal(ExitCode.Request, problem.Code);
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_encoding_is_refused_instead_of_drawn_wrongly()
    {
        File.WriteAllBytes(_file, System.Text.Encoding.Latin1.GetBytes("großer roter Stern"));
        CommandException problem = Assert.Throws<CommandException>(() => Read());
        Assert.Equal((ExitCode.Request, $"The prompts file '{_file}' is not UTF-8 text; save it as UTF-8."), (problem.Code, problem.Message));
    }

    private IReadOnlyList<(string Prompt, string Folder)> Read() => PromptList.Read(new GenerateOptions { PromptFile = _file, Out = "out" });
}
