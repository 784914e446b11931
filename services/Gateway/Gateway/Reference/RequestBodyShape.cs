namespace Limner.Gateway.Reference;

/// <summary>The body that a route takes, where its handler reads the bytes itself; several media types may mean the same, or each have a shape of its own.</summary>
internal sealed record RequestBodyShape(Type Type, IReadOnlyList<string> MediaTypes, bool IsRequired);

/// <summary>The query parameters that a route takes: the properties of a type.</summary>
internal sealed record QueryShape(Type Type);

/// <summary>A header that a route takes.</summary>
internal sealed record RequestHeader(string Name, string Description, int? Longest = null);

/// <summary>A status that a route may answer with, and the codes of docs/errors.md that it then has.</summary>
internal sealed record PossibleError(int Status, IReadOnlyList<string> Codes);
