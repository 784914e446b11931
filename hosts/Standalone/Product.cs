using System.Reflection;

namespace Limner.Standalone;

internal static class Product
{
    /// <summary>The version of Directory.Build.props.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
