using System.Text.Json;
using Anywise.EfCore.Outbox;

namespace Anywise.EfCore;

/// <summary>How the outbox of a context stores events and delivers them.</summary>
public sealed class OutboxOptions
{
    /// <summary>The table; changing it needs a migration.</summary>
    /// <value><c>AnywiseOutbox</c>.</value>
    public string Table { get; set => field = NotEmpty(value); } = "AnywiseOutbox";

    /// <summary>The schema of the table; changing it needs a migration.</summary>
    /// <value>Null: the default schema of the model.</value>
    public string? Schema { get; set; }

    /// <summary>Whether a save waits for the handlers of its events.</summary>
    /// <value><see cref="OutboxDelivery.Inline"/>.</value>
    public OutboxDelivery Delivery { get; set; }

    /// <summary>How long a process keeps stored events to itself without a sign of life.</summary>
    /// <value>30 seconds.</value>
    /// <remarks>After a crash another process delivers its events when this time is over. A process that is paused for longer has lost them.</remarks>
    public TimeSpan Lease { get; set => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How often the table is looked at when nothing is known to be due.</summary>
    /// <value>One minute.</value>
    /// <remarks>More than a day is a day.</remarks>
    public TimeSpan PollingInterval { get; set => field = Positive(value); } = TimeSpan.FromMinutes(1);

    /// <summary>How often a handler is called for an event until it is given up: kept and visible as dead, but not called any more.</summary>
    /// <value>10.</value>
    public int MaxAttempts { get; set => field = AtLeastOne(value); } = 10;

    /// <summary>How long a handler that failed once is left alone; twice as long after each further failure, up or down by a fifth at random.</summary>
    /// <value>One second.</value>
    public TimeSpan RetryDelay { get; set => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two attempts.</summary>
    /// <value>One hour.</value>
    public TimeSpan MaxRetryDelay { get; set => field = Positive(value); } = TimeSpan.FromHours(1);

    /// <summary>How many saves' events a process delivers at the same time, apart from those whose savers wait.</summary>
    /// <value>8.</value>
    public int MaxConcurrency { get; set => field = AtLeastOne(value); } = 8;

    /// <summary>How events become JSON and come back.</summary>
    /// <value><see cref="JsonSerializerOptions.Default"/>.</value>
    public JsonSerializerOptions Json
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!value.IsReadOnly)
            {
                value.TypeInfoResolver ??= JsonSerializerOptions.Default.TypeInfoResolver; // as the serializer itself does when such options are first used
            }

            field = value;
        }
    } = JsonSerializerOptions.Default;

    /// <summary>Null where relays of other processes are not woken.</summary>
    internal OutboxSignal? Signal { get; set; }

    internal bool PreservesOrder { get; private set; }

    /// <summary>
    /// Keeps the events of each aggregate in order, across saves and processes: each waits until every handler of the earlier ones has succeeded. Those
    /// behind a dead handler wait until it is retried or discarded. Other aggregates go on.
    /// </summary>
    /// <remarks>
    /// Writes a row for each aggregate of a save and each message that is enqueued with it, and a statement more for each when it is delivered. Changing it
    /// needs a migration. Saves of one aggregate that overlap have no order unless it has a concurrency token.
    /// </remarks>
    public void PreserveOrderPerAggregate() => PreservesOrder = true;

    private static int AtLeastOne(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }

    private static string NotEmpty(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return value;
    }
}

/// <summary>When a save with an outbox returns.</summary>
public enum OutboxDelivery
{
    /// <summary>When the handlers of its events are done, as without an outbox.</summary>
    Inline,

    /// <summary>When it is committed; this process delivers the events meanwhile.</summary>
    Background,
}
