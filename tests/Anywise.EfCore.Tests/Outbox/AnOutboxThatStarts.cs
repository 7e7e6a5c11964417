using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Outbox;

public sealed class AnOutboxThatStarts
{
    [Test]
    public async Task Refuses_two_events_of_one_name()
    {
        await using var database = await SqliteDatabase.NewAsync();
        using var host = HostOf(database, anywise => anywise.AddHandler<Handler>());

        Assert.That(
            () => host.StartAsync(),
            Throws.InvalidOperationException.With.Message.Contains("are both stored as 'twin'. Give each an '[EventName]' of its own."));
    }

    [Test]
    public async Task Refuses_two_handlers_of_one_name()
    {
        await using var database = await SqliteDatabase.NewAsync();
        using var host = HostOf(database, anywise => anywise.AddHandler<Copied>().AddHandler<Copy>());

        Assert.That(
            () => host.StartAsync(),
            Throws.InvalidOperationException.With.Message.EqualTo(
                $"'{typeof(Copied)}' and '{typeof(Copy)}' are both stored as 'copied'. Give each a '[HandlerName]' of its own."));
    }

    [Test]
    public async Task Lets_one_handler_have_several_events()
    {
        await using var database = await SqliteDatabase.NewAsync();
        using var host = HostOf(database, anywise => anywise.AddHandler<Versatile>());

        Assert.That(() => host.StartAsync(), Throws.Nothing);
        await host.StopAsync();
    }

    [Test]
    public async Task Takes_a_lease_that_is_longer_than_timers_can_wait()
    {
        await using var database = await SqliteDatabase.NewAsync();
        using var host = HostOf(database, static _ => { }, outbox => outbox.Lease = TimeSpan.MaxValue);

        Assert.That(() => host.StartAsync(), Throws.Nothing);
        await host.StopAsync();
    }

    [Test]
    public async Task Needs_no_container_as_long_as_nothing_is_raised()
    {
        await using var database = await SqliteDatabase.NewAsync();
        var options = new DbContextOptionsBuilder().AddAnywiseEvents(events => events.UseOutbox());
        database.Use(options);
        await using var context = new ShopContext(options.Options);
        await context.Database.EnsureCreatedAsync();
        context.Add(new Note { Text = "silent" });

        Assert.That(await context.SaveChangesAsync(), Is.EqualTo(1));
    }

    private static IHost HostOf(TestDatabase database, Action<AnywiseBuilder> configure, Action<OutboxOptions>? outbox = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddAnywise(configure);
        builder.Services.AddDbContext<ShopContext>(options =>
        {
            database.Use(options);
            options.AddAnywiseEvents(events => events.UseOutbox(outbox));
        });
        return builder.Build();
    }

    /// <summary>Two events, which only this test's handler knows.</summary>
    [EventName("twin")]
    internal sealed record Twin<T> : IEvent;

    internal sealed class Handler : IEventHandler<Twin<int>>, IEventHandler<Twin<string>>
    {
        public ValueTask HandleAsync(Twin<int> @event, CancellationToken cancellationToken) => default;

        public ValueTask HandleAsync(Twin<string> @event, CancellationToken cancellationToken) => default;
    }

    [HandlerName("copied")]
    internal sealed class Copied : IEventHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken) => default;
    }

    [HandlerName("copied")]
    internal sealed class Copy : IEventHandler<OrderRenamed>
    {
        public ValueTask HandleAsync(OrderRenamed @event, CancellationToken cancellationToken) => default;
    }

    internal sealed class Versatile : IEventHandler<OrderPlaced>, IEventHandler<OrderRenamed>
    {
        public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken) => default;

        public ValueTask HandleAsync(OrderRenamed @event, CancellationToken cancellationToken) => default;
    }
}
