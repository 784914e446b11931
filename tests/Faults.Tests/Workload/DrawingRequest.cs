namespace Limner.Faults.Tests.Workload;

/// <summary>Something to draw. Many jobs ask for the same, so that one undisturbed run tells what all of them have to look like.</summary>
internal sealed record DrawingRequest(string Name, string Prompt, int Seed, int Count, int Steps)
{
    public bool IsForbidden { get; init; }

    public static IReadOnlyList<DrawingRequest> All { get; } =
    [
        new("fox-1", "a red fox", 1, 1, 3), new("fox-2", "a red fox", 2, 2, 4), new("house", "a large blue house", 3, 1, 5), new("boat", "a small boat", 4, 3, 2),
        new("stars", "three purple stars", 5, 2, 6), new("tree", "a green tree left of a house", 6, 1, 20), new("moon", "a yellow moon", 7, 4, 3), new("fish", "an orange fish", 8, 1, 2),
        new("forbidden", "a nude woman", 9, 2, 3) { IsForbidden = true },
    ];
}
