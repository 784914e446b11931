namespace Limner.ServiceDefaults.Health;

/// <summary>Marks a name as taken, since health checks of one name twice stop the process.</summary>
internal sealed record Dependency(string Name);
