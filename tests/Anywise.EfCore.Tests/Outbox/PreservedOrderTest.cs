using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Orders are renamed, and each of them has its events handled in order.</summary>
public abstract class PreservedOrderTest : OutboxTest
{
    private readonly List<string> _handled = [];

    /// <summary>Whether the handler fails.</summary>
    protected Func<OrderRenamed, bool> IsBroken { get; set; } = static _ => false;

    protected int MaxAttempts { get; set; } = 1000;

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
        outbox.MaxAttempts = MaxAttempts;
        outbox.PreserveOrderPerAggregate();
    }

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<RenamingHandler>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton<Action<OrderRenamed>>(renamed =>
        {
            lock (_handled)
            {
                if (IsBroken(renamed))
                {
                    throw new InvalidOperationException("broken");
                }

                _handled.Add(renamed.To);
            }
        });
    }

    protected List<string> Handled()
    {
        lock (_handled)
        {
            return [.. _handled];
        }
    }

    protected async Task<Guid> AddAsync(string name)
    {
        var context = NewContext();
        var order = new Order(name);
        context.Add(order);
        await context.SaveChangesAsync();
        return order.Id;
    }

    /// <summary>Calls an order by its first name and a number.</summary>
    protected async Task RenameAsync(Guid id, string number, bool isCrashing = false)
    {
        var context = NewContext();
        var order = (await context.Orders.FindAsync(id))!;
        order.Rename($"{order.Name.Split(' ')[0]} {number}");
        await using var transaction = isCrashing ? await context.Database.BeginTransactionAsync() : null;
        await context.SaveChangesAsync();
        await (transaction?.GetDbTransaction().CommitAsync() ?? Task.CompletedTask); // past EF Core, so that this process does not deliver
    }

    public sealed class RenamingHandler(Action<OrderRenamed> handled) : IEventHandler<OrderRenamed>
    {
        public ValueTask HandleAsync(OrderRenamed @event, CancellationToken cancellationToken)
        {
            handled(@event);
            return default;
        }
    }
}
