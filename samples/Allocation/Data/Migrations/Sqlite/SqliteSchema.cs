using Microsoft.EntityFrameworkCore;

namespace Allocation.Data.Migrations.Sqlite;

/// <summary>The context under another name, so that this folder is a history of its own.</summary>
public sealed class SqliteSchema(DbContextOptions<AllocationDbContext> options) : AllocationDbContext(options);
