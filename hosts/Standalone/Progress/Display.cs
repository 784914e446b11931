namespace Limner.Standalone.Progress;

/// <summary>The display that fits where standard error goes.</summary>
internal static class Display
{
    /// <param name="error">Where to.</param>
    /// <param name="kept">What stays on a terminal, where a bar's title goes with the bar.</param>
    /// <param name="time">For what is left.</param>
    /// <param name="work">What reports.</param>
    public static void Show(TextWriter error, string kept, TimeProvider time, Action<IProgressDisplay> work)
    {
        if (Console.IsErrorRedirected)
        {
            work(new PlainProgress(error, time));
            return;
        }

        error.WriteLine(kept);
        TerminalProgress.Show(error, work);
    }
}
