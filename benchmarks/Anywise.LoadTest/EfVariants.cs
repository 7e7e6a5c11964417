using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.LoadTest;

/// <summary>EF Core without events: the commits of the orders, and in a second context what a handler would write.</summary>
internal sealed class BareVariant(LoadDatabase database, ContextKind kind, int saves) : Variant(
    saves == 1 ? $"bare EF Core, {kind}" : $"bare EF Core, {kind}, {saves} saves")
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLoadContext(kind, options => options.Base(database))
        .BuildServiceProvider();

    public int Saves { get; } = saves;

    public override bool Delivers => false;

    public override async Task CommitAsync(long number)
    {
        await SaveAsync(new Order(number));
        if (Saves == 2)
        {
            await SaveAsync(new Shipment { Id = number });
        }
    }

    public override ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task SaveAsync(object entity)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<LoadContext>();
        context.Add(entity);
        await context.SaveChangesAsync();
    }
}

/// <summary>An application with Anywise and an outbox.</summary>
internal sealed class AnywiseVariant : Variant
{
    private readonly IHost _host;

    private AnywiseVariant(string name, IHost host) : base(name) => _host = host;

    public static async Task<AnywiseVariant> StartAsync(
        LoadDatabase database, ContextKind kind, HandlerKind handler, OutboxDelivery delivery)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services
            .AddSingleton(database.Measurement)
            .AddAnywise(anywise => AddHandler(anywise, handler))
            .AddLoadContext(kind, options => options.Base(database).AddAnywiseEvents(events => events.UseOutbox(outbox => outbox.Delivery = delivery)));
        var host = builder.Build();
        await host.StartAsync();
        return new AnywiseVariant($"Anywise {delivery}, {kind}", host);
    }

    /// <summary>Makes the tables of all variants.</summary>
    public async Task CreateTablesAsync()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<LoadContext>().Database.EnsureCreatedAsync();
    }

    public override async Task CommitAsync(long number)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<LoadContext>();
        context.Timed = number;
        var order = new Order(number);
        context.Add(order);
        order.Place();
        await context.SaveChangesAsync();
        context.Timed = 0; // a pool hands the context on
    }

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private static void AddHandler(AnywiseBuilder anywise, HandlerKind handler) => _ = handler switch
    {
        HandlerKind.Empty => anywise.AddHandler<EmptyHandler>(),
        HandlerKind.Writing => anywise.AddHandler<WritingHandler>(),
        _ => anywise.AddHandler<WaitingHandler>(),
    };
}

internal static class LoadContextRegistration
{
    public static IServiceCollection AddLoadContext(this IServiceCollection services, ContextKind kind, Action<DbContextOptionsBuilder> configure) =>
        kind == ContextKind.Pooled ? services.AddDbContextPool<LoadContext>(configure) : services.AddDbContext<LoadContext>(configure);

    /// <summary>What all variants with EF Core have in common.</summary>
    public static DbContextOptionsBuilder Base(this DbContextOptionsBuilder options, LoadDatabase database)
    {
        database.Use(options);
        return options.AddInterceptors(new CommitMoment(database.Measurement));
    }
}
