using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

await using var services = new ServiceCollection()
    .AddAnywise(anywise => anywise.AddHandlersFrom<Order>())
    .AddDbContext<Shop>(options => options.UseSqlite("Data Source=shop.db").AddAnywiseEvents())
    .BuildServiceProvider();
await using var scope = services.CreateAsyncScope();
var shop = scope.ServiceProvider.GetRequiredService<Shop>();
await shop.Database.EnsureCreatedAsync();

shop.Add(new Order("Anna"));
await shop.SaveChangesAsync(); // commits, and then calls ThankTheCustomer

public sealed record OrderPlaced(string Customer) : IDomainEvent;

public sealed class Order : AggregateRoot<Guid>
{
    public Order(string customer)
    {
        Id = Guid.CreateVersion7();
        Customer = customer;
        Raise(new OrderPlaced(customer));
    }

    public string Customer { get; private set; }
}

public sealed class ThankTheCustomer : IEventHandler<OrderPlaced>
{
    public async ValueTask HandleAsync(OrderPlaced placed, CancellationToken cancellationToken) =>
        await Console.Out.WriteLineAsync($"Thank you, {placed.Customer}!");
}

public sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();
}
