using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference;

/// <summary>What all sessions of the process share.</summary>
internal static class OnnxEnvironment
{
    // Grow by what is asked for, not to the next power of two: the largest activation of a 1024×1024 stage would be paid twice.
    private const int ExtendAsRequested = 1;

    private static readonly Lock Gate = new();
    private static bool _prepared;

    /// <summary>
    /// Telemetry off, errors only, and one memory arena for all sessions: stages run one after another, so the peak is the hungriest
    /// stage instead of the sum of all.
    /// </summary>
    public static void Prepare()
    {
        lock (Gate)
        {
            if (_prepared)
                return;
            var environment = OrtEnv.Instance();
            environment.DisableTelemetryEvents();
            environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(0, ExtendAsRequested, -1, -1);
            environment.CreateAndRegisterAllocator(memory, arena);
            _prepared = true;
        }
    }
}
