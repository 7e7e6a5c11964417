using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of an interceptor that throws before others were told: those of options come after Anywise, those of a library can come first.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryOtherInterceptorContract(Calls calls) : RowTest(calls)
{
    private readonly Thrower _thrower = new();
    private bool _isOfALibrary;

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(options =>
        {
            if (_isOfALibrary)
            {
                ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(new Library(_thrower));
            }
            else
            {
                options.AddInterceptors(_thrower);
            }

            Configure(options);
        });

    [Test]
    [Row("t16", "an interceptor throws in `SavedChanges`, so that later ones are not told", EfCore = "SaS cmd H SaF", Stored = "1")]
    public async Task Has_delivered_before_an_interceptor_keeps_the_save_from_later_ones()
    {
        var context = NewContext();

        await AssertThrowsOnceAsync(context, new Order("1"));

        await AssertRowAsync();
        await Calls.SaveAsync(context);
        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    [Row("t16", "an interceptor that a library registered before `AddAnywiseEvents` throws in `SavedChanges`; the save is repeated", EfCore = "SaS cmd SaF SaS H SaD", Stored = "1")]
    public async Task Delivers_with_the_next_save_when_an_earlier_interceptor_kept_the_first_from_it()
    {
        _isOfALibrary = true;
        var context = Dispose(Build().CreateAsyncScope()).ServiceProvider.GetRequiredService<ShopContext>();
        var order = new Order("1");

        await AssertThrowsOnceAsync(context, order);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await Calls.SaveAsync(context);
        await AssertRowAsync();
    }

    private Task AssertThrowsOnceAsync(ShopContext context, Order order)
    {
        context.Add(order);
        _thrower.IsOn = true;
        Assert.That(() => Calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo("interceptor"));
        _thrower.IsOn = false;
        return Task.CompletedTask;
    }

    private sealed class Thrower : SaveChangesInterceptor
    {
        public bool IsOn { get; set; }

        public override int SavedChanges(SaveChangesCompletedEventData eventData, int result) =>
            IsOn ? throw new InvalidOperationException("interceptor") : result;

        public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
            new(SavedChanges(eventData, result));
    }

    /// <summary>As a library has it that brings an interceptor along.</summary>
    private sealed class Library(Thrower thrower) : IDbContextOptionsExtension
    {
        public DbContextOptionsExtensionInfo Info => new LibraryInfo(this);

        public void ApplyServices(IServiceCollection services) => services.AddSingleton<IInterceptor>(thrower);

        public void Validate(IDbContextOptions options)
        {
        }
    }

    private sealed class LibraryInfo(Library library) : DbContextOptionsExtensionInfo(library)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "";

        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other.Extension == Extension;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo)
        {
        }
    }
}

public sealed class EveryOtherInterceptorOnSqlite(Calls calls) : EveryOtherInterceptorContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryOtherInterceptorOnPostgres(Calls calls) : EveryOtherInterceptorContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}
