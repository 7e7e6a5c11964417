using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework.Interfaces;

namespace Anywise.EfCore.Tests.Support;

/// <summary>A container with the shop on a fresh database, and a handler that sees every event.</summary>
public abstract class ShopTest
{
    private readonly List<IAsyncDisposable> _disposables = [];
    private RowAttribute? _row;
    private bool _isRowChecked;

    protected ShopTest() => Seen.Added = () => EfCore.Note("H");

    protected Seen Seen { get; } = new();

    /// <summary>Records in tests that are rows of the truth table.</summary>
    protected EfCoreCalls EfCore { get; } = new();

    protected RecordedLog LogEntries { get; } = new();

    protected TestDatabase Database { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        _row = RowAttribute.OfRunningTest;
        Database = Dispose(await NewDatabaseAsync());
        Services = Build();
        await using var scope = Services.CreateAsyncScope();
        await CreateAsync(scope.ServiceProvider.GetRequiredService<ShopContext>());
        EfCore.Forget();
    }

    [TearDown]
    public async Task End()
    {
        _disposables.Reverse();
        foreach (var disposable in _disposables)
        {
            await disposable.DisposeAsync();
        }

        if (_row is not null && !_isRowChecked && TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Passed)
        {
            Assert.Fail("A test with a row of the truth table has to compare it: call 'AssertRowAsync' where the situation is over.");
        }
    }

    protected abstract Task<TestDatabase> NewDatabaseAsync();

    /// <summary>Makes the tables.</summary>
    protected virtual Task CreateAsync(ShopContext context) => context.Database.EnsureCreatedAsync();

    /// <summary>Registers the handlers of the test, in addition to the one that sees everything.</summary>
    protected virtual void AddHandlers(AnywiseBuilder anywise)
    {
    }

    protected virtual void AddContext(IServiceCollection services) => services.AddDbContext<ShopContext>(Configure);

    /// <summary>Interceptors of the test.</summary>
    protected virtual void AddInterceptors(DbContextOptionsBuilder options)
    {
    }

    /// <summary>How the events are delivered.</summary>
    protected virtual void ConfigureEvents(AnywiseEventsBuilder events)
    {
    }

    /// <summary>The options that every context of a test has.</summary>
    protected void Configure(DbContextOptionsBuilder options)
    {
        Database.Use(options);
        options.AddAnywiseEvents(ConfigureEvents);
        AddInterceptors(options);
        if (_row is not null)
        {
            EfCore.AddTo(options);
        }
    }

    /// <summary>The events that handlers saw are exactly those of the rows that are stored, in order, none twice, or what the row of this test says instead.</summary>
    /// <param name="stored">The names that were read from the database, if they are not those of the orders.</param>
    /// <param name="seen">What the events say that is stored, if it is not told by names.</param>
    protected async Task AssertRowAsync(IReadOnlyList<string>? stored = null, IReadOnlyList<string>? seen = null)
    {
        var (row, told) = (_row!, EfCore.Told);
        stored ??= await StoredOrdersAsync();
        _isRowChecked = true;
        var onPostgres = Database.IsPostgres;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored, Is.EquivalentTo(RowAttribute.NamesIn(onPostgres ? row.StoredOnPostgres : row.Stored)), "what is stored");
            Assert.That(seen ?? Replay.RowsAfter(Seen.Events), Is.EqualTo(RowAttribute.NamesIn(onPostgres ? row.SeenOnPostgres : row.Seen)), "what the handlers saw");
            Assert.That(told, Is.EqualTo((onPostgres ? row.EfCoreOnPostgres : null) ?? row.EfCore ?? told), "what EF Core called");
        }
    }

    protected T Dispose<T>(T disposable) where T : IAsyncDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>A context in a scope of its own, as a request has it.</summary>
    protected ShopContext NewContext() => Dispose(Services.CreateAsyncScope()).ServiceProvider.GetRequiredService<ShopContext>();

    /// <summary>Stores an order and forgets the event of its creation.</summary>
    protected async Task<Order> StoreAsync(ShopContext context, string name)
    {
        var order = new Order(name);
        context.Add(order);
        await context.SaveChangesAsync();
        Seen.Clear();
        return order;
    }

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
