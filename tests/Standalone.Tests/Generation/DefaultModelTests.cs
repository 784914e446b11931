using Limner.Standalone.Commands;
using Limner.Standalone.Generation;

namespace Limner.Standalone.Tests.Generation;

public sealed class DefaultModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limner-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_found_above_the_program_and_the_nearest_one_wins()
    {
        string far = Directory.CreateDirectory(Path.Combine(_folder, "models/limner-first")).FullName;
        string program = Directory.CreateDirectory(Path.Combine(_folder, "a/b")).FullName;
        Assert.Equal(far, DefaultModel.Find(null, program));

        string near = Directory.CreateDirectory(Path.Combine(_folder, "a/models/limner-first")).FullName;
        Assert.Equal(near, DefaultModel.Find(null, program));
        Assert.Equal(far, DefaultModel.Find(far, program));
    }

    [Fact]
    public void Where_there_is_none_the_sentence_says_how_to_name_one()
    {
        CommandException problem = Assert.Throws<CommandException>(() => DefaultModel.Find(null, _folder));
        Assert.Equal(ExitCode.Model, problem.Code);
        Assert.Contains("--model", problem.Message, StringComparison.Ordinal);
    }
}
