using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>A command meets conflicts again and again.</summary>
public sealed class TheWaitingBetweenAttempts
{
    [Test]
    public async Task Grows_with_each_attempt_to_a_second_or_so()
    {
        var clock = new HurriedClock();
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(clock)
            .AddAnywiseDispatcher(anywise => anywise.AddHandler<TryHandler>().IsConflict = failure => failure is TimeoutException)
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();

        Assert.That(async () => await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Try()), Throws.TypeOf<TimeoutException>());

        Assert.That(clock.Waits, Has.Count.EqualTo(39));
        Assert.That(clock.Waits[0], Is.InRange(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(30)));
        Assert.That(clock.Waits[3], Is.InRange(TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(240)));
        Assert.That(clock.Waits.Skip(10), Has.All.InRange(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1500)));
    }

    [RetryOnConflict(40)]
    private sealed record Try : ICommand;

    private sealed class TryHandler : ICommandHandler<Try>
    {
        public ValueTask HandleAsync(Try command, CancellationToken cancellationToken) => throw new TimeoutException();
    }

    /// <summary>Writes down for how long somebody wants to wait, and lets him go on at once.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
