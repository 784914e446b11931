using System.Diagnostics;

namespace Limner.TestServers;

/// <summary>The container engine of this machine, if there is one.</summary>
internal static class Engine
{
    /// <summary>A registry that does not answer is not waited for longer: the packages are the other way.</summary>
    private static readonly TimeSpan PullLimit = TimeSpan.FromMinutes(3);

    /// <summary>Whether an engine answers and has the image, or can have it. LIMNER_TEST_CONTAINERS=0 says no without asking.</summary>
    public static async Task<bool> HasAsync(string image) =>
        Environment.GetEnvironmentVariable("LIMNER_TEST_CONTAINERS") != "0"
        && await RunAsync(["info"])
        && (await RunAsync(["image", "inspect", image]) || await RunAsync(["pull", "--quiet", image]));

    public static async Task<bool> RunAsync(string[] arguments)
    {
        using Process? docker = Start(arguments);
        if (docker is null)
        {
            return false;
        }

        try
        {
            using var limit = new CancellationTokenSource(PullLimit);
            await Task.WhenAll(docker.StandardOutput.ReadToEndAsync(limit.Token), docker.StandardError.ReadToEndAsync(limit.Token), docker.WaitForExitAsync(limit.Token));
            return docker.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            docker.Kill(entireProcessTree: true);
            return false;
        }
    }

    private static Process? Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No such program.
            return null;
        }
    }
}
