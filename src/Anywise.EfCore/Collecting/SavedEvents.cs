using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>The events of one successful save, and where they are to be delivered.</summary>
internal sealed class SavedEvents(Delivery delivery, IModel model, List<CollectedEvents> collected)
{
    public Delivery Delivery { get; } = delivery;

    /// <summary>The save did not accept its changes (<c>acceptAllChangesOnSuccess: false</c>): they can be saved again if it is undone.</summary>
    public bool CanBeRepeated { get; set; }

    /// <summary>The events in the order in which they were raised, each with the aggregate that raised it.</summary>
    public List<(RaisedEvent Raised, object Aggregate)> InOrder()
    {
        var events = new List<(RaisedEvent Raised, object Aggregate)>(collected.Count);
        foreach (var (source, raised) in collected)
        {
            foreach (var one in raised)
            {
                events.Add((one, source.Aggregate!));
            }
        }

        if (collected.Count > 1)
        {
            events.Sort(static (one, other) => one.Raised.Sequence.CompareTo(other.Raised.Sequence));
        }

        return events;
    }

    /// <summary>The save is undone. If its changes are still there to be saved again, so are its events; else they are gone with them.</summary>
    public void Undo()
    {
        if (CanBeRepeated)
        {
            CollectedEvents.PutBack(collected);
        }
    }

    /// <summary>An aggregate by type and key, for people who read the log.</summary>
    public string NameOf(object aggregate)
    {
        var key = model.FindRuntimeEntityType(aggregate.GetType())?.FindPrimaryKey()?.Properties.Select(ValueOf);
        return key is null ? aggregate.GetType().Name : $"{aggregate.GetType().Name} {string.Join(", ", key)}";

        object? ValueOf(IProperty property) => property.IsShadowProperty() ? $"({property.Name})" : property.GetGetter().GetClrValue(aggregate);
    }
}
