using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>The events of one successful save, in the order in which they were raised, and where they are to be delivered.</summary>
internal sealed class SavedEvents
{
    private readonly List<(RaisedEvent Event, AggregateReference Aggregate)> _events = [];

    public SavedEvents(Delivery delivery, IModel model, IReadOnlyList<CollectedEvents> collected)
    {
        Delivery = delivery;
        foreach (var (source, raised) in collected)
        {
            var aggregate = new AggregateReference(source.Aggregate!, model);
            foreach (var one in raised)
            {
                _events.Add((one, aggregate));
            }
        }

        if (collected.Count > 1)
        {
            _events.Sort(static (one, other) => one.Event.Sequence.CompareTo(other.Event.Sequence));
        }
    }

    public Delivery Delivery { get; }

    public IReadOnlyList<(RaisedEvent Event, AggregateReference Aggregate)> Events => _events;
}
