using Spectre.Console;
using Columns = Limner.Standalone.Output.Columns;

namespace Limner.Standalone.Progress;

/// <summary>A bar for each stage with its step and the time left, redrawn in place.</summary>
internal sealed class TerminalProgress(IAnsiConsole console, ProgressContext context) : IProgressDisplay
{
    private const int LongestTitle = 40;

    private const int ShortestTitle = 8;

    /// <summary>What a line has beside the title: a stage, its steps and the time left.</summary>
    private const int Beside = 44;

    /// <summary>Terminals narrower than this have no room for a bar.</summary>
    private const int WithBar = 80;

    private const int ShortestBar = 16;

    private readonly Dictionary<string, (ProgressTask Bar, StageTally Tally)> _stages = [];
    private string _title = "";
    private int _candidates = 1;

    /// <summary>Runs the work under a live display on <paramref name="terminal"/>.</summary>
    public static void Show(TextWriter terminal, Action<IProgressDisplay> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal) });
        ProgressColumn[] bar = console.Profile.Width < WithBar ? [] : [new ProgressBarColumn()];
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns([new TaskDescriptionColumn { Alignment = Justify.Left }, .. bar, new StepColumn(), new RemainingTimeColumn()])
            .Start(live => work(new TerminalProgress(console, live)));
    }

    public void Begin(string title, int candidates)
    {
        foreach ((ProgressTask bar, _) in _stages.Values)
        {
            bar.StopTask();
        }

        _stages.Clear();
        int width = console.Profile.Width;
        int room = Math.Min(LongestTitle, width - Beside - (width < WithBar ? 0 : ShortestBar));
        (_title, _candidates) = (room < ShortestTitle ? "" : $"{Columns.Shorten(Columns.Clean(title), room)}  ", candidates);
    }

    public void Say(string sentence) => console.WriteLine(sentence);

    public void Report(StageStep value)
    {
        if (!_stages.TryGetValue(value.Stage, out (ProgressTask Bar, StageTally Tally) stage))
        {
            stage = (context.AddTask(Markup.Escape($"{_title}{value.Stage}"), maxValue: value.Steps * _candidates), new StageTally(_candidates));
            _stages[value.Stage] = stage;
        }

        if (stage.Tally.Add(value))
        {
            stage.Bar.Value = stage.Tally.Done;
        }
    }
}
