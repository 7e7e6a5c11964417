using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Support;

/// <summary>A container with the shop on a fresh database, and a handler that sees every event.</summary>
public abstract class ShopTest
{
    private readonly List<IAsyncDisposable> _disposables = [];

    protected Seen Seen { get; } = new();

    protected RecordedLog LogEntries { get; } = new();

    protected TestDatabase Database { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        Database = Dispose(await NewDatabaseAsync());
        Services = Build();
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.EnsureCreatedAsync();
    }

    [TearDown]
    public async Task End()
    {
        _disposables.Reverse();
        foreach (var disposable in _disposables)
        {
            await disposable.DisposeAsync();
        }
    }

    protected abstract Task<TestDatabase> NewDatabaseAsync();

    /// <summary>Registers the handlers of the test, in addition to the one that sees everything.</summary>
    protected virtual void AddHandlers(AnywiseBuilder anywise)
    {
    }

    protected virtual void AddContext(IServiceCollection services) => services.AddDbContext<ShopContext>(Configure);

    /// <summary>The options that every context of a test has.</summary>
    protected void Configure(DbContextOptionsBuilder options)
    {
        Database.Use(options);
        options.AddAnywiseEvents();
    }

    protected T Dispose<T>(T disposable) where T : IAsyncDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>A context in a scope of its own, as a request has it.</summary>
    protected ShopContext NewContext() => Dispose(Services.CreateAsyncScope()).ServiceProvider.GetRequiredService<ShopContext>();

    protected IDispatcher NewDispatcher() => Dispose(Services.CreateAsyncScope()).ServiceProvider.GetRequiredService<IDispatcher>();

    /// <summary>The names of the orders that are in the database now, sorted.</summary>
    protected async Task<List<string>> StoredOrdersAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ShopContext>().Orders.AsNoTracking().Select(order => order.Name).Order().ToListAsync();
    }

    protected ServiceProvider Build(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(Seen);
        services.AddLogging(logging => logging.AddProvider(LogEntries));
        services.AddAnywise(anywise =>
        {
            anywise.AddHandler<SeeingHandler>();
            AddHandlers(anywise);
        });
        AddContext(services);
        configure?.Invoke(services);
        return Dispose(services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
    }
}
