using System.ComponentModel;
using System.Diagnostics;

namespace Limner.Deployment.Tests;

/// <summary>A program of this machine. One that is missing and that Debian has is installed if we may; what cannot be had fails the test.</summary>
internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    public static async Task RequireAsync(string program, params string[] packages)
    {
        if (Exists(program))
        {
            return;
        }

        Result installed = await RunAsync("bash", ["-c", $". eng/servers/packages.sh && install_packages {string.Join(' ', packages)}"], Repository.Root);
        Assert.True(installed.Code == 0 && Exists(program), $"'{program}' is missing and could not be installed: {installed.Output}{installed.Error}");
    }

    public static async Task<string> OutputAsync(string program, string[] arguments, string folder, string input = "")
    {
        Result result = await RunAsync(program, arguments, folder, input);
        Assert.True(result.Code == 0, $"{program} {string.Join(' ', arguments)} ended with {result.Code}: {result.Error}{result.Output}");
        return result.Output;
    }

    public static async Task<Result> RunAsync(string program, string[] arguments, string folder, string input = "")
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // What is set on this machine for a deployment of its own would be read instead of the defaults.
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("LIMNER_", StringComparison.Ordinal) || name.StartsWith("COMPOSE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        using Process process = Start(start);
        using CancellationTokenSource limit = new(Limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit}.");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"'{start.FileName}' cannot be started: {error.Message}.", error);
        }
    }

    public sealed record Result(int Code, string Output, string Error);
}
