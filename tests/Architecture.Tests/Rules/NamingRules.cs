using System.Text.RegularExpressions;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

internal static partial class NamingRules
{
    private static readonly string[] FolderNames = ["Services", "Helpers", "Common", "Shared", "Utils", "Utilities", "Misc", "Models", "Interfaces"];

    public static IEnumerable<Rule> All =>
    [
        // services/ itself is lower case and the top of the tree: the one place where the word says what is inside.
        new("Folders are nouns of the domain",
            tree => tree.Product.Where(file => file.Folders.Skip(1).Any(FolderNames.Contains)).Select(file => file.Path),
            SourceTree.Of(("libs/Imaging/Helpers/Png.cs", "")), SourceTree.Of(("services/Gateway/Gateway/Services/A.cs", ""))),

        new("No type is called Manager, Helper, Util, Base or Impl",
            tree => tree.Product.SelectMany(file => TypeDeclaration.In(file).Where(type => VagueSuffix().IsMatch(type.Name)).Select(type => $"{file.Path}: {type.Name}")),
            SourceTree.Of(("libs/Imaging/A.cs", "public sealed class PngManager\n")),
            SourceTree.Of(("libs/Imaging/A.cs", "internal abstract class SchedulerBase\n")),
            SourceTree.Of(("libs/Imaging/A.cs", "internal static class PathUtils\n"))),

        new("No file is called Extensions.cs",
            tree => tree.Product.Where(file => file.Name is "Extensions.cs").Select(file => file.Path),
            SourceTree.Of(("libs/Imaging/Extensions.cs", ""))),

        // A family of enumerations may share a file named after the family.
        new("A file is named after a type in it",
            tree => tree.Product.Where(file => file.Name != "Program.cs" && TypeDeclaration.In(file).ToArray() is { Length: > 0 } types
                && types.All(type => type.Name != file.Name.Split('.')[0]) && types.Any(type => type.Kind != "enum"))
                .Select(file => file.Path),
            SourceTree.Of(("libs/Imaging/A.cs", "internal sealed class B\n"))),

        new("A consumer and its definition share one file",
            tree => tree.Product.SelectMany(file => TypeDeclaration.In(file).Where(type => type.Name.EndsWith("Consumer", StringComparison.Ordinal)
                && TypeDeclaration.In(file).All(other => other.Name != type.Name + "Definition")).Select(type => $"{file.Path}: {type.Name}")),
            SourceTree.Of(("services/Decoder/Decoder/Decoding/DecodeImageConsumer.cs", "internal sealed class DecodeImageConsumer\n"))),

        new("A service is registered in XRegistration.cs",
            tree => tree.Product.Where(file => file.Folders is ["services", _, var library, ..] && !library.EndsWith(".Host", StringComparison.Ordinal))
                .GroupBy(file => file.Folders[2]).Where(files => files.All(file => file.Name != $"{files.Key}Registration.cs"))
                .Select(files => $"{files.Key} has no {files.Key}Registration.cs"),
            SourceTree.Of(("services/Gateway/Gateway/Jobs/Job.cs", ""))),

        new("A message is a plain sealed record",
            tree => tree.Product.Where(file => file.IsUnder("libs/Contracts")).SelectMany(file => TypeDeclaration.In(file).Where(type => type.Kind is not ("record" or "enum") || (type.Kind == "record" && !type.IsSealed))
                .Select(type => $"{file.Path}: {type.Name}")),
            SourceTree.Of(("libs/Contracts/Jobs/JobSubmitted.cs", "public record JobSubmitted(string Id);\n")),
            SourceTree.Of(("libs/Contracts/Jobs/JobSubmitted.cs", "public sealed class JobSubmitted\n"))),

        new("A namespace follows its folder",
            tree => tree.Product.Where(file => DeclaredNamespace(file) is { } name && name != ExpectedNamespace(file)).Select(file => $"{file.Path}: {DeclaredNamespace(file)}, not {ExpectedNamespace(file)}"),
            SourceTree.Of(("libs/Imaging/Png/A.cs", "namespace Limner.Imaging;\n")))
    ];

    private static string? DeclaredNamespace(SourceFile file) =>
        file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';', '\r');

    private static string ExpectedNamespace(SourceFile file) =>
        string.Join('.', (IEnumerable<string>)["Limner", .. file.Folders.Skip(file.Folders[0] == "services" ? 2 : 1)]);

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utilities|Base|Impl)$")]
    private static partial Regex VagueSuffix();
}
