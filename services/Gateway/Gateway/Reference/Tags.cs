namespace Limner.Gateway.Reference;

/// <summary>The parts of the API, as the page groups them.</summary>
internal static class Tags
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        ("Jobs", "Requests for pictures, drawn in the background."),
        ("Images", "OpenAI's Images API: pictures while one waits; and the files of pictures."),
        ("Models", "The models of the workers, and OpenAI's names."),
        ("Moderations", "What the prompt policy says of texts."),
        ("Files", "What batches read and write."),
        ("Batches", "Up to 50,000 requests in a file, within 24 hours."),
        ("Webhooks", "Who is told when jobs end."),
        ("Usage", "What was drawn, by day, key and model."),
        ("Keys", "Keys of every tenant: the operator's."),
    ];

    /// <param name="path">Like <c>v1/jobs/{id}</c>.</param>
    public static string Of(string path) => All.Single(tag => tag.Name.Equals(path.Split('/')[1], StringComparison.OrdinalIgnoreCase)).Name;
}
