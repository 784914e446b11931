namespace Limner.Diffusion.Unclip;

/// <summary>Whether a model has the adapter that a request asks for.</summary>
internal static class AdapterCheck
{
    /// <exception cref="RefusedRequestException">It has not; the message lists those that there are.</exception>
    public static void Check(string? adapter, IReadOnlyList<string> known)
    {
        if (adapter is null || known.Contains(adapter))
        {
            return;
        }

        string there = known.Count == 0 ? "this model has none" : $"this model has {string.Join(", ", known)}";
        throw new RefusedRequestException(RequestProblem.Adapter, $"The adapter '{adapter}' was asked for; {there}.");
    }
}
