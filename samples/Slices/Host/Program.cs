using Anywise.Domain;
using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Slices.Host;
using Slices.Orders;
using Slices.Payments;

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services
    .AddAnywise(anywise => anywise.AddHandlersFrom<Pay>().AddHandlersFrom<OrderStarted>().AddHandlersFrom<Program>())
    .AddDbContext<PaymentsContext>(options => options.UseSqlite("Data Source=payments.db").AddAnywiseEvents(Durable))
    .AddDbContext<OrdersContext>(options => options.UseSqlite("Data Source=orders.db").AddAnywiseEvents(Durable))
    .AddSingleton(new Plug(IsPulled: args is ["crash"]))
    .AddSingleton<Finish>();

using var host = builder.Build();
await using (var scope = host.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<PaymentsContext>().Database.EnsureCreatedAsync();
    await scope.ServiceProvider.GetRequiredService<OrdersContext>().Database.EnsureCreatedAsync();
}

await host.StartAsync();
if (args is not ["resume"])
{
    await using var scope = host.Services.CreateAsyncScope();
    await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Pay(Guid.CreateVersion7(), 100));
}

await host.Services.GetRequiredService<Finish>().WaitAsync();
await host.StopAsync();

// A short lease, so that nobody has to wait long for what a crash has left.
static void Durable(AnywiseEventsBuilder events) => events.UseOutbox(outbox => (outbox.Lease, outbox.PollingInterval) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
