using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Limner.Gateway.Database.Postgres;

[DbContext(typeof(PostgresContext))]
[Migration("20261122000002_Idempotency")]
internal sealed class Idempotency : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "idempotency_keys",
            columns: table => new
            {
                tenant = table.Column<string>(type: "text", nullable: false),
                key = table.Column<string>(type: "text", nullable: false),
                body_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                job_id = table.Column<Guid>(type: "uuid", nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_idempotency_keys", row => new { row.tenant, row.key });
                table.ForeignKey("FK_idempotency_keys_jobs_job_id", row => row.job_id, "jobs", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("idempotency_keys_job", "idempotency_keys", "job_id");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("idempotency_keys");
}
