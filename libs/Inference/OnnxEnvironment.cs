using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference;

/// <summary>What all sessions of the process share.</summary>
internal static class OnnxEnvironment
{
    // Pieces of one region that are freed side by side become one again, pieces of two never do. An arena that grows by each request
    // therefore keeps a set of pieces for every batch size it has met, and none of them serves a larger one. Pages of a region
    // are memory only once they are touched, so a region for everything costs nothing (ADR 8).
    private const int RegionBytes = 1 << 30;
    private const int ExtendByRegion = 0;

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
            {
                return;
            }

            var environment = OrtEnv.Instance();
            environment.DisableTelemetryEvents();
            environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(0, ExtendByRegion, RegionBytes, -1);
            environment.CreateAndRegisterAllocator(memory, arena);
            _prepared = true;
        }
    }
}
