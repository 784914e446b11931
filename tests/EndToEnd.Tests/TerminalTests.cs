namespace Limner.EndToEnd.Tests;

/// <summary>On a terminal of its own, which util-linux' <c>script</c> provides.</summary>
public sealed class TerminalTests
{
    private const string HidesCursor = "\u001b[?25l", ShowsCursor = "\u001b[?25h";

    [Fact]
    public void A_bar_shows_stage_step_and_time_left_and_the_list_of_files_stays_clean()
    {
        using var folder = new TemporaryFolder();

        LimnerProcess.Result result = LimnerProcess.Bash(folder, OnTerminal("-n 2 --steps 100 --out out >list"));

        Assert.Equal(0, result.Code);
        Assert.Contains("seed 7", result.Output, StringComparison.Ordinal);
        Assert.Matches("a red fox \\(seed 7\\)  decoder .*━.* [0-9]+/200 .*[0-9-]+:[0-9-]+:[0-9-]+", result.Output);
        AssertCursorIsBack(result.Output);
        Assert.Equal("out/seed7-1.png\nout/seed7-2.png\nout/contact-sheet.png\n", File.ReadAllText(folder.At("list")));
    }

    [Theory]
    [InlineData(80, "decoder .*━.* [0-9]+/200 .*[0-9-]+:[0-9-]+:[0-9-]+")]
    [InlineData(40, "decoder .*[0-9]+/200 .*[0-9-]+:[0-9-]+:[0-9-]+")]
    public void A_narrow_one_has_each_stage_on_one_line(int width, string line)
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Bash(folder, OnTerminal("-n 2 --steps 100 --out out >list", width));
        Assert.Equal(0, result.Code);
        Assert.Matches(line, result.Output);
    }

    [Fact]
    public void Control_C_stops_it_and_gives_the_cursor_back()
    {
        using var folder = new TemporaryFolder();

        // The typed character is what makes the terminal send the signal.
        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"(until grep -q decoder log 2>/dev/null; do sleep 0.1; done; printf '\\003') | {OnTerminal("-n 10 --steps 1000 --out out")}");

        Assert.Equal(130, result.Code);
        Assert.Contains("Stopped.", result.Output, StringComparison.Ordinal);
        AssertCursorIsBack(result.Output);
        Assert.Empty(folder.Files("out"));
    }

    private static void AssertCursorIsBack(string output)
    {
        Assert.Contains(HidesCursor, output, StringComparison.Ordinal);
        Assert.True(output.LastIndexOf(ShowsCursor, StringComparison.Ordinal) > output.LastIndexOf(HidesCursor, StringComparison.Ordinal), "the cursor stays hidden");
    }

    private static string OnTerminal(string options, int width = 160) =>
        $"env -u CI -u NO_COLOR TERM=xterm script -qefc \"stty cols {width}; exec dotnet '{Repository.Program}' generate 'a red fox' --seed 7 --model '{Repository.TinyModel}' {options}\" log";
}
