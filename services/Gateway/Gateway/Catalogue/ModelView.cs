namespace Limner.Gateway.Catalogue;

/// <summary>A model as OpenAI's API shows one.</summary>
internal sealed record ModelView(string Id)
{
    public string Object { get; } = "model";

    /// <summary>Seconds since 1970. A model folder has no date: it is that of the first version of this API, for every name.</summary>
    public long Created { get; } = 1_763_769_600;

    public string OwnedBy { get; } = "limner";
}

internal sealed record ModelList(IReadOnlyList<ModelView> Data)
{
    public string Object { get; } = "list";
}
