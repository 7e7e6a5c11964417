using Anywise.Domain;

namespace Anywise.Crashes.Worker;

/// <summary>Saves in the context of its scope: exactly once in effect.</summary>
[HandlerOrder(0)]
internal sealed class Book(ShopContext context, Fate fate) : IEventHandler<OrderStep>
{
    public async ValueTask HandleAsync(OrderStep step, CancellationToken cancellationToken)
    {
        fate.Reaches(Moment.BeforeHandler, step.Text());
        context.Add(new Booking { OrderId = step.OrderId, Number = step.Number });
        await context.SaveChangesAsync(cancellationToken);
        fate.Reaches(Moment.InHandlerThatHasSaved, step.Text());
    }
}

/// <summary>Does something outside the database: at least once.</summary>
[HandlerOrder(1)]
internal sealed class Report(Journal journal, Fate fate) : IEventHandler<OrderStep>
{
    public ValueTask HandleAsync(OrderStep step, CancellationToken cancellationToken)
    {
        journal.Handled(step);
        fate.Reaches(Moment.InHandlerThatDoesNotSave);
        return default;
    }
}

/// <summary>Saves an aggregate with an event: once, and so is the event.</summary>
[HandlerOrder(2)]
internal sealed class Ship(ShopContext context) : IEventHandler<OrderStep>
{
    public async ValueTask HandleAsync(OrderStep step, CancellationToken cancellationToken)
    {
        if (step.Number == Order.StepsWhenPlaced - 1)
        {
            context.Add(new Parcel(step.OrderId));
            await context.SaveChangesAsync(cancellationToken);
        }
    }
}

/// <summary>Handles what was enqueued for later, and notes when.</summary>
internal sealed class Send(ShopContext context) : ICommandHandler<Remind>
{
    public async ValueTask HandleAsync(Remind remind, CancellationToken cancellationToken)
    {
        context.Add(new Reminder { OrderId = remind.OrderId, At = remind.At, SentAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() });
        await context.SaveChangesAsync(cancellationToken);
    }
}
