using System.Net.Sockets;
using Limner.Standalone.Commands;
using Limner.Standalone.Serving;

namespace Limner.Standalone.Tests.Serving;

/// <summary>What is wrong at the start, in this process; EndToEnd.Tests has the same of a process. The settings are variables of the whole process, so nothing else runs beside these.</summary>
[Collection(nameof(StartFaultTests))]
[CollectionDefinition(nameof(StartFaultTests), DisableParallelization = true)]
public sealed class StartFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limner-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Database__MigrateAtStart=yes", "Database:MigrateAtStart")]
    [InlineData("Database__Connections=many", "Database:Connections")]
    [InlineData("Database__ConnectionString=postgres://user:secret@host/db", "Database:ConnectionString: it cannot be read; it is a list of names and values")]
    [InlineData("Execution__Threads=-1", "Execution:Threads: it has to be from 1 to 1024")]
    [InlineData("Execution__Provider=7", "Execution:Provider: it has to be auto, cpu, cuda or tensorrt.")]
    [InlineData("Gateway__BatchDeadline=24:00:00", "Gateway:BatchDeadline is '24:00:00'; expected hours:minutes:seconds")]
    public void A_setting_that_cannot_be_read_is_named(string setting, string sentence)
    {
        (string Name, string Value)[] variables = [(setting.Split('=', 2)[0], setting.Split('=', 2)[1]), ("Moderation__Images__Unchecked", "true")];
        using StringWriter output = new(), error = new();
        ExitCode code;
        try
        {
            Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));
            code = new CommandLine(output, error, TimeProvider.System).Run(
                ["serve", "--data", _folder, "--url", "http://127.0.0.1:0", "--model", Path.Combine(Repository.Root, "tests/fixtures/latent_tiny")], TestContext.Current.CancellationToken);
        }
        finally
        {
            Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, null));
        }

        Assert.Equal(ExitCode.Request, code);
        Assert.Contains(sentence, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void What_the_system_does_not_let_the_server_listen_at_is_told_apart()
    {
        var denied = new SocketException((int)SocketError.AccessDenied);
        var nowhere = new SocketException((int)SocketError.AddressNotAvailable);
        // As Kestrel has them of localhost: both addresses, in an exception of their own.
        Exception[] low = [denied, new IOException("a", denied), new IOException("a", new AggregateException(denied, denied)), new IOException("a", new AggregateException(denied, nowhere)), new IOException("a", new AggregateException(nowhere, denied))];
        Assert.All(low, problem => Assert.StartsWith("This user may not listen at http://localhost:80: ", Describe(problem), StringComparison.Ordinal));
        Exception[] foreign = [nowhere, new IOException("a", nowhere), new IOException("a", new AggregateException(nowhere, nowhere))];
        Assert.All(foreign, problem => Assert.StartsWith("http://localhost:80 is no address of this machine; ", Describe(problem), StringComparison.Ordinal));
        Assert.StartsWith("The data folder '", Describe(new IOException("no room")), StringComparison.Ordinal);
    }

    private string Describe(Exception problem)
    {
        using DataFolder data = DataFolder.Open(_folder);
        return StartFault.Describe(problem, new ServeOptions { Url = "http://localhost:80" }, data)!.Message;
    }
}
