namespace Limner.Gateway.Background;

/// <summary>Something that one Gateway does for all.</summary>
/// <param name="Name">What.</param>
/// <param name="Due">When somebody is to do it; while somebody does, when he is taken to be gone.</param>
/// <param name="Holder">Made up by whoever does it.</param>
internal sealed record Duty(string Name, DateTimeOffset Due, Guid? Holder);
