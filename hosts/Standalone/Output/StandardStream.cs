using System.Text;

namespace Limner.Standalone.Output;

/// <summary>Standard output or error that may be unwritable: closed, or a file on a full disk.</summary>
internal sealed class StandardStream(TextWriter inner, Action<Exception> whenUnwritable) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            whenUnwritable(problem);
        }
    }
}
