using System.Security.Cryptography;
using System.Text.Json;

namespace Limner.EndToEnd.Tests;

/// <summary>A model folder of the repository.</summary>
internal static class ShippedFolder
{
    /// <summary>It has a card, its manifest lists every other file as it is, and all together have at most so many bytes.</summary>
    public static void Check(string folder, long mostBytes)
    {
        Assert.True(Directory.Exists(folder), $"{folder} is missing; training makes it.");
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "limner.json")));
        JsonProperty[] listed = [.. manifest.RootElement.GetProperty("files").EnumerateObject().OrderBy(file => file.Name, StringComparer.Ordinal)];

        Assert.Contains("README.md", files); // its card
        Assert.Equal(files.Except(["README.md", "limner.json"]), listed.Select(file => file.Name));
        Assert.All(listed, file =>
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, file.Name));
            Assert.Equal(file.Value.GetProperty("bytes").GetInt64(), bytes.Length);
            Assert.Equal(file.Value.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        });
        Assert.InRange(files.Sum(file => new FileInfo(Path.Combine(folder, file)).Length), 1, mostBytes);
    }
}
