namespace Limner.Gateway.Views;

/// <summary>A page of a list in OpenAI's shape; <c>after</c> takes <see cref="LastId"/> to go on.</summary>
internal sealed record ListView<T>(IReadOnlyList<T> Data, bool HasMore)
    where T : IListed
{
    public string Object { get; } = "list";

    public string? FirstId => Data.Count > 0 ? Data[0].Id : null;

    public string? LastId => Data.Count > 0 ? Data[^1].Id : null;

    /// <param name="rows">One more than the page may have, if there are so many.</param>
    /// <param name="limit">How many it may have.</param>
    public static ListView<T> Of(IReadOnlyList<T> rows, int limit) => new([.. rows.Take(limit)], rows.Count > limit);
}

/// <summary>What stands in such a list: a file, a batch.</summary>
internal interface IListed
{
    string Id { get; }
}
