using Limner.Gateway.Cancellation;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Waiting;

/// <summary>
/// Jobs whose owners wait for them: a job like any other underneath, which is taken back when the last who waits leaves, and found again by whoever asks
/// for the same after the limit was reached.
/// </summary>
internal sealed partial class SynchronousJobs(
    JobAcceptance acceptance, UnfinishedRequests unfinished, JobEnd end, JobCancellation cancellation, Attendance attendance,
    StorageProbe storage, IHostApplicationLifetime lifetime, ILogger<SynchronousJobs> log)
{
    private static readonly Failure CallerLeft = new(ErrorCode.CallerDisconnected, "Who waited for it disconnected.");

    /// <summary>The job of a request: the one that it made before, or a new one.</summary>
    public async Task<BegunJob> BeginAsync(SynchronousRequest request, CancellationToken gone) =>
        await FindAsync(request, gone) is { } known ? new(known, IsKnown: true) : new(await AcceptAsync(request), IsKnown: false);

    /// <summary>Waits for the end of a request's job.</summary>
    /// <param name="request">The request.</param>
    /// <param name="begun">Its job, if it has begun.</param>
    /// <param name="gone">That nobody waits any more.</param>
    /// <exception cref="ApiException">It has not ended within the limit.</exception>
    public async Task<Job> RunAsync(SynchronousRequest request, BegunJob? begun, CancellationToken gone)
    {
        for (; ; begun = null)
        {
            begun ??= await BeginAsync(request, gone);
            Job job = begun.Job;
            Job? over = null;
            await AttendAsync(job, async () => over = await end.WaitAsync(job.Id, gone), gone);
            if (over is null)
            {
                await unfinished.KeepAsync(request, job);
                throw JobProblem.StillRunning(job, lifetime.ApplicationStopping.IsCancellationRequested ? "This Gateway stops." : "The pictures are not done yet.");
            }

            // Somebody else who waited for the same job left it last: it is asked for anew.
            if (!WasLeft(over))
            {
                await unfinished.EndAsync(request, begun);
                return over;
            }
        }
    }

    /// <summary>Does <paramref name="work"/> for somebody who waits for the job, and takes the job back if he leaves and was the last.</summary>
    public async Task AttendAsync(Job job, Func<Task> work, CancellationToken gone)
    {
        attendance.Enter(job.Id);
        bool left = false;
        try
        {
            await work();
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            // Connections that this process closes because it stops are not left by their callers: their jobs go on.
            left = !lifetime.ApplicationStopping.IsCancellationRequested;
            throw;
        }
        finally
        {
            if (attendance.Leave(job.Id) && left)
            {
                await TakeBackAsync(job.Id);
            }
        }
    }

    /// <summary>Whether it was taken back because nobody waited for it.</summary>
    public static bool WasLeft(Job job) => job is { State: JobState.Cancelled, Failure.Code: ErrorCode.CallerDisconnected };

    private async Task<Job?> FindAsync(SynchronousRequest request, CancellationToken gone)
    {
        Job? known = await acceptance.FindAsync(request.Key ?? request.Implied, gone);
        if (known is null || !(WasLeft(known) || (request.Key is null && unfinished.IsForgotten(known))))
        {
            return known;
        }

        await unfinished.ReleaseAsync(known.Id);
        return null;
    }

    // Not cancelled with the request: a job that was written down but whose number nobody learned could not be taken back.
    private Task<Job> AcceptAsync(SynchronousRequest request) => acceptance.AcceptAsync(
        async () =>
        {
            Job job = await request.Draft();
            storage.RefuseIfAway();
            return job;
        },
        request.Caller, request.Key, CancellationToken.None);

    private async Task TakeBackAsync(Guid job)
    {
        try
        {
            await cancellation.CancelAsync(job, CallerLeft, CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogNotTakenBack(fault, job);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} could not be taken back when its caller left; it goes on to its end")]
    private partial void LogNotTakenBack(Exception fault, Guid job);
}
