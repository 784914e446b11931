using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using PromptThread = Limner.Inference.EngineThread<
    Limner.Diffusion.Unclip.EncodeRequest, Limner.Diffusion.Unclip.EncodedPrompt, Limner.Diffusion.Unclip.EncodedPrompt>;

namespace Limner.Inference.Tests.Stepping;

/// <summary>An engine that ends each request in one step and throws what a test wants.</summary>
internal sealed class ScriptedEngine : IStepEngine<EncodeRequest, EncodedPrompt>
{
    private readonly List<EncodeRequest> _underWay = [];

    /// <summary>Done in each step, with the seeds of the requests that are under way.</summary>
    public Action<IReadOnlyList<int>> Then { get; set; } = _ => { };

    /// <summary>Done as a request is taken up.</summary>
    public Action<EncodeRequest> Taken { get; set; } = _ => { };

    /// <summary>The seeds of the requests that were begun.</summary>
    public List<int> Added { get; } = [];

    public int Occupied => _underWay.Count;

    public int FreeSlots => 4 - Occupied;

    /// <summary>A thread with it; where a step throws, it begins anew.</summary>
    public PromptThread Start(Action<Exception>? failed = null) => new("scripted", new(Anew, ended => ended.Request, ended => ended), TimeProvider.System, failed ?? (_ => { }));

    public void Add(EncodeRequest request)
    {
        Added.Add((int)request.Seed);
        Taken(request);
        _underWay.Add(request);
    }

    public IReadOnlyList<EncodedPrompt> Step()
    {
        Then([.. _underWay.Select(request => (int)request.Seed)]);
        EncodedPrompt[] ended = [.. _underWay.Select(request => new EncodedPrompt(request, SampleEnd.Completed, []))];
        _underWay.Clear();
        return ended;
    }

    private ScriptedEngine Anew()
    {
        _underWay.Clear();
        return this;
    }
}
