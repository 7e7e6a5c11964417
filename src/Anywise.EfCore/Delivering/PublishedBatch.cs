using Anywise.Domain;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Delivering;

/// <summary>An event that was published, bound to no save.</summary>
internal sealed class PublishedBatch(IEvent published, Delivery delivery, Dispatcher publisher, CancellationToken cancellationToken)
    : CascadeBatch(delivery, Cascade.Handling)
{
    public override int Count => 1;

    public override MessageFrame? CausedBy => publisher.CurrentMessage;

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    public override CascadeStep StepOf(int place) => new(this, published);
}
