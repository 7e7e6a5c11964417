using System.Diagnostics;
using Anywise.Domain;

namespace Anywise.EfCore.Delivering;

/// <summary>One event on its way to its handlers, and the event whose handler caused it.</summary>
internal sealed class CascadeStep(Cascade cascade, Delivery delivery, RaisedEvent raised, CascadeStep? cause)
{
    public Cascade Cascade { get; } = cascade;

    public Delivery Delivery { get; } = delivery;

    public RaisedEvent Raised { get; } = raised;

    public CascadeStep? Cause { get; } = cause;

    /// <summary>How many events led to this one.</summary>
    public int Depth { get; } = cause is null ? 0 : cause.Depth + 1;

    /// <summary>The activity that saved or published the event: the parent of what its handlers do.</summary>
    public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;

    /// <summary>What raised the event; its text names type and key.</summary>
    public object? Aggregate { get; init; }

    public required CancellationToken CancellationToken { get; init; }

    /// <summary>The names of the events from the first cause to this one.</summary>
    public string Chain => Cause is null ? EventName : $"{Cause.Chain} → {EventName}";

    public string EventName => Raised.Event.GetType().Name;
}
