using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddAnywise(anywise => anywise.AddHandlersFrom<Order>());
builder.Services.AddDbContext<ShopContext>(options => options
    .UseSqlite($"Data Source={Path.Combine(AppContext.BaseDirectory, "shop.db")}")
    .AddAnywiseEvents(events => events.UseOutbox()));
using var host = builder.Build();
await host.StartAsync();
await using (var scope = host.Services.CreateAsyncScope())
{
    var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
    context.Add(new Order("Anna"));
    await context.SaveChangesAsync();
    await Console.Out.WriteLineAsync($"ShopContext's model: {context.Model.GetType().Name}");
}

await host.StopAsync();

internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();
}

internal sealed class Order : AggregateRoot<Guid>
{
    public Order(string customer)
    {
        (Id, Customer) = (Guid.CreateVersion7(), customer);
        Raise(new OrderPlaced(customer));
    }

    public string Customer { get; private set; }
}

internal sealed record OrderPlaced(string Customer) : IDomainEvent;

internal sealed class Thank : IEventHandler<OrderPlaced>
{
    public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken) =>
        await Console.Out.WriteLineAsync($"Thank you, {@event.Customer}!");
}
