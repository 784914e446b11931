namespace Limner.EndToEnd.Tests;

public sealed class InterruptionTests
{
    // Much more work than Soon, so that a process which finished its stage or its picture first would meet the kill time-out.
    private static readonly string[] LongWork = ["generate", "a red fox", "-n", "10", "--seed", "7", "--steps", "1000", "--out", "out", "--model", Repository.TinyModel];

    private static readonly string Small = $"dotnet '{Repository.Program}' generate 'a red fox' --seed 7 --steps 2 --out out --model '{Repository.TinyModel}'";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("INT", "prior:")]
    [InlineData("TERM", "prior:")]
    [InlineData("INT", "decoder:")]
    [InlineData("TERM", "decoder:")]
    public void A_signal_stops_it_within_a_step_with_code_130_and_leaves_whole_pictures_only(string signal, string stage)
    {
        using var folder = new TemporaryFolder();
        using LimnerProcess process = LimnerProcess.Start(folder, LongWork);
        process.WaitForLine(stage);

        process.Signal(signal);

        LimnerProcess.Result result = process.Finish(Soon);
        Assert.Equal(130, result.Code);
        Assert.Contains("Stopped", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        // What was done before the signal stays.
        Assert.InRange(folder.Files("out").Length, 0, stage == "prior:" ? 0 : 9);
        Assert.All(folder.Files("out"), file => Assert.Equal(64, new HandParsedPng(File.ReadAllBytes(folder.At($"out/{file}"))).Width));
    }

    [Fact]
    public void A_kill_leaves_whole_pictures_only()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("prompts.txt"), Enumerable.Range(1, 200).Select(i => $"fox {i}"));
        using LimnerProcess process = LimnerProcess.Start(
            folder, "generate", "--prompts", "prompts.txt", "--seed", "7", "--steps", "2", "--out", "out", "--model", Repository.TinyModel);
        process.WaitForLine("[3/200]");

        process.Signal("KILL");

        Assert.NotEqual(0, process.Finish().Code);
        string[] pictures = [.. folder.Files("out").Where(file => !Path.GetFileName(file).StartsWith('.'))];
        Assert.InRange(pictures.Length, 2, 199);
        Assert.All(pictures, file => Assert.Equal(64, new HandParsedPng(File.ReadAllBytes(folder.At($"out/{file}"))).Width));
    }

    [Fact]
    public void A_full_disk_is_noticed_before_the_work()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder, "disk", "size=16k");
        LimnerProcess.Result result = LimnerProcess.Run(folder, [.. LongWork[..^4], "--out", disk.Path, .. LongWork[^2..]]);
        Assert.Contains($"The output folder '{disk.Path}' is full", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, result.Code);
        Assert.Empty(folder.Files("disk"));
    }

    [Fact]
    public void A_disk_that_fills_up_ends_the_run_and_leaves_whole_pictures_only()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder, "disk", "size=80k");

        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "a red fox", "-n", "10", "--seed", "7", "--steps", "2", "--out", disk.Path, "--model", Repository.TinyModel);

        Assert.Contains("is full", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, result.Code);
        Assert.InRange(folder.Files("disk").Length, 1, 9);
        Assert.All(folder.Files("disk"), file => Assert.Equal(64, new HandParsedPng(File.ReadAllBytes(folder.At($"disk/{file}"))).Width));
    }

    [Fact]
    public void Standard_output_on_a_full_disk_is_an_output_error_and_the_picture_is_there()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"{Small} >/dev/full");
        Assert.Equal(4, result.Code);
        Assert.Contains("Standard output cannot be written (No space left on device)", result.Error, StringComparison.Ordinal);
        Assert.Equal(["seed7-1.png"], folder.Files("out"));
    }

    [Fact]
    public void Standard_error_on_a_full_disk_stops_nothing()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"{Small} 2>/dev/full");
        Assert.Equal(0, result.Code);
        Assert.Equal("out/seed7-1.png\n", result.Output);
    }

    [Fact]
    public void Several_may_begin_in_one_folder_at_once()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"running=; for seed in 1 2 3 4 5 6; do {Small.Replace("--seed 7", "--seed $seed", StringComparison.Ordinal)} & running=\"$running $!\"; done; for each in $running; do wait $each; done");
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(6, folder.Files("out").Length);
    }

    [Fact]
    public void A_read_only_folder_is_noticed_before_the_work()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder, "disk", "ro");
        LimnerProcess.Result result = LimnerProcess.Run(folder, [.. LongWork[..^4], "--out", disk.Path, .. LongWork[^2..]]);
        Assert.Contains($"The output folder '{disk.Path}' cannot be written", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, result.Code);
    }
}
