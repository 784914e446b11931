namespace Limner.Gateway.Views;

/// <summary>A part of a tenant's jobs, newest first; <paramref name="NextCursor"/> is what <c>cursor</c> takes to go on, null at the end.</summary>
internal sealed record JobPage(IReadOnlyList<JobView> Data, bool HasMore, string? NextCursor)
{
    public string Object { get; } = "list";
}
