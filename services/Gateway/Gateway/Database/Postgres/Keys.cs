using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Limner.Gateway.Database.Postgres;

[DbContext(typeof(PostgresContext))]
[Migration("20261126140000_Keys")]
internal sealed class Keys : Migration
{
    /// <summary>Read and generate: what every key could do. A migration gives no key more than it had.</summary>
    private const int ScopesOfOldKeys = 3;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // Each row its own: the default is worked out row by row, and not kept.
        migrationBuilder.AddColumn<Guid>(name: "id", table: "api_keys", type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()");
        migrationBuilder.AlterColumn<Guid>(name: "id", table: "api_keys", type: "uuid", nullable: false, oldClrType: typeof(Guid), oldDefaultValueSql: "gen_random_uuid()");
        migrationBuilder.CreateIndex("api_keys_id", "api_keys", "id", unique: true);
        migrationBuilder.AddColumn<string>(name: "name", table: "api_keys", type: "text", nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<int>(name: "scopes", table: "api_keys", type: "integer", nullable: false, defaultValue: ScopesOfOldKeys);
        migrationBuilder.AddColumn<string>(name: "allowance", table: "api_keys", type: "text", nullable: false, defaultValue: "{}");
        migrationBuilder.AddColumn<DateTimeOffset>(name: "expires", table: "api_keys", type: "timestamp with time zone", nullable: true);
        migrationBuilder.AddColumn<DateTimeOffset>(name: "revoked", table: "api_keys", type: "timestamp with time zone", nullable: true);

        migrationBuilder.AddColumn<Guid>(name: "key_id", table: "jobs", type: "uuid", nullable: true);
        migrationBuilder.AddColumn<string>(name: "reservation", table: "jobs", type: "text", nullable: true);
        migrationBuilder.CreateIndex("jobs_under_way", "jobs", ["tenant", "key_id"], filter: "state < 2 AND priority = 0");

        migrationBuilder.AddColumn<Guid>(name: "key_id", table: "usage", type: "uuid", nullable: true);
        migrationBuilder.AddColumn<string>(name: "model", table: "usage", type: "text", nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<DateOnly>(name: "day", table: "usage", type: "date", nullable: false, defaultValue: new DateOnly(1970, 1, 1));
        migrationBuilder.Sql("UPDATE usage SET day = (at AT TIME ZONE 'UTC')::date");

        migrationBuilder.CreateTable(
            name: "quota_accounts",
            columns: table => new
            {
                owner = table.Column<string>(type: "text", nullable: false),
                month = table.Column<string>(type: "text", nullable: false),
                images = table.Column<long>(type: "bigint", nullable: false),
                compute_seconds = table.Column<double>(type: "double precision", nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_quota_accounts", row => new { row.owner, row.month }));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("quota_accounts");
        migrationBuilder.DropIndex("jobs_under_way", "jobs");
        migrationBuilder.DropIndex("api_keys_id", "api_keys");
        foreach (string column in (string[])["day", "model", "key_id"])
        {
            migrationBuilder.DropColumn(column, "usage");
        }

        foreach (string column in (string[])["reservation", "key_id"])
        {
            migrationBuilder.DropColumn(column, "jobs");
        }

        foreach (string column in (string[])["revoked", "expires", "allowance", "scopes", "name", "id"])
        {
            migrationBuilder.DropColumn(column, "api_keys");
        }
    }
}
