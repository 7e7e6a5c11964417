using Anywise.EfCore.Outbox;

namespace Anywise.EfCore.Tests.Outbox;

public sealed class WorkThatGoesOneAtATime
{
    private readonly OneAtATime _work = new();

    [Test]
    public async Task Begins_when_the_one_before_is_done()
    {
        var firstMayEnd = new TaskCompletionSource();
        var hasSecondBegun = false;
        var first = _work.RunAsync(() => firstMayEnd.Task);
        var second = _work.RunAsync(() =>
        {
            hasSecondBegun = true;
            return Task.CompletedTask;
        });
        Assert.That((hasSecondBegun, _work.IsBusy), Is.EqualTo((false, true)));

        firstMayEnd.SetResult();
        await Task.WhenAll(first, second);

        Assert.That((hasSecondBegun, _work.IsBusy), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Begins_also_when_the_one_before_has_failed()
    {
        Assert.That(() => _work.RunAsync(() => throw new InvalidOperationException("first")), Throws.InvalidOperationException);

        var hasBegun = false;
        await _work.RunAsync(() =>
        {
            hasBegun = true;
            return Task.CompletedTask;
        });

        Assert.That(hasBegun, Is.True);
    }
}
