using System.Text.RegularExpressions;

namespace Limner.Architecture.Tests.Tree;

/// <summary>A type declaration read off its own line; good enough for code that the formatter has laid out.</summary>
internal sealed partial record TypeDeclaration(string Modifiers, string Kind, string Name, string Rest, int Indent)
{
    public bool IsSealed => Has("sealed") || Has("static");

    public bool IsNested => Indent > 0;

    public bool Has(string modifier) => Modifiers.Split(' ').Contains(modifier);

    public static IEnumerable<TypeDeclaration> In(SourceFile file) =>
        file.IsCode
            ? file.Lines.Select(line => Pattern().Match(line.TrimEnd('\r'))).Where(match => match.Success).Select(match => new TypeDeclaration(
                match.Groups["modifiers"].Value.Trim(),
                match.Groups["kind"].Value.StartsWith("record struct", StringComparison.Ordinal) ? "struct" : match.Groups["kind"].Value,
                match.Groups["name"].Value,
                match.Groups["rest"].Value,
                match.Groups["indent"].Length))
            : [];

    [GeneratedRegex(@"^(?<indent> *)(?<modifiers>(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref|unsafe|new) )*)(?<kind>class|record struct|record|struct|interface|enum) (?:class )?(?<name>[A-Za-z_]\w*)(?<rest>[^""]*)$")]
    private static partial Regex Pattern();
}
