using Anywise.Domain;

namespace Anywise.Aot;

/// <summary>What happened, in its order.</summary>
internal sealed class Journal
{
    public List<string> Lines { get; } = [];
}

internal sealed class Stock
{
    public Dictionary<string, int> Quantities { get; } = [];
}

internal sealed class PlaceHandler(Stock stock, IDispatcher dispatcher) : ICommandHandler<Place>
{
    public async ValueTask HandleAsync(Place command, CancellationToken cancellationToken)
    {
        await Task.Yield();
        stock.Quantities[command.Sku] = stock.Quantities.GetValueOrDefault(command.Sku) + command.Quantity;
        await dispatcher.PublishAsync(new Placed(command.Sku, command.Quantity), cancellationToken);
    }
}

internal sealed class ReserveHandler(MessageContext context) : ICommandHandler<Reserve, Reservation>
{
    public ValueTask<Reservation> HandleAsync(Reserve command, CancellationToken cancellationToken) =>
        new(new Reservation(context.MessageId, context.CausationId, context.Depth));
}

internal sealed class StockQueries(Stock stock) : IQueryHandler<CountOf, int>, IQueryHandler<NameOf, string>
{
    public ValueTask<int> HandleAsync(CountOf query, CancellationToken cancellationToken) => new(stock.Quantities.GetValueOrDefault(query.Sku));

    public ValueTask<string> HandleAsync(NameOf query, CancellationToken cancellationToken) => new($"the {query.Sku}");
}

internal sealed class ContestedHandler(Stock stock) : ICommandHandler<Contested, int>
{
    public ValueTask<int> HandleAsync(Contested command, CancellationToken cancellationToken)
    {
        var attempt = stock.Quantities["attempts"] = stock.Quantities.GetValueOrDefault("attempts") + 1;
        return attempt < 3 ? throw new TimeoutException("somebody else was faster") : new(attempt);
    }
}

internal sealed class RefusedHandler : ICommandHandler<Refused>
{
    public ValueTask HandleAsync(Refused command, CancellationToken cancellationToken) => throw new NotSupportedException("not today");
}

[HandlerOrder(2)]
internal sealed class ViewOfStock(Journal journal, MessageContext context) : IEventHandler<Placed>
{
    public ValueTask HandleAsync(Placed @event, CancellationToken cancellationToken)
    {
        journal.Lines.Add($"view of {@event.Quantity} {@event.Sku} at depth {context.Depth} by {context.Get<User>()?.Name}");
        return default;
    }
}

[HandlerOrder(1)]
internal sealed class MailAboutStock(Journal journal) : IEventHandler<StockEvent>
{
    public async ValueTask HandleAsync(StockEvent @event, CancellationToken cancellationToken)
    {
        await Task.Yield();
        journal.Lines.Add($"mail about {@event.GetType().Name}");
    }
}

internal sealed class FailingHandler : IEventHandler<Failing>
{
    public ValueTask HandleAsync(Failing @event, CancellationToken cancellationToken) => throw new NotSupportedException("not today");
}

internal sealed class AfterFailing(Journal journal) : IEventHandler<Failing>
{
    public ValueTask HandleAsync(Failing @event, CancellationToken cancellationToken)
    {
        journal.Lines.Add("after the failure");
        return default;
    }
}

internal sealed class EndlessHandler(Journal journal, IDispatcher dispatcher) : IEventHandler<Endless>
{
    public ValueTask HandleAsync(Endless @event, CancellationToken cancellationToken)
    {
        journal.Lines.Add("again");
        return dispatcher.PublishAsync(new Endless(), cancellationToken);
    }
}

internal sealed record User(string Name);

/// <summary>Stands around each command without an answer.</summary>
internal sealed class Audit(Journal journal) : IPipelineBehavior<ICommand, Unit>
{
    public async ValueTask<Unit> HandleAsync(ICommand message, MessageHandler<Unit> next, CancellationToken cancellationToken)
    {
        journal.Lines.Add($"audit of {message.GetType().Name}");
        return await next(cancellationToken);
    }
}

/// <summary>A generic class, registered for one message whose answer is a value type.</summary>
internal sealed class Doubling<TMessage>(Journal journal) : IPipelineBehavior<TMessage, int> where TMessage : IMessage
{
    public async ValueTask<int> HandleAsync(TMessage message, MessageHandler<int> next, CancellationToken cancellationToken)
    {
        journal.Lines.Add($"doubling of {typeof(TMessage).Name}");
        return 2 * await next(cancellationToken);
    }
}

/// <summary>Stands around each handler of an event.</summary>
internal sealed class Around(Journal journal) : IPipelineBehavior<StockEvent, Unit>
{
    public ValueTask<Unit> HandleAsync(StockEvent message, MessageHandler<Unit> next, CancellationToken cancellationToken)
    {
        journal.Lines.Add($"around {message.GetType().Name}");
        return next(cancellationToken);
    }
}
