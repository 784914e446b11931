namespace Limner.Deployment.Tests.Compose;

/// <summary>docker-compose.yml as docker itself reads it: variables put in, anchors resolved, checked against its schema.</summary>
internal static class ComposeFile
{
    private static readonly Lazy<Task<Yaml>> Read = new(() => ConfigAsync([], ""));

    /// <summary>With the defaults, as from a fresh clone.</summary>
    public static Task<Yaml> DefaultAsync() => Read.Value;

    public static async Task<Yaml> ServiceAsync(string name) => (await DefaultAsync())["services"][name];

    public static async Task<Yaml> ConfigAsync(string[] options)
    {
        (string program, string[] command) = await ComposeAsync();
        return Yaml.Documents(await Command.OutputAsync(program, [.. command, .. options, "config"], Repository.Root)).Single();
    }

    /// <summary>With an .env of these lines: the one of this machine says how somebody runs it, not what stands in the files.</summary>
    public static async Task<Yaml> ConfigAsync(IEnumerable<string> options, string variables)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, variables);
        try
        {
            return await ConfigAsync(["--env-file", file, .. options]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // The plugin of today's docker, or the program that Debian has.
    private static async Task<(string Program, string[] Command)> ComposeAsync()
    {
        if (Command.Exists("docker") && (await Command.RunAsync("docker", ["compose", "version"], Repository.Root)).Code == 0)
        {
            return ("docker", ["compose"]);
        }

        await Command.RequireAsync("docker-compose", "docker-compose");
        return ("docker-compose", []);
    }
}
