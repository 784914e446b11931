using System.Runtime.Versioning;
using Limner.Standalone.Commands;
using Limner.Standalone.Serving;

namespace Limner.Standalone.Tests.Serving;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limner-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_missing_folder_is_made_for_its_owner_alone()
    {
        string path = Path.Combine(_folder, "a", "b");
        using DataFolder data = DataFolder.Open(path);
        Assert.Equal(path, data.Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [UnsupportedOSPlatform("windows")]
    public void One_that_is_there_is_closed_to_others_if_nothing_is_in_it(bool isEmpty)
    {
        const UnixFileMode everyone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder, everyone);
        if (!isEmpty)
        {
            File.WriteAllText(Path.Combine(_folder, "notes"), "");
        }

        using DataFolder data = DataFolder.Open(_folder);
        Assert.Equal(isEmpty ? everyone & ~(UnixFileMode.OtherRead | UnixFileMode.OtherExecute) : everyone, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void Only_one_server_has_it_and_the_next_may_have_it_afterwards()
    {
        using (DataFolder.Open(_folder))
        {
            CommandException refusal = Assert.Throws<CommandException>(() => DataFolder.Open(_folder));
            Assert.Equal(ExitCode.Output, refusal.Code);
            Assert.Contains($"'{_folder}' is in use", refusal.Message, StringComparison.Ordinal);
        }

        using DataFolder next = DataFolder.Open(_folder);
    }

    [Fact]
    public void What_cannot_be_a_folder_is_named()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        CommandException refusal = Assert.Throws<CommandException>(() => DataFolder.Open(Path.Combine(file, "data")));
        Assert.Equal(ExitCode.Output, refusal.Code);
        Assert.Contains("--data", refusal.Message, StringComparison.Ordinal);
    }
}
