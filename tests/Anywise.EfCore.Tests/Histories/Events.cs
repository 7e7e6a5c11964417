using Anywise.Domain;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Histories;

public sealed record Said(string Text) : IDomainEvent;

/// <summary>
/// A text identifies an event, and says what its handlers do: for each '>' there is one more save of a handler in a row, and with '!' all of
/// them fail. So '7>>!' leads to an order '7.>!', and that to an order '7..!'.
/// </summary>
public static class Events
{
    public static string TextOf(IEvent @event) => @event switch
    {
        OrderPlaced placed => placed.Name,
        Said said => said.Text,
        _ => throw new ArgumentException($"No history raises '{@event}'.", nameof(@event)),
    };

    public static string NewText(int number, int pick) => $"{number}{new string('>', Math.Max(0, (pick % 8) - 4))}{(pick >= 12 ? "!" : "")}";

    /// <summary>The name of the order that a handler of the event saves, if it saves one.</summary>
    public static string? SavedByHandlerOf(string text) => text.IndexOf('>') is >= 0 and var first ? $"{text[..first]}.{text[(first + 1)..]}" : null;

    public static void FailIfAsked(string text)
    {
        if (text.EndsWith('!'))
        {
            throw new InvalidOperationException("a handler fails");
        }
    }
}

/// <summary>Runs before the handler that sees everything, which must not suffer.</summary>
[HandlerOrder(-1)]
public sealed class FailingHandler : IEventHandler<IEvent>
{
    public ValueTask HandleAsync(IEvent @event, CancellationToken cancellationToken)
    {
        Events.FailIfAsked(Events.TextOf(@event));
        return default;
    }
}
