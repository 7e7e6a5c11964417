using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A durable handler succeeds, and then something that it has used throws when it is disposed of.</summary>
public abstract class AScopeThatCannotBeDisposedOfContract : SavingHandlerTest
{
    private OutboxDelivery _delivery;

    [TestCase(true)]
    [TestCase(false)]
    public async Task Is_logged_and_is_no_reason_to_call_the_handler_again(bool saves)
    {
        var services = Build(registered => registered.AddScoped<Stubborn>());
        Use<Stubborn>(saves);
        await StartRelayAsync(services);

        await PlaceAsync(services); // does not throw

        await EmptyAsync();
        Assert.That(Calls, Is.EqualTo(1));
        Assert.That(await NotesAsync(), Has.Count.EqualTo(saves ? 1 : 0));
        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Error).Exception?.Message, Is.EqualTo("stubborn"));
    }

    [Test]
    public async Task Takes_nothing_away_from_those_that_come_after_it_in_the_background()
    {
        _delivery = OutboxDelivery.Background;
        var services = Build(registered => registered.AddScoped<Stubborn>());
        Use<Stubborn>(saves: false);

        await PlaceAsync(services);
        await UntilAsync(() => Task.FromResult(LogEntries.Entries.Count > 0));
        await using (var scope = services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            context.Add(new Order("second"));
            await context.SaveChangesAsync();
        }

        await EmptyAsync();
        Assert.That(Calls, Is.EqualTo(2));
        await services.GetServices<IHostedService>().OfType<OutboxRelays>().Single().StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        (outbox.Delivery, outbox.MaxConcurrency) = (_delivery, 1);
    }

    private void Use<TService>(bool saves) where TService : notnull => HandleIn(async (context, services, cancellationToken) =>
    {
        services.GetRequiredService<TService>();
        if (saves)
        {
            await NoteAsync(context, "done", cancellationToken);
        }
    });

    private sealed class Stubborn : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("stubborn");
    }
}

public sealed class AScopeThatCannotBeDisposedOfOnSqlite : AScopeThatCannotBeDisposedOfContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AScopeThatCannotBeDisposedOfOnPostgres : AScopeThatCannotBeDisposedOfContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}
