using System.Text.RegularExpressions;

namespace Limner.Deployment.Tests.Containers;

public sealed partial class DockerfileTests
{
    public static TheoryData<string> Services => [.. Repository.Services];

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_base_image_is_a_build_argument_with_a_pinned_default(string service)
    {
        string text = Text(service);
        Dictionary<string, string> arguments = Argument().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        string[] stages = [.. Stage().Matches(text).Select(match => match.Groups[2].Value).Where(name => name.Length > 0)];
        foreach (string image in Stage().Matches(text).Select(match => match.Groups[1].Value))
        {
            string name = image.Trim('$', '{', '}');
            Assert.True(arguments.TryGetValue(name, out string? pinned) ? PinnedImage.IsPinned(pinned) : stages.Contains(image.Replace("${FLAVOUR}", arguments.GetValueOrDefault("FLAVOUR", "")!, StringComparison.Ordinal)),
                $"FROM {image} is neither a stage nor an argument with a pinned default");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Compose_and_Dockerfile_agree_on_base_images_and_hand_over_no_unknown_argument(string service)
    {
        Dictionary<string, string> arguments = Argument().Matches(Text(service)).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        IReadOnlyDictionary<string, string> given = (await Compose.ComposeFile.ServiceAsync(service.ToLowerInvariant()))["build"]["args"].Texts;
        Assert.Equal(arguments.OrderBy(pair => pair.Key), given.OrderBy(pair => pair.Key));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void The_last_stage_is_not_root_is_not_the_builder_and_tells_its_health(string service)
    {
        string last = Text(service)[Text(service).LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.Contains("\nUSER 1654:1654\n", last, StringComparison.Ordinal);
        Assert.DoesNotContain("\nRUN ", last, StringComparison.Ordinal);
        Assert.Contains("\nHEALTHCHECK ", last, StringComparison.Ordinal);
        Assert.Contains("COPY --from=build /app/ ./\n", last, StringComparison.Ordinal);
        Assert.Contains($"ENTRYPOINT [\"dotnet\", \"Limner.{service}.Host.dll\"]\n", last, StringComparison.Ordinal);
        Assert.True(File.Exists(Repository.At($"services/{service}/{service}.Host/Program.cs")));
    }

    // A checkout gives files the same time, and BuildKit takes a Dockerfile of the same size and time as the last build's for the last build's:
    // the Decoder's image was the Encoder's.
    [Fact]
    public void No_two_are_of_the_same_size()
    {
        long[] sizes = [.. Repository.Services.Select(service => new FileInfo(Repository.At($"services/{service}/Dockerfile")).Length)];
        Assert.Equal(sizes.Length, sizes.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Natives_of_other_systems_stay_out(string service) =>
        Assert.Contains("--use-current-runtime --self-contained false", Text(service), StringComparison.Ordinal);

    [Theory]
    [InlineData("Encoder", true)]
    [InlineData("Decoder", true)]
    [InlineData("Gateway", false)]
    [InlineData("Moderation", false)]
    public void Workers_have_two_flavours(string service, bool flavours)
    {
        Assert.Equal(flavours, Text(service).Contains(" AS base-cuda\n", StringComparison.Ordinal));
        Assert.Equal(flavours, Text(service).Contains("export LimnerGpu=true", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void What_is_copied_exists_and_is_let_in_by_dockerignore(string service)
    {
        string[] allowed = [.. Repository.Text(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..])];
        foreach (string source in Copy().Matches(Text(service)).SelectMany(match => match.Groups[1].Value.Split(' ')[..^1]))
        {
            Assert.True(Path.Exists(Repository.At(source)), $"{source} does not exist");
            Assert.True(allowed.Any(entry => source == entry || (entry.EndsWith('/') && source.StartsWith(entry, StringComparison.Ordinal))), $".dockerignore keeps {source} out");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void The_libraries_it_is_built_from_are_all_copied(string service)
    {
        string[] references = [.. Directory.EnumerateFiles(Repository.At($"services/{service}"), "*.csproj", SearchOption.AllDirectories).SelectMany(file => Reference().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value).Where(path => path.Contains("../../../", StringComparison.Ordinal))];
        Assert.NotEmpty(references);
        Assert.All(references, path => Assert.StartsWith("../../../libs/", path, StringComparison.Ordinal));
        string[] copied = [.. Copy().Matches(Text(service)).SelectMany(match => match.Groups[1].Value.Split(' ')[..^1])];
        Assert.All(WithWhatTheyReferTo(references.Select(path => path.Replace("../../../", "", StringComparison.Ordinal))), project =>
            Assert.Contains(copied, source => project.StartsWith(source, StringComparison.Ordinal)));
    }

    private static HashSet<string> WithWhatTheyReferTo(IEnumerable<string> projects)
    {
        var found = new HashSet<string>();
        var next = new Queue<string>(projects);
        while (next.TryDequeue(out string? project))
        {
            if (found.Add(project))
            {
                foreach (Match reference in Reference().Matches(Repository.Text(project)))
                {
                    next.Enqueue(Path.GetRelativePath(Repository.Root, Path.GetFullPath(reference.Groups[1].Value, Path.GetDirectoryName(Repository.At(project))!)));
                }
            }
        }

        return found;
    }

    private static string Text(string service) => Repository.Text($"services/{service}/Dockerfile");

    [GeneratedRegex("^ARG ([A-Z_]+)=(.+)$", RegexOptions.Multiline)]
    private static partial Regex Argument();

    [GeneratedRegex("^FROM (\\S+)(?: AS (\\S+))?$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex("^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex("ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex Reference();
}
