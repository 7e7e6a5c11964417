using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Several durable handlers of one event save at the same time.</summary>
public abstract class HandlersSideBySideContract : OutboxTest
{
    private readonly Meeting _meeting = new();

    [Test]
    public async Task Each_have_their_effect_once()
    {
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(await NewContext().Notes.Select(note => note.Text).Order().ToListAsync(), Is.EqualTo(new[] { "one", "three", "two" }));
        Assert.That(LogEntries.WarningIds, Is.Empty);
    }

    [Test]
    public async Task Are_remembered_one_by_one_when_another_fails()
    {
        _meeting.IsBroken = true;
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain(nameof(Three)).And.Not.Contain(nameof(One)).And.Not.Contain(nameof(Two)));

        _meeting.IsBroken = false;
        await EndLeasesAsync();
        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(await NewContext().Notes.Select(note => note.Text).Order().ToListAsync(), Is.EqualTo(new[] { "one", "three", "two" }));
    }

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.Services.AddSingleton(_meeting);
        anywise.AddHandler<One>().AddHandler<Two>().AddHandler<Three>().HandleConcurrently<OrderPlaced>();
    }

    internal sealed class Meeting
    {
        private readonly TaskCompletionSource _allHaveCome = new();
        private int _come;

        public bool IsBroken { get; set; }

        /// <summary>Nobody saves before all are there.</summary>
        public Task ComeAsync()
        {
            if (Interlocked.Increment(ref _come) == 3)
            {
                _allHaveCome.SetResult();
            }

            return _allHaveCome.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    internal abstract class Noting(ShopContext context, Meeting meeting, string text) : IEventHandler<OrderPlaced>
    {
        public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
        {
            await meeting.ComeAsync();
            context.Add(new Note { Text = text });
            await context.SaveChangesAsync(cancellationToken);
            if (meeting.IsBroken && text == "three")
            {
                throw new InvalidOperationException("broken");
            }
        }
    }

    internal sealed class One(ShopContext context, Meeting meeting) : Noting(context, meeting, "one");

    internal sealed class Two(ShopContext context, Meeting meeting) : Noting(context, meeting, "two");

    internal sealed class Three(ShopContext context, Meeting meeting) : Noting(context, meeting, "three");
}

public sealed class HandlersSideBySideOnSqlite : HandlersSideBySideContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class HandlersSideBySideOnPostgres : HandlersSideBySideContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}
