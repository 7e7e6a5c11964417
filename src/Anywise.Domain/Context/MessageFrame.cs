using System.Collections.Immutable;

namespace Anywise.Domain;

/// <summary>One message in a chain of causes. Made only when somebody asks for it; what it answers does not change after that.</summary>
/// <param name="parent">What caused the message.</param>
/// <param name="raised">The event, if the message is one: it brings its own id.</param>
internal sealed class MessageFrame(MessageFrame? parent, RaisedEvent? raised = null)
{
    private ImmutableDictionary<Type, object> _items = parent?._items ?? ImmutableDictionary<Type, object>.Empty;
    private object? _id;
    private Guid? _correlationId;
    private Guid? _causationId;

    /// <summary>A message that was handled earlier, perhaps by another process: what is known of it is its id, and where its chain began.</summary>
    public static MessageFrame Earlier(Guid id, Guid correlationId) => new(parent: null) { _id = id, _correlationId = correlationId };

    public Guid Id => raised?.Id ?? (Guid)(_id ?? Interlocked.CompareExchange(ref _id, Guid.CreateVersion7(), null) ?? _id);

    public Guid CorrelationId => _correlationId ?? parent?.CorrelationId ?? Id;

    public Guid? CausationId => _causationId ?? parent?.Id;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public TItem? Get<TItem>() where TItem : class => (TItem?)_items.GetValueOrDefault(typeof(TItem));

    public void Set<TItem>(TItem item) where TItem : class => _items = _items.SetItem(typeof(TItem), item);

    public void Continue(Guid correlationId, Guid? causationId) => (_correlationId, _causationId) = (correlationId, causationId);
}
