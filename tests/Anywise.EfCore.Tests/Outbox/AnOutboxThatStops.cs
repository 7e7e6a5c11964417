using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Outbox;

public sealed class AnOutboxThatStops
{
    /// <summary>A web application whose test ends does so: the test and the program stop the host, and the program disposes of it.</summary>
    [Test]
    public async Task Ends_its_relay_though_another_stops_and_disposes_of_it_meanwhile()
    {
        await using var database = await SqliteDatabase.NewAsync();
        var clock = new Clock();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddAnywise(_ => { });
        builder.Services.AddDbContext<ShopContext>(options =>
        {
            database.Use(options);
            options.AddAnywiseEvents(events => events.UseOutbox(outbox => outbox.PollingInterval = Clock.Interval));
        });
        using var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.EnsureCreatedAsync();
        }

        await host.StartAsync();
        await clock.IsWaitedFor;
        for (var turn = 0; turn < 1000; turn++)
        {
            await Task.Yield(); // the relay looks at its token a moment after the clock
        }

        var relays = host.Services.GetServices<IHostedService>().OfType<OutboxRelays>().Single();

        var stops = Task.WhenAll(relays.StopAsync(CancellationToken.None), relays.StopAsync(CancellationToken.None));
        relays.Dispose();

        Assert.That(await Task.WhenAny(stops, Task.Delay(TimeSpan.FromSeconds(20))), Is.SameAs(stops), "the relay still waits");
    }

    /// <summary>Knows when the relay has nothing to do.</summary>
    private sealed class Clock : TimeProvider
    {
        public static readonly TimeSpan Interval = TimeSpan.FromHours(1);
        private readonly TaskCompletionSource _isWaitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWaitedFor => _isWaitedFor.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Interval)
            {
                _isWaitedFor.TrySetResult();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
