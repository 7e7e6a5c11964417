using Anywise.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Support;

/// <summary>The application on a SQLite database in memory, which lives as long as one connection to it. Messages go to the dispatcher.</summary>
public abstract class HandlerTest
{
    private SqliteConnection _keepAlive = null!;

    protected AllocationApp App { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        var connectionString = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared";
        _keepAlive = new SqliteConnection(connectionString);
        await _keepAlive.OpenAsync();
        App = new AllocationApp(connectionString);
    }

    [TearDown]
    public async Task End()
    {
        await App.DisposeAsync();
        await _keepAlive.DisposeAsync();
    }

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
