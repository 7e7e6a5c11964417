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
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddAnywise(anywise => anywise.AddHandler<Handler>());
        builder.Services.AddDbContext<ShopContext>(options =>
        {
            database.Use(options);
            options.AddAnywiseEvents(events => events.UseOutbox());
        });
        using var host = builder.Build();

        Assert.That(
            () => host.StartAsync(),
            Throws.InvalidOperationException.With.Message.Contains("are both stored as 'twin'. Give each an '[EventName]' of its own."));
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

    /// <summary>Two events, which only this test's handler knows.</summary>
    [EventName("twin")]
    internal sealed record Twin<T> : IEvent;

    internal sealed class Handler : IEventHandler<Twin<int>>, IEventHandler<Twin<string>>
    {
        public ValueTask HandleAsync(Twin<int> @event, CancellationToken cancellationToken) => default;

        public ValueTask HandleAsync(Twin<string> @event, CancellationToken cancellationToken) => default;
    }
}
