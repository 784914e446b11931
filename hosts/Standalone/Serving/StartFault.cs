using System.Net.Sockets;
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
        _ when Refusal(problem) is { SocketErrorCode: SocketError.AccessDenied } => new(
            ExitCode.Request, $"This user may not listen at {options.Url}: the system keeps low ports, usually those below 1024, for root; choose a higher one with --url, like {ServeCommand.DefaultUrl}.", problem),
        _ when Refusal(problem) is { } refused => new(ExitCode.Request, $"{options.Url} is no address of this machine; choose another with --url ({refused.Message})", problem),
        System.Data.Common.DbException database => new(ExitCode.Output, $"The database cannot be used: {database.Message} (the data folder is '{data.Path}')", problem),
        IOException or UnauthorizedAccessException => new(ExitCode.Output, $"The data folder '{data.Path}' cannot be used; choose another with --data ({problem.Message})", problem),
        _ => null,
    };

    /// <summary>Why the system does not let the server listen.</summary>
    private static SocketException? Refusal(Exception problem) => problem switch
    {
        SocketException refused => refused,
        IOException { InnerException: SocketException refused } => refused,
        // localhost is two addresses, and this is what became of both; a machine may have one of them alone.
        IOException { InnerException: AggregateException both } => both.InnerExceptions.OfType<SocketException>().MaxBy(refused => refused.SocketErrorCode == SocketError.AccessDenied),
        _ => null,
    };

    private static string More(int problems) => problems > 1 ? $" (and {problems - 1} more)" : "";
}
