using Anywise.EfCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Savers and handlers have one connection object, which two of them cannot use at the same time.</summary>
public sealed class ABackgroundDeliveryOnOneConnection : OutboxTest
{
    private readonly AsyncLocal<string?> _flow = new();

    [Test]
    public async Task Is_made_by_the_saver()
    {
        var handled = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Seen.WhenHandled = (_, _, _) =>
        {
            handled.TrySetResult(_flow.Value);
            return default;
        };
        var context = NewContext();
        context.Add(new Order("first"));
        _flow.Value = "saver";

        await context.SaveChangesAsync();

        Assert.That(await handled.Task.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo("saver"));
        Assert.That(await RowsAsync(), Is.Empty);
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.Delivery = OutboxDelivery.Background;
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddContext(IServiceCollection services)
    {
        var connection = Dispose(new SqliteConnection(((SqliteDatabase)Database).ConnectionString));
        connection.Open();
        services.AddDbContext<ShopContext>(options =>
        {
            Configure(options);
            options.UseSqlite(connection);
        });
    }
}
