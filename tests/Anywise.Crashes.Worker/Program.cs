using System.Text.Json;
using Anywise.Crashes.Worker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A process of an application with an outbox: it places orders, handles their events, and delivers what others have left. It ends with its input.
var settings = JsonSerializer.Deserialize<WorkerSettings>(args.Single())!;
var builder = Host.CreateEmptyApplicationBuilder(null);
builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
    .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
builder.Services
    .AddSingleton(settings)
    .AddSingleton(new Journal(settings.Journal))
    .AddSingleton<Fate>().AddSingleton<FateOfStatements>().AddSingleton<FateOfTransactions>()
    .AddAnywise(anywise => anywise.AddHandlersFrom<Order>())
    .AddHostedService<Producers>();
_ = settings.IsPooled ? builder.Services.AddDbContextPool<ShopContext>(Configure) : builder.Services.AddDbContext<ShopContext>(Configure);
using var host = builder.Build();
await host.StartAsync();
while (await Console.In.ReadLineAsync() is not null)
{
}

await host.StopAsync();

void Configure(IServiceProvider services, DbContextOptionsBuilder options)
{
    settings.UseDatabase(options);
    options.AddInterceptors(services.GetRequiredService<FateOfStatements>(), services.GetRequiredService<FateOfTransactions>());
    options.AddAnywiseEvents(events => events.UseOutbox(settings.UseOutbox));
}
