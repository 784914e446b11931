using System.Globalization;

namespace Limner.EndToEnd.Tests;

public sealed class TestScriptTests
{
    [Fact]
    public void It_sums_the_reports_and_the_last_line_is_the_result()
    {
        using var folder = new ScriptFolder();
        Project(folder, "Diffusion", total: 40, passed: 40);
        Project(folder, "Imaging", total: 3, passed: 2, skipped: 1);

        LimnerProcess.Result result = folder.Run(".ci/run");

        Assert.Equal("42 passed, 0 failed", LastLine(result));
        Assert.Contains("needs a device", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.Code);
    }

    [Theory]
    [InlineData(3, 2, 0, 2, "42 passed, 1 failed")]
    [InlineData(3, 3, 0, 1, "43 passed, 1 failed")] // every test passed, but the program itself failed
    [InlineData(0, 0, 0, 8, "40 passed, 1 failed")] // no test at all
    [InlineData(2, 0, 2, 0, "40 passed, 1 failed")] // nothing but skipped tests
    public void A_failure_of_any_kind_is_counted_and_fails_the_whole(int total, int passed, int skipped, int status, string line)
    {
        using var folder = new ScriptFolder();
        Project(folder, "Diffusion", total: 40, passed: 40);
        Project(folder, "Imaging", total, passed, skipped, status);

        LimnerProcess.Result result = folder.Run("./test.sh");

        Assert.Equal(line, LastLine(result));
        Assert.Equal(1, result.Code);
    }

    [Fact]
    public void A_test_program_that_was_not_built_or_left_no_report_fails_the_whole()
    {
        using var folder = new ScriptFolder();
        folder.Write("tests/Imaging.Tests/A.cs", "");
        Assert.Equal("0 passed, 1 failed", LastLine(folder.Run("./test.sh")));

        Project(folder, "Imaging", total: 1, passed: 1);
        folder.Write("tests/Imaging.Tests/bin/Release/net10.0/Limner.Imaging.Tests", "#!/bin/bash\necho crashed\n");
        LimnerProcess.Result result = folder.Run("./test.sh");
        Assert.Equal("0 passed, 1 failed", LastLine(result));
        Assert.Contains("crashed", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BROKEN=1", "error CS1002")]
    [InlineData("UNFORMATTED=1", "error WHITESPACE")]
    public void A_build_or_format_error_ends_it_before_the_tests(string fault, string shown)
    {
        using var folder = new ScriptFolder();
        Project(folder, "Imaging", total: 1, passed: 1);
        LimnerProcess.Result result = folder.Run($"{fault} ./test.sh");
        Assert.Equal("0 passed, 1 failed", LastLine(result));
        Assert.Contains(shown, result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.Code);
        Assert.Equal("1 passed, 0 failed", LastLine(folder.Run("./test.sh")));
    }

    [Fact]
    public void A_second_run_neither_formats_nor_builds_and_a_change_does_both()
    {
        using var folder = new ScriptFolder();
        Project(folder, "Imaging", total: 1, passed: 1);
        folder.Run("./test.sh");
        Assert.Equal(2, folder.Calls().Length);
        folder.Run("./test.sh");
        Assert.Empty(folder.Calls());
        folder.Write("tests/Imaging.Tests/B.cs", "");
        folder.Run("./test.sh");
        Assert.Equal(2, folder.Calls().Length);
    }

    [Fact]
    public void One_project_can_be_run_alone_and_an_unknown_one_is_named()
    {
        using var folder = new ScriptFolder();
        Project(folder, "Diffusion", total: 40, passed: 40);
        Project(folder, "Imaging", total: 3, passed: 3);
        Assert.Equal("3 passed, 0 failed", LastLine(folder.Run("./test.sh Imaging")));

        LimnerProcess.Result unknown = folder.Run("./test.sh Imagin");
        Assert.Equal(2, unknown.Code);
        Assert.Contains("tests/Imagin.Tests", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("Diffusion.Tests Imaging.Tests", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("usage: ./test.sh", folder.Run("./test.sh --help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deleted_test_program_is_built_again()
    {
        using var folder = new ScriptFolder();
        Project(folder, "Imaging", total: 1, passed: 1);
        folder.Run("./test.sh");
        folder.Calls();
        folder.Delete("tests/Imaging.Tests/bin/Release/net10.0/Limner.Imaging.Tests");
        folder.Run("./test.sh");
        Assert.Contains(folder.Calls(), call => call.StartsWith("build Limner.slnx", StringComparison.Ordinal));
    }

    [Fact]
    public void A_project_that_hangs_is_stopped_with_everything_it_started_and_the_others_run()
    {
        using var folder = new ScriptFolder();
        Project(folder, "Diffusion", total: 40, passed: 40);
        Project(folder, "Imaging", body: "sleep 1000 & echo $! >child; wait");
        Project(folder, "Inference", total: 2, passed: 2);

        LimnerProcess.Result result = folder.Run($"LIMNER_TEST_LIMIT=1 ./test.sh || code=$?; {ChildIsGone}; exit $code");

        Assert.Equal("42 passed, 1 failed", LastLine(result));
        Assert.Matches("Imaging.Tests: stopped after [0-9]+ s", result.Output);
        Assert.Equal(1, result.Code);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_ends_it_at_once_with_everything_it_started(string signal, int code)
    {
        using var folder = new ScriptFolder();
        Project(folder, "Imaging", body: "sleep 1000 & echo $! >child; wait");

        // Started by env, since what bash starts in the background has its signals from the terminal switched off.
        LimnerProcess.Result result = folder.Run($"""
            env --default-signal=INT ./test.sh & script=$!
            until [ -s child ]; do sleep 0.05; done
            kill -s {signal} $script
            wait $script || code=$?
            {ChildIsGone}; exit $code
            """);

        Assert.Equal("0 passed, 1 failed", LastLine(result));
        Assert.Equal(code, result.Code);
    }

    [Theory]
    [InlineData("./test.sh <&-")]
    [InlineData("env -u HOME ./test.sh")]
    [InlineData("CI=true ./test.sh")]
    [InlineData("cd tests && ../.ci/run")]
    [InlineData("trap '' INT; ./test.sh")] // as under nohup and in some CI runners
    public void It_does_not_depend_on_where_and_how_it_is_started(string start)
    {
        using var folder = new ScriptFolder();
        Project(folder, "Imaging", total: 1, passed: 1, body: $"{HearsControlC} && [ -n \"$HOME\" ] || exit 9");
        Assert.Equal("1 passed, 0 failed", LastLine(folder.Run(start)));
    }

    [Fact]
    public void Without_a_usable_sdk_the_last_line_is_there_all_the_same()
    {
        using var folder = new ScriptFolder();
        Project(folder, "Imaging", total: 1, passed: 1);
        LimnerProcess.Result result = folder.Run($"{ScriptFolder.NoOtherSdk}; SDK=8.0.400 ./test.sh");
        Assert.Equal("0 passed, 1 failed\n", result.Output);
        Assert.Equal(127, result.Code);
    }

    // The signals that the kernel does not deliver, as bits from signal 1 on; 2 is what Ctrl-C sends.
    private const string HearsControlC = "(( (16#$(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/$$/status) & 2) == 0 ))";

    // A process that has ended but that nobody has waited for still has a number, and an empty command line.
    private const string ChildIsGone = "[ -z \"$(tr -d '\\0' </proc/$(cat child)/cmdline 2>/dev/null)\" ] || { echo 'a child still runs'; exit 99; }";

    private static string LastLine(LimnerProcess.Result result) => result.Output.TrimEnd('\n').Split('\n')[^1];

    private static void Project(ScriptFolder folder, string name, int total = 0, int passed = 0, int skipped = 0, int status = 0, string body = "")
    {
        folder.Write($"tests/{name}.Tests/A.cs", "");
        string program = $"tests/{name}.Tests/bin/Release/net10.0/Limner.{name}.Tests";
        int failed = total - passed - skipped;
        folder.Write(program, string.Create(CultureInfo.InvariantCulture, $"""
            #!/bin/bash
            {body}
            while [ $# -gt 0 ]; do case $1 in --results-directory) out=$2 ;; --report-xunit-trx-filename) name=$2 ;; esac; shift; done
            echo '<ResultSummary><Counters total="{total}" executed="{total - skipped}" passed="{passed}" failed="{failed}" notExecuted="{skipped}" /></ResultSummary>' >"$out/$name"
            [ {skipped} -eq 0 ] || printf 'skipped A.B (0ms)\n  needs a device\n'
            exit {(status == 0 && failed > 0 ? 2 : status)}
            """));
        folder.Run($"chmod +x {program}");
    }
}
