namespace Limner.Diffusion.Schedulers;

/// <summary>Makes plans from configurations.</summary>
public static class SchedulerFactory
{
    /// <summary>The plan of <paramref name="config"/> for <paramref name="steps"/> steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="steps"/> is outside 1 (UnCLIP: 2) to <see cref="SchedulerConfig.TrainTimesteps"/>.
    /// </exception>
    public static IScheduler Create(SchedulerConfig config, int steps) => throw new NotImplementedException();
}
