using Limner.Standalone.Commands;
using Limner.Standalone.Output;

namespace Limner.Standalone.Tests.Output;

public sealed class OutputFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limner-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Opening_makes_the_folder_and_leaves_nothing_in_it()
    {
        string path = Path.Combine(_folder, "a", "b");
        OutputFolder.Open(path);
        Assert.Empty(Directory.GetFileSystemEntries(path));
    }

    [Fact]
    public void A_file_is_whole_even_if_a_killed_run_left_its_part()
    {
        File.WriteAllText(Path.Combine(_folder, ".a.png.part"), "the longer remains of a killed run");
        OutputFolder.Open(_folder).Write("a.png", [4]);
        Assert.Equal([4], File.ReadAllBytes(Path.Combine(_folder, "a.png")));
        Assert.Equal(["a.png"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Another_picture_of_the_same_name_stays_and_the_same_one_is_written_once()
    {
        OutputFolder folder = OutputFolder.Open(_folder);
        string[] written = [.. new byte[][] { [1, 2, 3], [4], [5], [4], [1, 2, 3] }.Select(bytes => Path.GetFileName(folder.Write("a.png", bytes)))];
        Assert.Equal(["a.png", "a_2.png", "a_3.png", "a_2.png", "a.png"], written);
        Assert.Equal(["123", "4", "5"], new[] { "a.png", "a_2.png", "a_3.png" }.Select(name => string.Concat(File.ReadAllBytes(Path.Combine(_folder, name)))));
        Assert.Equal(3, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void A_long_file_that_differs_in_its_last_byte_is_another_one()
    {
        OutputFolder folder = OutputFolder.Open(_folder);
        string[] written = [.. new byte[] { 1, 1, 2 }.Select(last => Path.GetFileName(folder.Write("a.jsonl", part =>
        {
            part.Write(new byte[200_000]);
            part.WriteByte(last);
        })))];
        Assert.Equal(["a.jsonl", "a.jsonl", "a_2.jsonl"], written);
        Assert.Equal(2, File.ReadAllBytes(Path.Combine(_folder, "a_2.jsonl"))[^1]);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void A_name_that_is_taken_by_a_folder_is_an_output_error_and_leaves_no_part()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a.png", "inside"));
        CommandException problem = Assert.Throws<CommandException>(() => OutputFolder.Open(_folder).Write("a.png", [1]));
        Assert.Equal(ExitCode.Output, problem.Code);
        Assert.Equal(["a.png"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Two_runs_that_write_the_same_file_at_once_cannot_mix_their_bytes()
    {
        using var other = new FileStream(Path.Combine(_folder, ".a.png.part"), FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.Equal(ExitCode.Output, Assert.Throws<CommandException>(() => OutputFolder.Open(_folder).Write("a.png", [1])).Code);
        Assert.False(File.Exists(Path.Combine(_folder, "a.png")));
    }
}
