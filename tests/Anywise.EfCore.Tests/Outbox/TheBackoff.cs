using Anywise.EfCore.Outbox;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The time between two attempts of a handler.</summary>
public sealed class TheBackoff
{
    private const double Least = 0;
    private const double Middle = 0.5;
    private const double Most = 0.999_999;

    private readonly OutboxOptions _options = new() { RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromHours(1) };

    [Test]
    public void Is_twice_as_long_after_each_failure() =>
        Assert.That(Enumerable.Range(1, 6).Select(attempts => After(attempts, Middle).TotalSeconds), Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32 }));

    [TestCase(1, 0.8, 1.2)]
    [TestCase(5, 12.8, 19.2)]
    public void Varies_by_a_fifth_in_both_directions(int attempts, double least, double most)
    {
        Assert.That(After(attempts, Least).TotalSeconds, Is.EqualTo(least).Within(1e-3));
        Assert.That(After(attempts, Most).TotalSeconds, Is.EqualTo(most).Within(1e-3));
    }

    [Test]
    public void Is_never_longer_than_the_longest_that_is_said([Values(13, 42, 100, int.MaxValue)] int attempts, [Values(Least, Middle, Most)] double chance) =>
        Assert.That(After(attempts, chance), Is.InRange(TimeSpan.FromMinutes(48), TimeSpan.FromHours(1)));

    [Test]
    public void Varies_also_where_it_does_not_grow_any_more() => Assert.That(After(100, Least), Is.LessThan(After(100, Most)));

    [Test]
    public void Does_not_overflow_the_longest_times_that_there_are()
    {
        (_options.RetryDelay, _options.MaxRetryDelay) = (TimeSpan.FromDays(1), TimeSpan.FromDays(365));

        Assert.That(After(int.MaxValue, Most), Is.EqualTo(TimeSpan.FromDays(365)).Within(TimeSpan.FromMinutes(1)));
    }

    private TimeSpan After(int attempts, double chance) => Backoff.After(attempts, _options, chance);
}
