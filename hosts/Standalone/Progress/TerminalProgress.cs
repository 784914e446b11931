using Limner.Diffusion.Unclip;
using Spectre.Console;

namespace Limner.Standalone.Progress;

/// <summary>A bar for each stage with its step and the time left, redrawn in place.</summary>
internal sealed class TerminalProgress(ProgressContext context) : IProgressDisplay
{
    private readonly Dictionary<PipelineStage, ProgressTask> _stages = [];
    private string _title = "";
    private int _candidates = 1;

    /// <summary>Runs the work under a live display on <paramref name="terminal"/>.</summary>
    public static void Show(TextWriter terminal, Action<IProgressDisplay> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal) });
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new StepColumn(), new RemainingTimeColumn())
            .Start(live => work(new TerminalProgress(live)));
    }

    public void Begin(string title, int candidates)
    {
        foreach (ProgressTask task in _stages.Values)
        {
            task.StopTask();
        }

        _stages.Clear();
        (_title, _candidates) = (title.Length > 40 ? title[..39] + "…" : title, candidates);
    }

    public void Report(UnclipProgress value)
    {
        if (!_stages.TryGetValue(value.Stage, out ProgressTask? task))
        {
            task = context.AddTask(Markup.Escape($"{_title}  {PlainProgress.Name(value.Stage)}"), maxValue: value.Steps * _candidates);
            _stages[value.Stage] = task;
        }

        task.Increment(1);
    }
}
