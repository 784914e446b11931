using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

internal static class DependencyRules
{
    public static IEnumerable<Rule> All =>
    [
        new("Contracts knows the BCL alone",
            tree => Projects(tree, "libs/Contracts").SelectMany(project => Each(project, project.Packages.Concat(project.Projects))),
            Project("libs/Contracts/Contracts.csproj", packages: "MassTransit"),
            Project("libs/Contracts/Contracts.csproj", projects: "../Imaging/Imaging.csproj")),

        new("Conversation is words alone: the BCL, no other project",
            tree => Projects(tree, "libs/Conversation").SelectMany(project => Each(project, project.Packages.Concat(project.Projects))),
            Project("libs/Conversation/Conversation.csproj", packages: "OpenAI"),
            Project("libs/Conversation/Conversation.csproj", projects: "../Contracts/Contracts.csproj")),

        new("Diffusion is pure maths: no ONNX, no dependency injection, no other project",
            tree => Projects(tree, "libs/Diffusion").SelectMany(project => Each(project, project.Packages.Except(["System.Numerics.Tensors"]).Concat(project.Projects)))
                .Concat(Mentions(tree, "libs/Diffusion", "Microsoft.ML", "Microsoft.Extensions")),
            Project("libs/Diffusion/Diffusion.csproj", packages: "Microsoft.ML.OnnxRuntime"),
            Project("libs/Diffusion/Diffusion.csproj", projects: "../Imaging/Imaging.csproj"),
            SourceTree.Of(("libs/Diffusion/A.cs", "using Microsoft.Extensions.DependencyInjection;"))),

        new("Inference knows neither Contracts nor services",
            tree => Projects(tree, "libs/Inference").SelectMany(project => Each(project, project.Projects.Where(p => !p.StartsWith("libs/", StringComparison.Ordinal) || p.Contains("/Contracts/", StringComparison.Ordinal)))),
            Project("libs/Inference/Inference.csproj", projects: "../Contracts/Contracts.csproj"),
            Project("libs/Inference/Inference.csproj", projects: "../../services/Decoder/Decoder/Decoder.csproj")),

        new("Only Inference knows ONNX Runtime", tree => OnlyIn(tree, ["libs/Inference"], "Microsoft.ML.OnnxRuntime"),
            Project("services/Decoder/Decoder/Decoder.csproj", packages: "Microsoft.ML.OnnxRuntime.Gpu"),
            SourceTree.Of(("hosts/Standalone/A.cs", "using Microsoft.ML.OnnxRuntime;"))),

        new("Only Imaging knows SkiaSharp", tree => OnlyIn(tree, ["libs/Imaging"], "SkiaSharp"),
            SourceTree.Of(("hosts/Standalone/A.cs", "using SkiaSharp;"))),

        new("Only ServiceDefaults knows the RabbitMQ transport", tree => OnlyIn(tree, ["libs/ServiceDefaults"], "MassTransit.RabbitMQ", "MassTransit.RabbitMqTransport", "RabbitMQ.Client"),
            Project("services/Gateway/Gateway/Gateway.csproj", packages: "MassTransit.RabbitMQ"),
            Project("hosts/Standalone/Standalone.csproj", packages: "RabbitMQ.Client")),

        new("Only ObjectStorage knows S3", tree => OnlyIn(tree, ["libs/ObjectStorage"], "AWSSDK", "Amazon.S3", "Minio"),
            Project("services/Decoder/Decoder/Decoder.csproj", packages: "AWSSDK.S3")),

        new("Only the Gateway uses EF Core", tree => OnlyIn(tree, ["services/Gateway"], "Microsoft.EntityFrameworkCore", "Npgsql.EntityFrameworkCore"),
            Project("services/Encoder/Encoder/Encoder.csproj", packages: "Microsoft.EntityFrameworkCore.Sqlite")),

        new("Libraries reference libraries alone",
            tree => Projects(tree, "libs").SelectMany(project => Each(project, project.Projects.Where(p => !p.StartsWith("libs/", StringComparison.Ordinal)))),
            Project("libs/Imaging/Imaging.csproj", projects: "../../hosts/Standalone/Standalone.csproj")),

        new("A service references libraries, never another service",
            tree => Projects(tree, "services").SelectMany(project => Each(project, project.Projects.Where(p => !p.StartsWith("libs/", StringComparison.Ordinal) && !p.StartsWith(ServiceFolder(project), StringComparison.Ordinal)))),
            Project("services/Gateway/Gateway/Gateway.csproj", projects: "../../Encoder/Encoder/Encoder.csproj")),

        new("A host is composition: Standalone references libraries and service libraries, never a Host",
            tree => Projects(tree, "hosts").SelectMany(project => Each(project, project.Projects.Where(p => p.EndsWith(".Host.csproj", StringComparison.Ordinal)))),
            Project("hosts/Standalone/Standalone.csproj", projects: "../../services/Gateway/Gateway.Host/Gateway.Host.csproj")),

        new("A service's Host holds Program.cs and nothing else",
            tree => tree.Product.Where(file => file.Folders is ["services", _, var folder, ..] && folder.EndsWith(".Host", StringComparison.Ordinal) && file.Name != "Program.cs").Select(file => file.Path),
            SourceTree.Of(("services/Gateway/Gateway.Host/Jobs/Job.cs", "")))
    ];

    private static string ServiceFolder(ProjectFile project) => string.Join('/', project.Path.Split('/')[..2]) + "/";

    private static IEnumerable<ProjectFile> Projects(SourceTree tree, string folder) => tree.Projects.Select(ProjectFile.Parse).Where(project => project.IsUnder(folder));

    private static IEnumerable<string> Each(ProjectFile project, IEnumerable<string> forbidden) => forbidden.Select(name => $"{project.Path} references {name}");

    // Packages flow on through project references, so the source is read as well as the project file.
    private static IEnumerable<string> OnlyIn(SourceTree tree, string[] homes, params string[] names) =>
        tree.Projects.Where(file => file.IsProduct && !homes.Any(file.IsUnder)).Select(ProjectFile.Parse)
            .SelectMany(project => Each(project, project.Packages.Where(package => names.Any(name => package.StartsWith(name, StringComparison.Ordinal)))))
            .Concat(tree.Product.Where(file => !homes.Any(file.IsUnder)).SelectMany(file => Mentions(file, names)));

    private static IEnumerable<string> Mentions(SourceTree tree, string folder, params string[] names) =>
        tree.Product.Where(file => file.IsUnder(folder)).SelectMany(file => Mentions(file, names));

    private static IEnumerable<string> Mentions(SourceFile file, string[] names) =>
        file.CodeLines().Where(numbered => names.Any(name => numbered.Line.Contains(name + ".", StringComparison.Ordinal) || numbered.Line.Contains($"using {name};", StringComparison.Ordinal)))
            .Select(numbered => $"{file.Path}:{numbered.Number} names {numbered.Line}");

    private static SourceTree Project(string path, string packages = "", string projects = "") =>
        SourceTree.Of((path, $"<Project><ItemGroup><PackageReference Include=\"{packages}\" /><ProjectReference Include=\"{projects}\" /></ItemGroup></Project>"
            .Replace("<PackageReference Include=\"\" />", "", StringComparison.Ordinal).Replace("<ProjectReference Include=\"\" />", "", StringComparison.Ordinal)));
}
