using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>
/// A component's LoRA adapters, each loaded when it is first asked for. Where there are more than a few, the one that was not asked for longest goes.
/// </summary>
/// <param name="files">File of each, by name; an adapter that leaves the component as it is has none.</param>
internal sealed class LoadedAdapters(IReadOnlyDictionary<string, string> files) : IDisposable
{
    private const int Most = 8;

    private readonly List<(string Name, OrtLoraAdapter Adapter, RunOptions Options)> _loaded = []; // the latest last

    /// <summary>What a run with the adapter is given; null where it changes nothing here.</summary>
    public RunOptions? Of(string name)
    {
        if (!files.TryGetValue(name, out string? file))
        {
            return null;
        }

        int place = _loaded.FindIndex(loaded => loaded.Name == name);
        (string Name, OrtLoraAdapter Adapter, RunOptions Options) adapter = place < 0 ? Load(name, file) : _loaded[place];
        if (place >= 0)
        {
            _loaded.RemoveAt(place);
        }

        _loaded.Add(adapter);
        if (_loaded.Count > Most)
        {
            Release(_loaded[0]);
            _loaded.RemoveAt(0);
        }

        return adapter.Options;
    }

    public void Dispose()
    {
        foreach ((string Name, OrtLoraAdapter Adapter, RunOptions Options) adapter in _loaded)
        {
            Release(adapter);
        }

        _loaded.Clear();
    }

    private static (string Name, OrtLoraAdapter Adapter, RunOptions Options) Load(string name, string file)
    {
        var adapter = OrtLoraAdapter.Create(file, null);
        var options = new RunOptions();
        try
        {
            options.AddActiveLoraAdapter(adapter);
            return (name, adapter, options);
        }
        catch
        {
            options.Dispose();
            adapter.Dispose();
            throw;
        }
    }

    private static void Release((string Name, OrtLoraAdapter Adapter, RunOptions Options) loaded)
    {
        loaded.Options.Dispose();
        loaded.Adapter.Dispose();
    }
}
