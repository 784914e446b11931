namespace Limner.Gateway.Database;

/// <summary>The database could not be brought to this version since it cannot be reached or written to; the message says why.</summary>
public sealed class MigrationException : Exception
{
    internal MigrationException(Exception fault)
        : base($"The database cannot be reached or written to ({fault.GetBaseException().Message}); Database:Provider and Database:ConnectionString say where it is.", fault)
    {
    }
}
