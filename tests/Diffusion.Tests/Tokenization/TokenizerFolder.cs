using Limner.Fixtures;

namespace Limner.Diffusion.Tests.Tokenization;

/// <summary>A copy of a reference tokenizer that a test may damage; removed when disposed.</summary>
internal sealed class TokenizerFolder : IDisposable
{
    private TokenizerFolder(string path) => Path = path;

    public string Path { get; }

    public static TokenizerFolder Copy(params string[] reference)
    {
        var folder = new TokenizerFolder(Directory.CreateTempSubdirectory("limner-tokenizer-").FullName);
        foreach (string file in Directory.GetFiles(ReferenceFolder.Path(reference)))
        {
            File.Copy(file, System.IO.Path.Combine(folder.Path, System.IO.Path.GetFileName(file)));
        }

        return folder;
    }

    public void Rewrite(string file, Func<string, string> change)
    {
        string path = System.IO.Path.Combine(Path, file);
        string before = File.ReadAllText(path);
        string after = change(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(path, after);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
