using System.Xml.Linq;

namespace Limner.Architecture.Tests.Tree;

/// <summary>What a project file asks for: packages by name, projects by path relative to the repository.</summary>
internal sealed record ProjectFile(string Path, IReadOnlyList<string> Packages, IReadOnlyList<string> Projects)
{
    public static ProjectFile Parse(SourceFile file)
    {
        XDocument document = XDocument.Parse(file.Text);
        return new ProjectFile(
            file.Path,
            [.. Includes(document, "PackageReference"), .. Includes(document, "FrameworkReference")],
            [.. Includes(document, "ProjectReference").Select(reference => Resolve(file, reference))]);
    }

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants(element).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    private static string Resolve(SourceFile file, string reference)
    {
        var folders = new Stack<string>(file.Folders);
        foreach (string part in reference.Replace('\\', '/').Split('/'))
        {
            if (part == "..")
            {
                folders.Pop();
            }
            else
            {
                folders.Push(part);
            }
        }

        return string.Join('/', folders.Reverse());
    }
}
