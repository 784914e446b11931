using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

/// <summary>
/// A rule that the repository keeps. <see cref="Broken"/> are invented trees that each have to break it: a rule that cannot fail holds nothing.
/// Rules about folders that do not exist yet begin to hold when the folder appears.
/// </summary>
internal sealed record Rule(string Name, Func<SourceTree, IEnumerable<string>> Violations, params SourceTree[] Broken)
{
    public override string ToString() => Name;
}
