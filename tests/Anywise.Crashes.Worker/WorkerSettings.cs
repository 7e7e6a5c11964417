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

    /// <summary>All processes on one database must agree on it.</summary>
    public bool PreservesOrder { get; init; }

    /// <summary>Its contexts come from a pool.</summary>
    public bool IsPooled { get; init; }

    /// <summary>Its execution strategy tries again; on PostgreSQL.</summary>
    public bool Retries { get; init; }

    /// <summary>It wakes the relays of other processes; on PostgreSQL.</summary>
    public bool Notifies { get; init; }

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
            options.UseNpgsql(ConnectionString, npgsql => _ = Retries ? npgsql.EnableRetryOnFailure(maxRetryCount: 6, TimeSpan.FromMilliseconds(200), errorCodesToAdd: null) : npgsql);
        }
        else
        {
            options.UseSqlite(ConnectionString);
        }
    }

    public void UseOutbox(OutboxOptions outbox)
    {
        (outbox.Delivery, outbox.Lease, outbox.PollingInterval) = (Delivery, Lease, Lease / 2);
        (outbox.RetryDelay, outbox.MaxRetryDelay, outbox.MaxAttempts) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), 1000);
        if (PreservesOrder)
        {
            outbox.PreserveOrderPerAggregate();
        }

        if (IsPostgres && Notifies)
        {
            outbox.UseNotify();
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
