using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Limner.Gateway.Tests.Generations;

/// <summary>Every DELETE that this process has a database do, with its values.</summary>
internal sealed class Deletions : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];
    private readonly ConcurrentQueue<string> _deletions = new();

    public Deletions() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public int CountOf(Guid value) => _deletions.Count(deletion => deletion.Contains($"{value}", StringComparison.OrdinalIgnoreCase));

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            _subscriptions.Add(value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { Command: { } command } && command.CommandText.StartsWith("DELETE", StringComparison.Ordinal))
        {
            _deletions.Enqueue($"{command.CommandText} {string.Join(' ', command.Parameters.Cast<DbParameter>().Select(parameter => parameter.Value))}");
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (IDisposable subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }
}
