namespace Limner.ServiceDefaults.Cancellation;

/// <summary>Which jobs were cancelled while their messages still waited: Redis, or this process.</summary>
public interface ICancelFlags
{
    /// <summary>Marks a job until <paramref name="timeToLive"/> has passed; does nothing if Redis cannot be reached.</summary>
    Task RaiseAsync(Guid jobId, TimeSpan timeToLive, CancellationToken cancellation);

    /// <summary>Whether a job is marked; false if Redis cannot be reached: its work is then done for nothing, which harms nobody.</summary>
    Task<bool> IsRaisedAsync(Guid jobId, CancellationToken cancellation);
}
