namespace Limner.Gateway.Keys;

/// <summary>Scopes as the API and the command line write them.</summary>
internal static class ScopeNames
{
    private static readonly (string Name, Scopes Scope)[] Names = [("generate", Scopes.Generate), ("read", Scopes.Read), ("admin", Scopes.Admin)];

    public static IReadOnlyList<string> All { get; } = [.. Names.Select(pair => pair.Name)];

    public static IReadOnlyList<string> Format(Scopes scopes) => [.. Names.Where(pair => scopes.HasFlag(pair.Scope)).Select(pair => pair.Name)];

    /// <param name="names">Each of them one of <see cref="All"/>.</param>
    public static Scopes Parse(IEnumerable<string> names) => names.Aggregate(Scopes.None, (scopes, name) => scopes | Names.Single(pair => pair.Name == name).Scope);
}
