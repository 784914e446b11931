namespace Limner.Moderation.Policy;

/// <summary>A policy file cannot be used. The message lists every problem with its file and line.</summary>
internal sealed class PolicyException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}
