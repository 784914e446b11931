namespace Limner.Standalone.Progress;

/// <summary>The display that fits where standard error goes.</summary>
internal static class Display
{
    public static void Show(TextWriter error, ulong seed, TimeProvider time, Action<IProgressDisplay> work)
    {
        if (Console.IsErrorRedirected)
        {
            work(new PlainProgress(error, time));
            return;
        }

        error.WriteLine($"seed {seed}");
        TerminalProgress.Show(error, work);
    }
}
