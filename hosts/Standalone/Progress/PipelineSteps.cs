using System.Text.Json;
using Limner.Diffusion.Unclip;

namespace Limner.Standalone.Progress;

/// <summary>The pipeline's steps on a display.</summary>
internal sealed class PipelineSteps(IProgressDisplay display) : IProgress<UnclipProgress>
{
    public static string Name(PipelineStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());

    public void Report(UnclipProgress value) => display.Report(new StageStep(Name(value.Stage), value.Candidate, value.Step, value.Steps));
}
