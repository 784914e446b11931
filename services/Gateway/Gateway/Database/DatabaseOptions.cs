using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Database;

/// <summary>Section <c>Database</c>.</summary>
internal sealed class DatabaseOptions
{
    [AllowedValues("sqlite", "postgres", ErrorMessage = "it has to be sqlite or postgres.")]
    public string Provider { get; set; } = "sqlite";

    [Required(AllowEmptyStrings = false, ErrorMessage = "it is empty; give e.g. 'Data Source=limner.db' or 'Host=postgres;Database=limner;Username=limner'.")]
    public string ConnectionString { get; set; } = "Data Source=limner.db";

    /// <summary>Whether to migrate before serving; without it <c>Gateway.Host migrate</c> does. SQLite is always migrated: the process that has the file is the only one.</summary>
    public bool MigrateAtStart { get; set; }

    /// <summary>Connections to PostgreSQL at most.</summary>
    [Range(2, 1000, ErrorMessage = "it has to be from 2 to 1000.")]
    public int Connections { get; set; } = 32;

    public bool IsPostgres => Provider == "postgres";
}
