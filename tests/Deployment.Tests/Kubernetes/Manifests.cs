using System.Text;

namespace Limner.Deployment.Tests.Kubernetes;

/// <summary>What deploy/k8s/base comes to.</summary>
internal static class Manifests
{
    private static readonly Lazy<Task<string>> Built = new(() => BuildAsync("base"));

    public static Task<string> TextAsync() => Built.Value;

    public static async Task<Yaml[]> AllAsync() => Yaml.Documents(await TextAsync());

    public static async Task<Yaml> OneAsync(string kind, string name) => One(await AllAsync(), kind, name);

    /// <summary>The variables that the container of a workload gets from the maps and secrets it names.</summary>
    /// <param name="kind">Of the workload.</param>
    /// <param name="name">Of the workload.</param>
    /// <param name="manifests">Those of an overlay; null for the base.</param>
    public static async Task<Dictionary<string, string>> VariablesAsync(string kind, string name, string? manifests = null)
    {
        Yaml[] all = Yaml.Documents(manifests ?? await TextAsync());
        Yaml container = One(all, kind, name)["spec"]["template"]["spec"]["containers"].Items.Single();
        Assert.True(container["env"].IsMissing, "variables outside the maps are not read by this test");
        Dictionary<string, string> variables = [];
        foreach (Yaml source in container["envFrom"].Items)
        {
            bool isSecret = !source["secretRef"].IsMissing;
            Yaml data = One(all, isSecret ? "Secret" : "ConfigMap", source[isSecret ? "secretRef" : "configMapRef"]["name"].Text)["data"];
            foreach ((string variable, string value) in data.Texts)
            {
                variables.Add(variable, isSecret ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : value);
            }
        }

        return variables;
    }

    private static Yaml One(Yaml[] all, string kind, string name) => all.Single(manifest => manifest["kind"].Text == kind && manifest["metadata"]["name"].Text == name);

    public static async Task<string> BuildAsync(string folder)
    {
        await Command.RequireAsync("kubectl", "kubernetes-client");
        return await Command.OutputAsync("kubectl", ["kustomize", $"deploy/k8s/{folder}"], Repository.Root);
    }
}
