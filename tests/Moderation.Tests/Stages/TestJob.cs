using System.Security.Cryptography;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;

namespace Limner.Moderation.Tests.Stages;

internal static class TestJob
{
    public static JobDescription Of(string prompt, string negative = "", TimeSpan? left = null) => new(
        Guid.NewGuid(), "acme", JobPriority.Interactive, TimeProvider.System.GetUtcNow() + (left ?? TimeSpan.FromMinutes(10)),
        new GenerationRequest { Prompt = prompt, NegativePrompt = negative, Candidates = 1, Seed = 7, Width = 64, Height = 64 });

    public static ImageDecoded Decoded(JobDescription job, byte[] png) => new(
        job, 0, new StoredImage($"acme/{job.JobId:N}/0.png", 64, 64, png.Length, Convert.ToHexStringLower(SHA256.HashData(png))), new WorkDone(5, 20480, 0.5));
}
