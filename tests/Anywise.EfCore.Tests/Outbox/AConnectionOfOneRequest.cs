using System.Runtime.CompilerServices;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Each scope has a connection object of its own, which its contexts share.</summary>
public sealed class AConnectionOfOneRequest : OutboxTest
{
    /// <summary>EF Core keeps the first options of a kind, and so the connection in them.</summary>
    [Test]
    public async Task Takes_its_outbox_along_when_it_is_gone()
    {
        await StartRelayAsync();

        await SaveInScopesAsync(20);

        Assert.That(Seen.Events, Has.Count.EqualTo(20));
        await UntilAsync(() => Task.FromResult(OutboxesLeft() < 5));
    }

    [Test]
    public async Task Is_said_once_to_have_no_relay()
    {
        await StartRelayAsync();

        await SaveInScopesAsync(3);

        Assert.That(LogEntries.Entries.Count(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("share one connection object")), Is.EqualTo(1));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddContext(IServiceCollection services) => services
        .AddScoped(_ => new SqliteConnection(((SqliteDatabase)Database).ConnectionString))
        .AddDbContext<ShopContext>((scope, options) =>
        {
            Configure(options);
            options.UseSqlite(scope.GetRequiredService<SqliteConnection>());
        });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task SaveInScopesAsync(int scopes)
    {
        for (var number = 0; number < scopes; number++)
        {
            await using var scope = Services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            context.Add(new Order($"{number}"));
            await context.SaveChangesAsync();
        }
    }

    private int OutboxesLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Services.GetRequiredService<Outboxes>().All.Count();
    }
}
