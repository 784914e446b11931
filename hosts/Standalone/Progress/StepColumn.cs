using Spectre.Console;
using Spectre.Console.Rendering;

namespace Limner.Standalone.Progress;

/// <summary>"12/100": the steps of a stage that are done, over all its pictures.</summary>
internal sealed class StepColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text($"{task.Value:0}/{task.MaxValue:0}");
}
