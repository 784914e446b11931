using System.ComponentModel.DataAnnotations;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Limner.Gateway.Database;

/// <summary>Section <c>Database</c>.</summary>
internal sealed class DatabaseOptions : IValidatableObject
{
    public const string Postgres = "postgres";

    [AllowedValues("sqlite", "postgres", ErrorMessage = "it has to be sqlite or postgres.")]
    public string Provider { get; set; } = "sqlite";

    [Required(AllowEmptyStrings = false, ErrorMessage = "it is empty; give e.g. 'Data Source=limner.db' or 'Host=postgres;Database=limner;Username=limner'.")]
    public string ConnectionString { get; set; } = "Data Source=limner.db";

    /// <summary>Whether to migrate before serving; without it <c>Gateway.Host migrate</c> does. SQLite is always migrated: the process that has the file is the only one.</summary>
    public bool MigrateAtStart { get; set; }

    /// <summary>Connections to PostgreSQL at most.</summary>
    [Range(2, 1000, ErrorMessage = "it has to be from 2 to 1000.")]
    public int Connections { get; set; } = 32;

    public bool IsPostgres => Provider == Postgres;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        try
        {
            _ = IsPostgres ? new NpgsqlConnectionStringBuilder(ConnectionString).ConnectionString : new SqliteConnectionStringBuilder(ConnectionString).ConnectionString;
            return [];
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            // Said of its form alone: it may hold a password.
            string example = IsPostgres ? "Host=postgres;Database=limner;Username=limner" : "Data Source=limner.db";
            return [new ValidationResult($"it cannot be read; it is a list of names and values, as in '{example}'.", [nameof(ConnectionString)])];
        }
    }
}
