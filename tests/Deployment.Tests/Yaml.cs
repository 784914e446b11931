using YamlDotNet.RepresentationModel;

namespace Limner.Deployment.Tests;

/// <summary>A node of a YAML document that may be missing, so that a path can be asked for in one line.</summary>
internal readonly record struct Yaml(YamlNode? Node)
{
    public Yaml this[string key] => new(Node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? found) ? found : null);

    public bool IsMissing => Node is null;

    public string Text => (Node as YamlScalarNode)?.Value ?? "";

    public IReadOnlyList<Yaml> Items => Node is YamlSequenceNode list ? [.. list.Children.Select(child => new Yaml(child))] : [];

    public IReadOnlyDictionary<string, Yaml> Entries =>
        Node is YamlMappingNode map ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => new Yaml(pair.Value)) : new Dictionary<string, Yaml>();

    public IReadOnlyDictionary<string, string> Texts => Entries.ToDictionary(pair => pair.Key, pair => pair.Value.Text);

    public IReadOnlyList<string> Strings => [.. Items.Select(item => item.Text)];

    public static Yaml[] Documents(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => new Yaml(document.RootNode))];
    }
}
