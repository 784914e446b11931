using System.Xml.Linq;

namespace Limner.Deployment.Tests;

internal static class Product
{
    public static string Version { get; } = XDocument.Load(Repository.At("Directory.Build.props")).Descendants("Version").Single().Value;
}
