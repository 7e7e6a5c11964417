using Microsoft.EntityFrameworkCore;

namespace Allocation.Data.Migrations.Postgres;

/// <summary>The context under another name, so that this folder is a history of its own.</summary>
public sealed class PostgresSchema(DbContextOptions<AllocationDbContext> options) : AllocationDbContext(options);
