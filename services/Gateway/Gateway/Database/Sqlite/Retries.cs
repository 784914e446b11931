using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Limner.Gateway.Database.Sqlite;

[DbContext(typeof(SqliteContext))]
[Migration("20261126131258_Retries")]
internal sealed class Retries : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("retry_of", "jobs", type: "TEXT", nullable: true);
        migrationBuilder.CreateIndex("jobs_retry", "jobs", "retry_of", unique: true, filter: "retry_of IS NOT NULL");

        // SQLite cannot change a column: job_id may be null from now on.
        migrationBuilder.RenameTable("idempotency_keys", newName: "idempotency_keys_before");
        migrationBuilder.DropIndex("idempotency_keys_job", "idempotency_keys_before");
        migrationBuilder.CreateTable(
            name: "idempotency_keys",
            columns: table => new
            {
                tenant = table.Column<string>(type: "TEXT", nullable: false),
                key = table.Column<string>(type: "TEXT", nullable: false),
                body_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                job_id = table.Column<Guid>(type: "TEXT", nullable: true),
                operation = table.Column<string>(type: "TEXT", nullable: false, defaultValue: "POST /v1/jobs"),
                created = table.Column<long>(type: "INTEGER", nullable: false, defaultValue: 0L),
                reply = table.Column<string>(type: "TEXT", nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_idempotency_keys", row => new { row.tenant, row.key });
                table.ForeignKey("FK_idempotency_keys_jobs_job_id", row => row.job_id, "jobs", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.Sql("INSERT INTO idempotency_keys (tenant, key, body_hash, job_id) SELECT tenant, key, body_hash, job_id FROM idempotency_keys_before");
        migrationBuilder.DropTable("idempotency_keys_before");
        migrationBuilder.CreateIndex("idempotency_keys_job", "idempotency_keys", "job_id");
        migrationBuilder.CreateIndex("idempotency_keys_created", "idempotency_keys", "created", filter: "job_id IS NULL");
    }
}
