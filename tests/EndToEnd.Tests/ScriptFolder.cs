namespace Limner.EndToEnd.Tests;

/// <summary>
/// A small repository with the real scripts and a stand-in for the .NET SDK that notes each call: what the scripts decide is tried here,
/// the real SDK under the real scripts is what runs these tests.
/// </summary>
internal sealed class ScriptFolder : IDisposable
{
    private const string StandIn = """
        #!/bin/bash
        echo "$*" >>"$CALLS"
        case $1 in
            --version) [ "${SDK:-10.0.100}" = 10.0.100 ] ;;
            --list-sdks) echo "$SDK [somewhere]" ;;
            build) [ -z "${HANGING:-}" ] || { trap 'exit 1' INT; touch building; for ((;;)) do sleep 0.1; done; }
                   [ -z "${BROKEN:-}" ] || { echo "A.cs(1,1): error CS1002: ; expected"; exit 1; }
                   mkdir -p hosts/Standalone/bin/Release/net10.0; echo built >hosts/Standalone/bin/Release/net10.0/limner.dll; echo noise ;;
            format) [ -z "${UNFORMATTED:-}" ] || { echo "A.cs(1,1): error WHITESPACE: Fix whitespace formatting."; exit 2; } ;;
            *) shift; printf '<%s>' "$@" ;;
        esac
        """;

    /// <summary>Leaves the stand-in as the only SDK that a script can find.</summary>
    public const string NoOtherSdk = "export HOME=/nowhere; unset DOTNET_ROOT; sed -i 's| /usr/[a-z]*/dotnet/dotnet||g' eng/build.sh";

    private readonly TemporaryFolder _folder = new();

    public ScriptFolder()
    {
        foreach (string name in new[] { "limner", "test.sh", ".ci/run", "eng/build.sh", "global.json" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
            File.Copy(Path.Combine(Repository.Root, name), _folder.At(name));
        }

        Write("path/dotnet", StandIn);
        Write("libs/Imaging/A.cs", "one");
        LimnerProcess.Bash(_folder, "chmod +x limner test.sh .ci/run path/dotnet");
    }

    /// <summary>The calls of the SDK since the last time this was asked, without version queries.</summary>
    public string[] Calls()
    {
        string file = _folder.At("calls");
        string[] calls = File.Exists(file) ? [.. File.ReadAllLines(file).Where(line => line != "--version")] : [];
        File.Delete(file);
        return calls;
    }

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        File.WriteAllText(_folder.At(name), text.ReplaceLineEndings("\n"));
    }

    public void Date(string name, DateTime time) => File.SetLastWriteTimeUtc(_folder.At(name), time);

    public void Delete(string name) => File.Delete(_folder.At(name));

    public LimnerProcess.Result Run(string script) => LimnerProcess.Bash(_folder, $"export CALLS=$PWD/calls PATH=$PWD/path:$PATH; {script}");

    public void Dispose() => _folder.Dispose();
}
