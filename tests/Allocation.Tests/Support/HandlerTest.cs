using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Support;

/// <summary>The application on a SQLite database. Messages go to the dispatcher.</summary>
public abstract class HandlerTest
{
    private TestDatabase _database = null!;

    protected AllocationApp App { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        _database = await TestDatabase.OnSqliteAsync();
        App = NewApp(_database);
    }

    [TearDown]
    public async Task End()
    {
        await App.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected virtual AllocationApp NewApp(TestDatabase database) => new(database);

    /// <summary>Sends commands, each in a scope of its own.</summary>
    protected async Task SendAsync(params ICommand[] commands)
    {
        foreach (var command in commands)
        {
            await using var scope = App.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(command);
        }
    }
}
