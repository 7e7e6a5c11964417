using Anywise.Domain;

namespace Anywise.EfCore.Delivering;

/// <summary>One event on its way to its handlers.</summary>
/// <param name="batch">What became deliverable with it.</param>
/// <param name="message">The event, or the command that was enqueued.</param>
/// <param name="raised">What raising gave it; null for a published event, which gets an id and a time when somebody asks for them.</param>
/// <param name="aggregate">The aggregate that raised it, or its name.</param>
internal sealed class CascadeStep(CascadeBatch batch, IMessage message, RaisedEvent? raised = null, object? aggregate = null)
{
    private RaisedEvent? _raised = raised;
    private MessageFrame? _frame;

    public CascadeBatch Batch { get; } = batch;

    public IMessage Message { get; } = message;

    public RaisedEvent Raised => _raised ?? Interlocked.CompareExchange(ref _raised, new RaisedEvent(Message), null) ?? _raised;

    /// <summary>What handlers can ask of the event.</summary>
    public MessageFrame Frame =>
        _frame ?? Interlocked.CompareExchange(ref _frame, Batch.FrameOf(Raised), null) ?? _frame;

    public string EventName => Message.GetType().ReadableName();

    public string? AggregateName => Batch.NameOf(aggregate);

    /// <summary>The names of the events from the first cause to this one.</summary>
    public string Chain => Batch.Cause is { } cause ? $"{cause.Chain} → {EventName}" : EventName;
}
