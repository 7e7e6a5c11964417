using System.Transactions;
using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Delivering;

/// <summary>What handlers may rely on while they run.</summary>
public sealed class AfterTheCommit : ShopTest
{
    private readonly StoppingHost _lifetime = new();

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton<IHostApplicationLifetime>(_lifetime);
    }

    [Test]
    public async Task Handlers_have_a_context_of_their_own()
    {
        ShopContext? ofHandler = null;
        Seen.WhenHandled = (_, services, _) =>
        {
            ofHandler = services.GetRequiredService<ShopContext>();
            return default;
        };
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        Assert.That(ofHandler, Is.Not.Null.And.Not.SameAs(context));
    }

    [Test]
    public async Task Handlers_get_the_token_of_the_host_and_never_that_of_the_saver()
    {
        using var cancellation = new CancellationTokenSource();
        CancellationToken ofHandler = default;
        Seen.WhenHandled = (_, _, token) =>
        {
            ofHandler = token;
            return default;
        };
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync(cancellation.Token);

        Assert.That(ofHandler, Is.EqualTo(_lifetime.ApplicationStopping));
    }

    [Test]
    public async Task A_report_that_fails_does_not_reach_the_saver()
    {
        Seen.WhenHandled = (_, _, _) => throw new InvalidOperationException("handler");
        LogEntries.Fails = true;
        var context = NewContext();
        using (EventClock.Use(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(-1))))
        {
            context.AddRange(new Order("first"), new Order("second"));
        }

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Handlers_take_no_part_in_an_ambient_transaction_of_the_publisher()
    {
        Transaction? ofHandler = null;
        Seen.WhenHandled = (_, _, _) =>
        {
            ofHandler = Transaction.Current;
            return default;
        };
        var dispatcher = NewDispatcher();
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);

        await dispatcher.PublishAsync(new OrderPlaced("published"));

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
        Assert.That(ofHandler, Is.Null);
        Assert.That(Transaction.Current, Is.Not.Null);
    }

    [Test]
    public async Task The_saving_context_can_save_again_in_a_handler()
    {
        var context = NewContext();
        Seen.WhenHandled = async (@event, _, _) =>
        {
            if (@event is OrderPlaced { Name: "first" })
            {
                context.Add(new Order("second"));
                await context.SaveChangesAsync();
            }
        };
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
    }

    [Test]
    public async Task A_synchronous_save_does_not_wait_for_the_thread_that_it_blocks()
    {
        Seen.WhenHandled = async (_, _, _) =>
        {
            await Task.Yield(); // would continue on the caller's context
            await Task.Yield();
        };
        var context = NewContext();
        context.Add(new Order("first"));
        var onlyThread = new SingleThread();

        var saved = onlyThread.Run(() => context.SaveChanges());

        Assert.That(await saved.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(1));
        Assert.That(Seen.Events, Has.Count.EqualTo(1));
        Assert.That(onlyThread.ContextAfterwards, Is.TypeOf<SingleThread>());
    }

    [Test]
    public async Task A_synchronous_save_does_not_wait_for_the_scheduler_that_it_blocks()
    {
        Seen.WhenHandled = async (_, _, _) => await Task.Yield(); // would continue on the caller's scheduler
        var oneAtATime = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        var saved = Task.Factory.StartNew(
            () =>
            {
                var context = NewContext();
                context.Add(new Order("first"));
                return context.SaveChanges();
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            oneAtATime);

        Assert.That(await saved.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(1));
        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_synchronous_save_runs_handlers_on_its_own_thread()
    {
        var threadOfHandler = 0;
        Seen.WhenHandled = (_, _, _) =>
        {
            threadOfHandler = Environment.CurrentManagedThreadId;
            return default;
        };
        var context = NewContext();
        context.Add(new Order("first"));

        context.SaveChanges();

        Assert.That(threadOfHandler, Is.EqualTo(Environment.CurrentManagedThreadId));
    }

    [Test]
    public async Task A_save_in_another_flow_is_no_part_of_the_cascade_that_runs()
    {
        var inHandler = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        Seen.WhenHandled = async (@event, _, _) =>
        {
            if (@event is OrderPlaced { Name: "slow" })
            {
                inHandler.SetResult();
                await release.Task;
            }
        };
        var (slow, fast) = (NewContext(), NewContext());
        slow.Add(new Order("slow"));
        fast.Add(new Order("fast"));
        var saving = slow.SaveChangesAsync();
        await inHandler.Task;

        await fast.SaveChangesAsync();
        var seenMeanwhile = Seen.Events;
        release.SetResult();
        await saving;

        Assert.That(seenMeanwhile, Has.Member(new OrderPlaced("fast")));
    }

    /// <summary>A synchronization context with one thread, like that of a window.</summary>
    private sealed class SingleThread : SynchronizationContext
    {
        private readonly System.Collections.Concurrent.BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

        public SynchronizationContext? ContextAfterwards { get; private set; }

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

        public Task<T> Run<T>(Func<T> work)
        {
            var result = new TaskCompletionSource<T>();
            var thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                try
                {
                    result.SetResult(work());
                }
                catch (Exception failure)
                {
                    result.SetException(failure);
                }

                ContextAfterwards = Current;
            })
            { IsBackground = true };
            thread.Start();
            return result.Task.ContinueWith(
                done =>
                {
                    thread.Join();
                    return done.GetAwaiter().GetResult();
                },
                TaskScheduler.Default);
        }
    }
}
