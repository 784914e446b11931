using Limner.ObjectStorage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Batches;

/// <summary>A real folder that is away now and then, where files are concerned.</summary>
internal sealed class UnreliableStore : IObjectStore, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limner-objects-");
    private readonly IObjectStore _store;
    private int _calls;

    public UnreliableStore()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Storage:Path", (string?)_folder.FullName)]).Build();
        _store = new ServiceCollection().AddSingleton(configuration).AddObjectStorage(configuration).BuildServiceProvider().GetRequiredService<IObjectStore>();
    }

    public int FailsEvery { get; set; } = int.MaxValue;

    public int Failures { get; private set; }

    /// <summary>Pictures that were drawn, as often as somebody began to read one.</summary>
    public int Drawn { get; private set; }

    /// <summary>What comes to pass while something is stored.</summary>
    public Func<string, Task> Meanwhile { get; set; } = _ => Task.CompletedTask;

    /// <summary>What comes to pass while the first picture that a job is given is stored.</summary>
    public Func<Task>? MeanwhileFirstSource { get; set; }

    /// <summary>Pictures that jobs are given, as often as one was stored.</summary>
    public int Sources { get; private set; }

    public async Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        await Meanwhile(key);
        if (key.Contains("/source-", StringComparison.Ordinal) && ++Sources == 1 && MeanwhileFirstSource is { } meanwhile)
        {
            await meanwhile();
        }

        bool stored = await _store.PutIfAbsentAsync(key, content, contentType, cancellation);
        // What failed may be there all the same.
        Fail(key);
        return stored;
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        Fail(key);
        Drawn += key.EndsWith(".png", StringComparison.Ordinal) ? 1 : 0;
        return _store.OpenAsync(key, cancellation);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation) => _store.DeleteAsync(key, cancellation);

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => _store.SignAsync(key, timeToLive, cancellation);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) => _store.ListAsync(prefix, cancellation);

    public Task<bool> IsReachableAsync(CancellationToken cancellation) => _store.IsReachableAsync(cancellation);

    public void Dispose() => _folder.Delete(recursive: true);

    private void Fail(string key)
    {
        if (key.Contains("/files/", StringComparison.Ordinal) && Interlocked.Increment(ref _calls) % FailsEvery == 0)
        {
            Failures++;
            throw new ObjectStoreUnavailableException("away for a moment");
        }
    }
}
