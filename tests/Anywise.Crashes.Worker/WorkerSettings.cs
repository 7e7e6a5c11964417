using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Crashes.Worker;

/// <summary>What a worker is told by the test that starts it.</summary>
public sealed record WorkerSettings
{
    public required bool IsPostgres { get; init; }

    public required string ConnectionString { get; init; }

    /// <summary>The file in which it notes what it has done.</summary>
    public required string Journal { get; init; }

    public required int Seed { get; init; }

    /// <summary>How many orders it places at a time; with none it only delivers.</summary>
    public int Producers { get; init; }

    public OutboxDelivery Delivery { get; init; }

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When it is to fail.</summary>
    public Moment? Moment { get; init; }

    /// <summary>The how manyth time it comes to that moment.</summary>
    public int Times { get; init; } = 1;

    /// <summary>It stops until somebody lets it go on, instead of being killed.</summary>
    public bool OnlyPauses { get; init; }

    public void UseDatabase(DbContextOptionsBuilder options)
    {
        if (IsPostgres)
        {
            options.UseNpgsql(ConnectionString);
        }
        else
        {
            options.UseSqlite(ConnectionString);
        }
    }
}

/// <summary>Between what and what a process can end.</summary>
public enum Moment
{
    AfterInsert,
    BeforeCommit,
    AfterCommit,
    BeforeHandler,
    InHandlerThatHasSaved,
    BeforeMark,
    BeforeCommitOfMark,
    AfterHandler,
    InHandlerThatDoesNotSave,
    BeforeCompletion,
    AfterCompletion,
    AfterClaim,
}
