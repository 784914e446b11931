namespace Limner.Standalone.Progress;

/// <summary>One candidate, counted from 0, is so far in a stage.</summary>
internal readonly record struct StageStep(string Stage, int Candidate, int Step, int Steps);
