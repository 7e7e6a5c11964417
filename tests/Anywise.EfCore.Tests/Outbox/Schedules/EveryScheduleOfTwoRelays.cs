namespace Anywise.EfCore.Tests.Outbox.Schedules;

/// <summary>
/// One process has saved an event and another wants it. Both take their steps in every order there is, with the end of the lease, a lost answer and a
/// pause between any two of them.
/// </summary>
public sealed class EveryScheduleOfTwoRelays
{
    private static readonly Lazy<Task<Verdict>> Played = new(PlayAllAsync);

    [Test]
    public async Task Is_only_one_of_thousands() => Assert.That((await Played.Value).Schedules, Is.GreaterThan(5000));

    [Test]
    public async Task Gives_a_held_row_to_nobody_and_a_free_one_to_who_asks() => Assert.That((await Played.Value).WronglyTaken, Is.Empty);

    [Test]
    public async Task Lets_a_relay_write_nothing_after_another_has_taken_the_row() => Assert.That((await Played.Value).StaleWrites, Is.Empty);

    [Test]
    public async Task Commits_what_a_handler_saves_once_and_no_more() => Assert.That((await Played.Value).SavedTwice, Is.Empty);

    [Test]
    public async Task Loses_no_row_before_all_its_handlers_have_succeeded() => Assert.That((await Played.Value).Lost, Is.Empty);

    [Test]
    public async Task Leaves_a_row_that_the_next_process_can_finish() => Assert.That((await Played.Value).Unfinished, Is.Empty);

    [Test]
    public async Task Has_relays_that_are_refused_and_relays_that_succeed()
    {
        var verdict = await Played.Value;
        await TestContext.Out.WriteLineAsync($"{verdict.Schedules} schedules, {verdict.Refused} steps refused, {verdict.TakenOver} rows taken over, {verdict.Completed} completed");

        Assert.That(verdict.Refused, Is.GreaterThan(1000), "steps that a relay takes without the row");
        Assert.That(verdict.TakenOver, Is.GreaterThan(1000), "rows that the other one takes");
        Assert.That(verdict.Completed, Is.GreaterThan(500), "rows that are gone before the end");
    }

    private static async Task<Verdict> PlayAllAsync()
    {
        await using var database = new OneRow();
        await using var saver = await SteppedRelay.StartAsync("saver", database);
        await using var other = await SteppedRelay.StartAsync("other", database);
        await using var last = await SteppedRelay.StartAsync("last", database);
        var verdict = new Verdict();
        var schedule = new Schedule(length: 5);
        do
        {
            var play = new Play(database, saver, other, verdict);
            await play.BeginAsync();
            while (!schedule.IsOver)
            {
                await play.TakeAsync(schedule.Choose(play.Possible()));
            }

            await play.FinishAsync(last);
        }
        while (schedule.GoOn());
        return verdict;
    }
}
