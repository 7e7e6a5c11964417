using Anywise.EfCore.Collecting;
using Anywise.EfCore.Committing;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>The state machine alone: a sequence of facts, and what it answers.</summary>
public sealed class TheLogOfATransaction
{
    private readonly CommitLog _log = new();

    [Test]
    public void Answers_every_save_once_when_it_committed()
    {
        var (first, second) = (Saved(), Saved());

        Assert.That(_log.Ended(), Is.EqualTo(new[] { first, second }));
        Assert.That(_log.Ended(), Is.Empty);
    }

    [Test]
    public void Answers_nothing_after_a_rollback()
    {
        Saved();
        _log.Ended();

        Assert.That(_log.Ended(), Is.Empty);
    }

    [Test]
    public void Is_over_after_a_commit_and_after_a_rollback()
    {
        var other = new CommitLog();
        Assert.That(_log.IsOver, Is.False);

        _log.Ended();
        other.Ended();

        Assert.That(_log.IsOver && other.IsOver, Is.True);
    }

    [Test]
    public void Keeps_the_savepoint_that_it_is_rolled_back_to()
    {
        var before = Saved();
        _log.SavepointCreated("a");
        Saved();
        _log.RolledBackTo("a");
        Saved();
        _log.RolledBackTo("a");

        Assert.That(_log.Ended(), Is.EqualTo(new[] { before }));
    }

    [Test]
    public void Takes_the_latest_of_two_savepoints_with_the_same_name()
    {
        _log.SavepointCreated("a");
        var between = Saved();
        _log.SavepointCreated("a");
        Saved();
        _log.RolledBackTo("a");

        Assert.That(_log.Ended(), Is.EqualTo(new[] { between }));
    }

    [Test]
    public void Finds_the_earlier_savepoint_again_when_the_later_of_the_same_name_is_released()
    {
        var before = Saved();
        _log.SavepointCreated("a");
        Saved();
        _log.SavepointCreated("a");
        Saved();
        _log.Released("a");
        _log.RolledBackTo("a");

        Assert.That(_log.Ended(), Is.EqualTo(new[] { before }));
    }

    [Test]
    public void Forgets_savepoints_above_one_that_is_released()
    {
        _log.SavepointCreated("outer");
        var first = Saved();
        _log.SavepointCreated("inner");
        var second = Saved();
        _log.Released("outer");
        _log.RolledBackTo("inner");

        Assert.That(_log.Ended(), Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public void Forgets_savepoints_above_one_that_is_rolled_back_to()
    {
        _log.SavepointCreated("outer");
        _log.SavepointCreated("inner");
        _log.RolledBackTo("outer");
        var after = Saved();
        _log.RolledBackTo("inner");

        Assert.That(_log.Ended(), Is.EqualTo(new[] { after }));
    }

    [Test]
    public void Finds_a_savepoint_whose_name_is_written_otherwise_as_SQLite_does()
    {
        _log.SavepointCreated("Before");
        Saved();
        _log.RolledBackTo("before");

        Assert.That(_log.Ended(), Is.Empty);
    }

    private SavedEvents Saved()
    {
        var saved = new SavedEvents(route: null!, collected: []);
        _log.Saved(saved);
        return saved;
    }
}
