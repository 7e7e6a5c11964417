using System.Diagnostics;
using Anywise.Domain;
using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Delivering;

/// <summary>The events of one committed save.</summary>
internal sealed class SavedBatch(SavedEvents saved, CascadeStep? cause) : CascadeBatch(saved.Delivery, cause)
{
    private readonly (RaisedEvent Raised, object? Aggregate)[] _events = saved.InOrder();

    public override int Count => _events.Length;

    public override IStoredBatch? Stored => saved.Stored;

    public override MessageFrame? CausedBy => saved.CausedBy ?? base.CausedBy;

    public override ActivityContext Origin => saved.Origin ?? base.Origin;

    public override MessageFrame FrameOf(RaisedEvent raised) => new(CausedBy, raised, saved.Items);

    public override CascadeStep StepOf(int place) => new(this, _events[place].Raised.Event, _events[place].Raised, _events[place].Aggregate);

    public override string? NameOf(object? aggregate) => aggregate is null ? null : saved.NameOf(aggregate);
}
