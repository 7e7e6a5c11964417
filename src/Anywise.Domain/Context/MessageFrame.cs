using System.Collections.Immutable;

namespace Anywise.Domain;

/// <summary>One message in a chain of causes. Made only when somebody asks for it; what it answers does not change after that.</summary>
/// <param name="parent">What caused the message.</param>
/// <param name="raised">The event, if the message is one: it brings its own id.</param>
/// <param name="items">What travels with the message, if that is not what travels with its cause now.</param>
internal sealed class MessageFrame(MessageFrame? parent, RaisedEvent? raised = null, ImmutableDictionary<Type, object>? items = null)
{
    private readonly MessageFrame? _parent = parent;
    private readonly RaisedEvent? _raised = raised;
    private object? _id;
    private Guid? _correlationId;
    private Guid? _causationId;

    /// <summary>A message that was handled earlier, perhaps by another process: what is known of it is its id, and where its chain began.</summary>
    public static MessageFrame Earlier(Guid id, Guid correlationId) => new(parent: null) { _id = id, _correlationId = correlationId };

    public Guid Id => _raised?.Id ?? (Guid)OwnId;

    public Guid CorrelationId => _correlationId ?? _parent?.CorrelationId ?? Id;

    public Guid? CausationId => _causationId ?? _parent?.Id;

    /// <summary>What travels with the message, and from now on with what it causes.</summary>
    public ImmutableDictionary<Type, object> Items { get; private set; } = items ?? parent?.Items ?? ImmutableDictionary<Type, object>.Empty;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public TItem? Get<TItem>() where TItem : class => (TItem?)Items.GetValueOrDefault(typeof(TItem));

    public void Set<TItem>(TItem item) where TItem : class => Items = Items.SetItem(typeof(TItem), item);

    public void Continue(Guid correlationId, Guid? causationId) => (_correlationId, _causationId) = (correlationId, causationId);

    /// <summary>The message as one of its handlers has it: what that puts in, the others do not see.</summary>
    public MessageFrame ForHandler() =>
        new(_parent, _raised, Items) { _id = _raised is null ? OwnId : null, _correlationId = _correlationId, _causationId = _causationId };

    /// <summary>Whether an event is in the chain, so that what is said here is said within one of its handlers.</summary>
    public bool IsWithin(RaisedEvent @event)
    {
        var frame = this;
        while (frame is not null && frame._raised != @event)
        {
            frame = frame._parent;
        }

        return frame is not null;
    }

    private object OwnId => _id ?? Interlocked.CompareExchange(ref _id, Guid.CreateVersion7(), null) ?? _id;
}
