using System.Diagnostics.Metrics;
using Limner.Diffusion.Unclip;

namespace Limner.Requests;

/// <summary>
/// How long pieces of a stage's work take and how they end, as a histogram with two tags: <c>limner.outcome</c> is <c>completed</c>, <c>dropped</c> (cancelled,
/// expired or handed back) or <c>failed</c>, and of failed ones <c>error.type</c> has the code or the exception's name.
/// </summary>
/// <param name="seconds">Where it is recorded.</param>
/// <param name="time">The clock that the work is timed with.</param>
public sealed class StageDuration(Histogram<double> seconds, TimeProvider time)
{
    private const string Outcome = "limner.outcome";

    /// <summary>Does the work and records it; what it throws goes on to the caller.</summary>
    /// <param name="work">Gives null where it was dropped.</param>
    public async Task<T?> MeasureAsync<T>(Func<Task<T?>> work)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(work);
        long started = time.GetTimestamp();
        try
        {
            T? result = await work();
            Record(started, result is null ? "dropped" : "completed");
            return result;
        }
        catch (OperationCanceledException)
        {
            Record(started, "dropped");
            throw;
        }
        catch (Exception problem)
        {
            seconds.Record(time.GetElapsedTime(started).TotalSeconds, new(Outcome, "failed"), new("error.type", Describe(problem)));
            throw;
        }
    }

    private void Record(long started, string outcome) => seconds.Record(time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>(Outcome, outcome));

    private static string Describe(Exception problem) => problem switch
    {
        RefusedRequestException refusal => refusal.Code,
        LostPictureException => LostPictureException.Code,
        _ => problem.GetType().Name,
    };
}
