using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Benchmarks;

/// <summary>One way to save, on an in-memory database of its own.</summary>
public abstract class Variant(string name) : IDisposable
{
    public string Name { get; } = name;

    public static Variant Bare() => new Variant<Item>("bare EF Core", raises: false, static (_, _) => { }, static _ => { });

    public static Variant Anywise() => new Variant<Item>(
        "Anywise", raises: true, static (_, options) => options.AddAnywiseEvents(), static services => services.AddAnywise(anywise => anywise.AddHandler<ItemTouchedHandler>()));

    public static Variant Usual() => new Variant<UsualItem>(
        "usual interceptor",
        raises: true,
        static (services, options) => options.AddInterceptors(services.GetRequiredService<UsualInterceptor>()),
        static services => services.AddScoped<UsualInterceptor>().AddMediator(mediator => mediator.ServiceLifetime = ServiceLifetime.Scoped));

    /// <summary>Tracks this many items in a context that lives on.</summary>
    public abstract void Track(int items);

    /// <summary>Changes one of the tracked items and saves; without an event.</summary>
    public abstract Task SaveChangeAsync();

    /// <summary>Changes one of the tracked items and saves; with an event where the variant has events.</summary>
    public abstract Task SaveTouchAsync();

    /// <summary>Adds items to a new context, with an event each where the variant has events, and saves.</summary>
    public abstract Task SaveNewAsync(int items);

    /// <summary>Empties the table.</summary>
    public abstract void Clear();

    public abstract void Dispose();
}

/// <inheritdoc/>
public sealed class Variant<TItem> : Variant where TItem : class, IItem
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");
    private readonly ServiceProvider _services;
    private readonly IServiceScope _scope;
    private readonly ItemContext<TItem> _context;
    private readonly bool _raises;
    private TItem[] _tracked = [];
    private int _next;

    public Variant(string name, bool raises, Action<IServiceProvider, DbContextOptionsBuilder> configure, Action<IServiceCollection> register) : base(name)
    {
        _raises = raises;
        _connection.Open();
        var services = new ServiceCollection();
        register(services);
        services.AddDbContext<ItemContext<TItem>>((provider, options) => configure(provider, options.UseSqlite(_connection)));
        _services = services.BuildServiceProvider();
        _scope = _services.CreateScope();
        _context = _scope.ServiceProvider.GetRequiredService<ItemContext<TItem>>();
        _context.Database.EnsureCreated();
    }

    public override void Track(int items)
    {
        Clear();
        _context.AddRange(Enumerable.Range(1, items).Select(New));
        _context.SaveChanges();
        _tracked = [.. _context.Items.Local];
    }

    public override Task SaveChangeAsync()
    {
        _tracked[_next++ % _tracked.Length].Change();
        return _context.SaveChangesAsync();
    }

    public override Task SaveTouchAsync()
    {
        var item = _tracked[_next++ % _tracked.Length];
        ChangeOrTouch(item);
        return _context.SaveChangesAsync();
    }

    public override async Task SaveNewAsync(int items)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ItemContext<TItem>>();
        for (var item = 0; item < items; item++)
        {
            var added = New(++_next);
            ChangeOrTouch(added);
            context.Add(added);
        }

        await context.SaveChangesAsync();
    }

    public override void Clear()
    {
        _context.ChangeTracker.Clear();
        _context.Items.ExecuteDelete();
    }

    public override void Dispose()
    {
        _scope.Dispose();
        _services.Dispose();
        _connection.Dispose();
    }

    private void ChangeOrTouch(TItem item)
    {
        if (_raises)
        {
            item.Touch();
        }
        else
        {
            item.Change();
        }
    }

    private static TItem New(int id) => (TItem)Activator.CreateInstance(typeof(TItem), id)!;
}
