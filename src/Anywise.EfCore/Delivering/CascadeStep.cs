using Anywise.Domain;

namespace Anywise.EfCore.Delivering;

/// <summary>One event on its way to its handlers.</summary>
internal sealed class CascadeStep(CascadeBatch batch, RaisedEvent raised, object? aggregate)
{
    private MessageFrame? _frame;

    public CascadeBatch Batch { get; } = batch;

    public RaisedEvent Raised { get; } = raised;

    /// <summary>What handlers can ask of the event.</summary>
    public MessageFrame Frame =>
        _frame ?? Interlocked.CompareExchange(ref _frame, new MessageFrame(Batch.CausedBy, Raised), null) ?? _frame;

    public string EventName => Raised.Event.GetType().Name;

    public string? AggregateName => Batch.NameOf(aggregate);

    /// <summary>The names of the events from the first cause to this one.</summary>
    public string Chain => Batch.Cause is { } cause ? $"{cause.Chain} → {EventName}" : EventName;
}
