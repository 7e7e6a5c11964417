using System.Collections.Immutable;
using System.Diagnostics;
using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Registration;

namespace Anywise.EfCore.Collecting;

/// <summary>The events of one successful save, and where they are to be delivered.</summary>
internal sealed class SavedEvents(DeliveryRoute route, List<CollectedEvents> collected, MessageFrame? causedBy = null, WrittenRows? written = null)
{
    public Delivery Delivery => route.Delivery;

    public DeliveryReports Reports => route.Reports;

    /// <summary>The delivery of the rows that the save has written; null without an outbox.</summary>
    public StoredSave? Stored { get; } = written is null ? null : new StoredSave(route.Outbox!, written);

    /// <summary>The message whose handler saved; null where the context does not know in which scope it is used.</summary>
    public MessageFrame? CausedBy { get; } = causedBy;

    /// <summary>What travelled with that message when it saved: what its handler sets later does not travel with these events.</summary>
    public ImmutableDictionary<Type, object>? Items { get; } = causedBy?.Items;

    /// <summary>The activity that committed, where the events are not delivered inside of it.</summary>
    public ActivityContext? Origin { get; set; }

    /// <summary>The save did not accept its changes (<c>acceptAllChangesOnSuccess: false</c>): they can be saved again if it is undone.</summary>
    public bool CanBeRepeated { get; set; }

    /// <inheritdoc cref="CollectedEvents.InOrder"/>
    public (RaisedEvent Raised, object? Aggregate)[] InOrder()
    {
        var events = CollectedEvents.InOrder(collected);
        return Stored is null ? events : Array.FindAll(events, static one => one.Raised is not EnqueuedMessage { At: not null });
    }

    /// <summary>The save is undone. If its changes are still there to be saved again, so are its events; else they are gone with them.</summary>
    /// <param name="saverKnows">Who saved knows that it is undone.</param>
    public void Undo(bool saverKnows)
    {
        if (CanBeRepeated)
        {
            CollectedEvents.PutBack(collected, saverKnows);
        }
    }

    public string NameOf(object? aggregate) => route.NameOf(aggregate!);
}
