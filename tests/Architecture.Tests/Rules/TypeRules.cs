using System.Text.RegularExpressions;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

internal static class TypeRules
{
    public static IEnumerable<Rule> All =>
    [
        new("Classes are sealed, static or abstract",
            tree => Declared(tree).Where(found => found.Type.Kind is "class" or "record" && !found.Type.IsSealed && !found.Type.Has("abstract")).Select(Describe),
            SourceTree.Of(("libs/Imaging/A.cs", "public class A\n")), SourceTree.Of(("hosts/Standalone/A.cs", "internal record A(int B);\n"))),

        new("Outside libs/ a type is public only where a host composes it",
            tree => Declared(tree).Where(found => !found.File.IsUnder("libs") && found.Type.Has("public") && !found.Type.IsNested
                && !found.File.Name.EndsWith("Registration.cs", StringComparison.Ordinal)).Select(Describe),
            SourceTree.Of(("hosts/Standalone/A.cs", "public sealed class A\n")),
            SourceTree.Of(("services/Gateway/Gateway/Jobs/Job.cs", "public sealed record Job(int Id);\n"))),

        new("An interface has two implementations (tests count) or names its process boundary",
            tree => Declared(tree).Where(found => found.Type.Kind == "interface" && Implementations(tree, found.Type.Name) < 2
                && !found.File.Text.Contains("process boundary", StringComparison.OrdinalIgnoreCase)).Select(Describe),
            SourceTree.Of(("libs/Imaging/IA.cs", "public interface IA\n"), ("libs/Imaging/A.cs", "internal sealed class A : IA\n"))),

        new("Interfaces are under 10% of the types",
            tree => Declared(tree).ToArray() is { Length: > 0 } all && all.Count(found => found.Type.Kind == "interface") is var interfaces && interfaces * 10 >= all.Length
                ? [$"{interfaces} of {all.Length} types are interfaces"] : [],
            SourceTree.Of(("libs/Imaging/A.cs", "public interface IA\ninternal sealed class A : IA\n"))),

        new("No regions, no section banners",
            tree => tree.Product.SelectMany(file => file.Lines.Where(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal) || Banner.IsMatch(line)).Select(line => $"{file.Path}: {line.Trim()}")),
            SourceTree.Of(("libs/Imaging/A.cs", "    #region Fields\n")), SourceTree.Of(("libs/Imaging/A.cs", "// ----- Fields -----\n")))
    ];

    private static readonly Regex Banner = new("^\\s*//+ *[-=*#]{4,}", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static IEnumerable<(SourceFile File, TypeDeclaration Type)> Declared(SourceTree tree) =>
        tree.Product.SelectMany(file => TypeDeclaration.In(file).Select(type => (file, type)));

    // A base list may stand lines below the name, after a primary constructor.
    private static int Implementations(SourceTree tree, string name) =>
        tree.Files.Where(file => file.IsCode && !file.IsUnder("tests/Architecture.Tests"))
            .Sum(file => Regex.Count(file.Text, $@"\b(class|struct|record)\s+\w+[^{{}};]*[\w\s)>]:[^{{}};]*\b{name}\b", RegexOptions.None, TimeSpan.FromSeconds(5)));

    private static string Describe((SourceFile File, TypeDeclaration Type) found) => $"{found.File.Path}: {found.Type.Modifiers} {found.Type.Kind} {found.Type.Name}";
}
