namespace Limner.ServiceDefaults.Configuration;

/// <summary>A section of the configuration, the type it binds to, and a call that throws if it cannot be read.</summary>
internal sealed record CheckedSection(string Name, Type Type, Action<IServiceProvider> Read);
