namespace Limner.Faults.Tests.Injection;

/// <summary>Something that goes wrong.</summary>
/// <param name="Name">What, for the history.</param>
/// <param name="Target">What it happens to: two faults at once have different ones.</param>
/// <param name="InjectAsync">Does it and, where something has ended, starts it again.</param>
internal sealed record Fault(string Name, string Target, Func<Random, Task> InjectAsync);
