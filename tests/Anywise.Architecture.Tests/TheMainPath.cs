using System.Data.Common;
using System.Diagnostics;
using Anywise.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Architecture.Tests;

/// <summary>What a reader has to read from raise to handler: the files that stand on the stack when an event is raised, stored and handled.</summary>
public sealed class TheMainPath
{
    /// <summary>Keeps the events between these moments, so that it is on no stack.</summary>
    private const string Sink = "src/Anywise.EfCore/Collecting/ContextEventSink.cs";

    /// <summary>Is on the stack only because this test looks from there.</summary>
    private const string Clock = "src/Anywise.Domain/Aggregates/EventClock.cs";

    private static readonly HashSet<string> Files = [];

    [Test]
    public async Task Takes_at_most_nine_files_and_seven_hundred_lines()
    {
        using (EventClock.Use(new Raising()))
        {
            await SaveAsync();
        }

        Files.Add(Sink);
        Files.Remove(Clock);
        TestContext.Out.WriteLine(string.Join('\n', Files));
        Assert.That(Files, Has.Member("src/Anywise.Domain/Aggregates/AggregateRoot.cs").And.Member("src/Anywise.EfCore/Collecting/SaveObserver.cs"));
        Assert.That(Files, Has.Member("src/Anywise.EfCore/Collecting/SaveInterceptor.cs").And.Member("src/Anywise.EfCore/Delivering/Delivery.cs"));
        Assert.That(Files, Has.Count.LessThanOrEqualTo(9));
        Assert.That(Files.Sum(Repository.LinesOf), Is.LessThanOrEqualTo(700));
    }

    private static async Task SaveAsync()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using var services = new ServiceCollection().AddLogging().AddAnywise(anywise => anywise.AddHandler<Handling>()).BuildServiceProvider();
        await using var context = new Path(new DbContextOptionsBuilder()
            .UseSqlite(connection).AddInterceptors(new Storing()).AddAnywiseEvents(services).Options);
        await context.Database.EnsureCreatedAsync();
        context.Add(new Step());
        await context.SaveChangesAsync();
    }

    private static void Look()
    {
        foreach (var file in new StackTrace(fNeedFileInfo: true).GetFrames().Select(frame => frame.GetFileName()?.Replace('\\', '/')))
        {
            if (file?.IndexOf("/src/Anywise.", StringComparison.Ordinal) is >= 0 and var start)
            {
                Files.Add(file[(start + 1)..]);
            }
        }
    }

    private sealed record Taken : IDomainEvent;

    private sealed class Step : AggregateRoot<Guid>
    {
        public Step() => Raise(new Taken());
    }

    private sealed class Path(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Step> Steps => Set<Step>();
    }

    private sealed class Raising : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            Look();
            return base.GetUtcNow();
        }
    }

    private sealed class Storing : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Look();
            return new(result);
        }
    }

    private sealed class Handling : IEventHandler<Taken>
    {
        public ValueTask HandleAsync(Taken @event, CancellationToken cancellationToken)
        {
            Look();
            return default;
        }
    }
}
