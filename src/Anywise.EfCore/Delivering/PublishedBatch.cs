using Anywise.Domain;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Delivering;

/// <summary>An event that was published, bound to no save.</summary>
/// <param name="published">The event.</param>
/// <param name="delivery">The way to its handlers.</param>
/// <param name="publisher">The messages of the publisher's scope; null if nobody could ask for them, or the scope is gone.</param>
/// <param name="cancellationToken">The publisher's.</param>
internal sealed class PublishedBatch(IEvent published, Delivery delivery, MessageStack? publisher, CancellationToken cancellationToken)
    : CascadeBatch(delivery, Cascade.Handling)
{
    public override int Count => 1;

    public override MessageFrame? CausedBy => publisher?.Current ?? base.CausedBy;

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    public override CascadeStep StepOf(int place) => new(this, published);
}
