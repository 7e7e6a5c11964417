using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>An order is placed, and the test says what its durable handler does.</summary>
public abstract class SavingHandlerTest : OutboxTest
{
    /// <summary>How often the handler was called.</summary>
    protected int Calls { get; private set; }

    protected static void Throw(bool isTime)
    {
        if (isTime)
        {
            throw new InvalidOperationException("not yet");
        }
    }

    protected static async Task NoteAsync(ShopContext context, string text, CancellationToken cancellationToken)
    {
        context.Add(new Note { Text = text });
        await context.SaveChangesAsync(cancellationToken);
    }

    protected void Handle(Func<ShopContext, CancellationToken, Task> handle) => HandleIn((context, _, cancellationToken) => handle(context, cancellationToken));

    /// <param name="handle">Is given the scope of the handler, too.</param>
    protected void HandleIn(Func<ShopContext, IServiceProvider, CancellationToken, Task> handle) => Seen.WhenHandled = async (seen, services, cancellationToken) =>
    {
        if (seen is OrderPlaced)
        {
            Calls++;
            await handle(services.GetRequiredService<ShopContext>(), services, cancellationToken);
        }
    };

    protected async Task PlaceAsync(IServiceProvider? services = null)
    {
        await using var scope = (services ?? Services).CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
    }

    protected async Task<List<string>> NotesAsync() => await NewContext().Notes.OrderBy(note => note.Id).Select(note => note.Text).ToListAsync();
}

/// <summary>Comes after the handler of the test, so that the row may stay.</summary>
[HandlerOrder(1)]
internal sealed class LaterHandler(Later later) : IEventHandler<OrderPlaced>
{
    public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken) =>
        later.IsBroken ? throw new InvalidOperationException("later") : default;
}

/// <summary>Whether <see cref="LaterHandler"/> fails.</summary>
internal sealed class Later
{
    public bool IsBroken { get; set; }
}
