namespace Limner.EndToEnd.Tests;

public sealed class LauncherTests
{
    private static readonly DateTime LongAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void The_first_run_builds_the_second_goes_straight_to_the_program()
    {
        using var folder = new ScriptFolder();
        LimnerProcess.Result first = folder.Run("./limner generate 'a red  fox' \"it's\" '' -n 4");
        Assert.Equal("<generate><a red  fox><it's><><-n><4>", first.Output);
        Assert.Contains("limner: building", first.Error, StringComparison.Ordinal);
        Assert.StartsWith("build hosts/Standalone -c Release", folder.Calls()[0], StringComparison.Ordinal);

        LimnerProcess.Result second = folder.Run("./limner --version");
        Assert.Equal("<--version>", second.Output);
        Assert.Empty(second.Error);
        Assert.Single(folder.Calls());
    }

    [Fact]
    public void Any_change_of_the_sources_builds_again_even_one_with_an_old_date()
    {
        using var folder = new ScriptFolder();
        bool Builds()
        {
            Assert.Equal(0, folder.Run("./limner x").Code);
            return folder.Calls().Any(call => call.StartsWith("build", StringComparison.Ordinal));
        }

        Assert.True(Builds());
        folder.Write("libs/Imaging/B.cs", "two");
        folder.Date("libs/Imaging/B.cs", LongAgo);
        Assert.True(Builds());
        folder.Date("libs/Imaging/A.cs", LongAgo);
        Assert.True(Builds());
        folder.Delete("libs/Imaging/B.cs");
        Assert.True(Builds());
        folder.Write("Directory.Build.props", "<Project />");
        Assert.True(Builds());
        folder.Write("libs/Imaging/obj/C.cs", "made by the build");
        folder.Write("README.md", "documents do not count");
        Assert.False(Builds());
        folder.Delete("hosts/Standalone/bin/Release/net10.0/limner.dll");
        Assert.True(Builds());
    }

    [Fact]
    public void Who_comes_while_another_builds_waits_and_is_told_so()
    {
        using var folder = new ScriptFolder();
        LimnerProcess.Result result = folder.Run(
            "mkdir .build; exec 9>.build/lock; flock 9; ./limner x 9>&- 2>log & until grep -q waiting log 2>/dev/null; do sleep 0.1; done; exec 9>&-; wait $!; cat log >&2");
        Assert.StartsWith("limner: another one is building, waiting for it\n", result.Error, StringComparison.Ordinal);
        Assert.Equal("<x>", result.Output);
    }

    [Fact]
    public void It_works_from_any_folder_and_through_a_link()
    {
        using var folder = new ScriptFolder();
        Assert.Equal("<x>", folder.Run("mkdir -p a/b && ln -s ../../limner a/b/draw && cd a/b && ./draw x").Output);
    }

    [Fact]
    public void It_becomes_the_program_so_that_signals_reach_it()
    {
        using var folder = new ScriptFolder();
        folder.Run("./limner x");
        folder.Write("path/dotnet", "#!/bin/bash\necho $$\n");
        LimnerProcess.Result result = folder.Run("./limner x & wait $!; echo $!");
        string[] ids = result.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(ids[1], ids[0]);
    }

    [Fact]
    public void A_failed_build_shows_its_errors_and_is_tried_again()
    {
        using var folder = new ScriptFolder();
        LimnerProcess.Result result = folder.Run("BROKEN=1 ./limner x");
        Assert.Equal(1, result.Code);
        Assert.Empty(result.Output);
        Assert.Contains("error CS1002", result.Error, StringComparison.Ordinal);
        Assert.Equal("<x>", folder.Run("./limner x").Output);
    }

    [Fact]
    public void Ctrl_C_while_it_builds_is_code_130_and_the_next_start_builds_all_of_it_again()
    {
        using var folder = new ScriptFolder();
        // As a terminal does: to all of the group. The SDK ends with 1 then, as for a failed build.
        LimnerProcess.Result result = folder.Run(
            "set -m; HANGING=1 ./limner x & until [ -e building ]; do sleep 0.1; done; kill -INT -- -$!; wait $! || echo $?");
        Assert.Equal("130\n", result.Output);
        Assert.Contains("\nlimner: stopped while it was building; the next start builds again\n", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("The build failed", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--no-incremental", Assert.Single(folder.Calls()), StringComparison.Ordinal);

        Assert.Equal("<x>", folder.Run("./limner x").Output);
        Assert.Contains("--no-incremental", folder.Calls()[0], StringComparison.Ordinal);
        folder.Write("libs/Imaging/A.cs", "two");
        Assert.Equal("<x>", folder.Run("./limner x").Output);
        Assert.DoesNotContain("--no-incremental", folder.Calls()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_sdk_that_built_it_runs_it_even_where_an_older_one_comes_first()
    {
        using var folder = new ScriptFolder();
        string start = $"{ScriptFolder.NoOtherSdk}; mkdir -p home/.dotnet; cp path/dotnet home/.dotnet; export HOME=$PWD/home; printf '#!/bin/bash\nexit 1\n' >path/dotnet; ./limner x";
        Assert.Equal("<x>", folder.Run(start).Output);
        Assert.Equal("<x>", folder.Run("./limner x").Output);
    }

    [Fact]
    public void Without_a_usable_sdk_it_says_so_in_one_sentence()
    {
        using var folder = new ScriptFolder();
        LimnerProcess.Result old = folder.Run($"{ScriptFolder.NoOtherSdk}; SDK=8.0.400 ./limner x");
        Assert.Equal(127, old.Code);
        Assert.Matches("^Limner needs the \\.NET SDK 10\\.0\\.100 or later and .*dotnet has only: 8\\.0\\.400 .*\n$", old.Error);

        LimnerProcess.Result none = folder.Run("export HOME=/nowhere; unset DOTNET_ROOT; rm path/dotnet; mkdir tools; for t in bash dirname readlink find sort sha256sum cut cat id grep; do ln -s $(command -v $t) tools; done; PATH=$PWD/tools ./limner x");
        Assert.Equal(127, none.Code);
        Assert.Matches("^Limner needs the \\.NET SDK 10\\.0\\.100 or later, and no 'dotnet' was found.*\n$", none.Error);
    }
}
