using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Anywise.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

public sealed class AnyUnitOfWorkInMemory : AnyUnitOfWorkContract
{
    private readonly FakeUnitOfWork _first;

    public AnyUnitOfWorkInMemory()
    {
        var dispatcher = new RecordingDispatcher();
        _first = new FakeUnitOfWork(dispatcher);
        dispatcher.HandleWith(new SeesEvents(Seen), new SailsOn(_first.Another()), new TakesNote());
    }

    protected override IUnitOfWork NewUnitOfWork() => _first.Another();

    protected override Task<IReadOnlyList<string>> StoredNotesAsync() => Task.FromResult<IReadOnlyList<string>>([.. _first.Stored<Note>().Select(note => note.Text)]);
}

public abstract class AnyUnitOfWorkOnDatabase : AnyUnitOfWorkContract
{
    private readonly List<AsyncServiceScope> _scopes = [];
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    [SetUp]
    public async Task Start()
    {
        _database = await NewDatabaseAsync();
        _services = new ServiceCollection()
            .AddSingleton(Seen)
            .AddAnywise(anywise => anywise.AddHandler<SeesEvents>().AddHandler<SailsOn>().AddHandler<TakesNote>())
            .AddDbContext<HarborContext>(options =>
            {
                _database.Use(options);
                options.AddAnywiseEvents();
            })
            .BuildServiceProvider();
        await NewUnitOfWork().GetContext<HarborContext>().Database.EnsureCreatedAsync();
    }

    [TearDown]
    public async Task End()
    {
        foreach (var scope in _scopes)
        {
            await scope.DisposeAsync();
        }

        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected abstract Task<TestDatabase> NewDatabaseAsync();

    protected override IUnitOfWork NewUnitOfWork()
    {
        _scopes.Add(_services.CreateAsyncScope());
        return _scopes[^1].ServiceProvider.GetRequiredService<IUnitOfWork>();
    }

    protected override async Task<IReadOnlyList<string>> StoredNotesAsync() =>
        await NewUnitOfWork().GetContext<HarborContext>().Notes.Select(note => note.Text).ToListAsync();
}

public sealed class AnyUnitOfWorkOnSqlite : AnyUnitOfWorkOnDatabase
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AnyUnitOfWorkOnPostgres : AnyUnitOfWorkOnDatabase
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}
