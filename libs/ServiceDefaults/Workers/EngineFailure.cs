using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.ServiceDefaults.Workers;

/// <summary>
/// Ends the process when a worker's engine has ended by itself: its device stays broken for as long as the process has it. Whoever runs the process starts it again;
/// what it had in hand, the broker delivers again.
/// </summary>
public sealed partial class EngineFailure(IHostApplicationLifetime lifetime, ILogger<EngineFailure> log)
{
    /// <summary>Tells the process to stop.</summary>
    /// <param name="problem">Why the engine ended.</param>
    public void EndProcess(Exception problem)
    {
        LogEnded(problem);
        Environment.ExitCode = 1; // who starts again only what failed has to see that it did
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The engine has ended. The process ends too, to be started again; what it has in hand goes back to the broker")]
    private partial void LogEnded(Exception problem);
}
