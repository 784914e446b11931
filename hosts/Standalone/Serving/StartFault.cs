using Limner.Inference;
using Limner.Standalone.Commands;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Limner.Standalone.Serving;

/// <summary>What can be wrong when a server starts, as a sentence for whoever started it.</summary>
internal static class StartFault
{
    /// <summary>Null for what is no fault of the user's.</summary>
    public static CommandException? Describe(Exception problem, ServeOptions options, DataFolder data) => problem switch
    {
        OptionsValidationException wrong => new(ExitCode.Request, $"The configuration is wrong: {string.Join(" ", wrong.Failures)}", problem),
        ModelFolderException model => new(ExitCode.Model, $"The model folder '{model.Folder}' cannot be used: {model.Problems[0]}{More(model.Problems.Count)}", problem),
        InvalidDataException unfit => new(ExitCode.Model, unfit.Message, problem),
        ExecutionProviderException provider => new(ExitCode.Provider, provider.Message, problem),
        IOException { InnerException: AddressInUseException } => new(ExitCode.Request, $"Another program listens at {options.Url}; choose another address with --url.", problem),
        IOException or System.Net.Sockets.SocketException when Listens(problem) => new(ExitCode.Request, $"{options.Url} is no address of this machine; choose another with --url ({problem.Message})", problem),
        System.Data.Common.DbException database => new(ExitCode.Output, $"The database cannot be used: {database.Message} (the data folder is '{data.Path}')", problem),
        IOException or UnauthorizedAccessException => new(ExitCode.Output, $"The data folder '{data.Path}' cannot be used; choose another with --data ({problem.Message})", problem),
        _ => null,
    };

    private static bool Listens(Exception problem) => problem is System.Net.Sockets.SocketException || problem.InnerException is System.Net.Sockets.SocketException;

    private static string More(int problems) => problems > 1 ? $" (and {problems - 1} more)" : "";
}
