using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Batches;

/// <summary>What was read of a batch's file at one go.</summary>
/// <param name="Lines">In their order.</param>
/// <param name="Postponed">How often the chat endpoint was asked in vain since it answered last.</param>
/// <param name="Stopped">What the next line waits for; null if nothing is known to be in its way.</param>
internal sealed record DraftedLines(IReadOnlyList<DraftedLine> Lines, int Postponed, ApiException? Stopped);

/// <summary>A line that was read, and where the next one begins.</summary>
internal sealed record DraftedLine(int Number, long End, Job? Job, ApiException? Refused);
