using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Limner.Gateway.Tests.Generations;

/// <summary>Every DELETE that this process has a database do, with its values.</summary>
/// <remarks>From the start of the process: EF Core looks only now and then whether somebody listens.</remarks>
internal sealed class Deletions : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly ConcurrentQueue<string> Seen = new();

    public static int CountOf(Guid value) => Seen.Count(deletion => deletion.Contains($"{value}", StringComparison.OrdinalIgnoreCase));

    [ModuleInitializer]
    internal static void Watch() => DiagnosticListener.AllListeners.Subscribe(new Deletions());

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { Command: { } command } && command.CommandText.StartsWith("DELETE", StringComparison.Ordinal))
        {
            Seen.Enqueue($"{command.CommandText} {string.Join(' ', command.Parameters.Cast<DbParameter>().Select(parameter => parameter.Value))}");
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
