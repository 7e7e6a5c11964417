using System.Diagnostics;
using Allocation.Live;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Allocation.Tests.Live;

public sealed class TheLiveFeed
{
    private readonly ActivitySource _source = new("Anywise");
    private LiveFeed _feed = null!;

    [SetUp]
    public void Listen() => _feed = new LiveFeed(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));

    [TearDown]
    public void Dispose() => _feed.Dispose();

    [OneTimeTearDown]
    public void DisposeSource() => _source.Dispose();

    [Test]
    public void Lets_a_slow_watcher_miss_the_oldest_and_says_how_many()
    {
        using var slow = _feed.Watch();
        using var quick = _feed.Watch();

        TellStory(handlers: Watcher.Patience / 2); // each is told twice, and so is the root
        Assert.That(quick.Take().Happenings, Has.Count.EqualTo(Watcher.Patience));
        TellStory(handlers: 1);

        var (happenings, missed) = slow.Take();
        Assert.That((happenings.Count, missed), Is.EqualTo((Watcher.Patience, 2 + 4)));
        Assert.That(happenings[^1].Name, Is.EqualTo("root"));
        Assert.That(quick.Take().Happenings, Has.Count.EqualTo(4));
        Assert.That((slow.Take().Happenings.Count, slow.Take().Missed), Is.EqualTo((0, 0)), "it was told twice");
    }

    [Test]
    public void Forgets_old_stories_whole_and_keeps_the_latest()
    {
        for (var story = 0; story < 100; story++)
        {
            TellStory(handlers: 6);
        }

        var earlier = _feed.Watch().Earlier;

        Assert.That(earlier, Has.Count.InRange(294, 300));
        Assert.That(earlier.GroupBy(happening => happening.Story).Select(story => story.Count()), Is.All.EqualTo(7));
        Assert.That(earlier, Has.All.Property("Milliseconds").Not.Null, "each is told as it ended, once");
    }

    [Test]
    public void Tells_nobody_who_has_left()
    {
        var left = _feed.Watch();
        left.Dispose();

        TellStory(handlers: 1);

        Assert.That(left.Take().Happenings, Is.Empty);
    }

    private void TellStory(int handlers)
    {
        using var root = _source.StartActivity("handle root", ActivityKind.Internal, parentContext: default, tags: null);
        for (var number = 0; number < handlers; number++)
        {
            _source.StartActivity($"handle {number}")!.Dispose();
        }
    }
}
