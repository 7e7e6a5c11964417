using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Saving;

public sealed class AnAsynchronousBeforeCommitHandler : ShopTest
{
    private readonly Late _late = new();

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<Slow>();

    [Test]
    public async Task Is_awaited_by_an_asynchronous_save()
    {
        var context = NewContext();
        context.Add(new Order("first"));

        var saving = context.SaveChangesAsync();
        Assert.That(saving.IsCompleted, Is.False);
        _late.Proceed.SetResult();
        await saving;

        Assert.That(NewContext().Notes.Single().Text, Is.EqualTo("first"));
    }

    [Test]
    public async Task Aborts_a_synchronous_save_with_the_remedy()
    {
        var context = NewContext();
        var order = context.Add(new Order("first")).Entity;

        Assert.That(
            () => context.SaveChanges(),
            Throws.InvalidOperationException.With.Message.Contains("'AnAsynchronousBeforeCommitHandler.Slow' had not finished handling 'OrderPlaced'").And.Message.Contains("'SaveChangesAsync'"));

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        Assert.That(await StoredOrdersAsync(), Is.Empty);
        _late.Proceed.SetResult();
        Assert.That(async () => await _late.Handled.Task, Throws.InvalidOperationException.With.Message.Contains("'ShopContext' does not wait for this before-commit handler"));
        Assert.That(context.Notes.Local, Is.Empty);
    }

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_late);
    }

    private sealed class Late
    {
        public TaskCompletionSource Proceed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slow(Late late) : IBeforeCommitHandler<OrderPlaced>
    {
        public async ValueTask HandleAsync(OrderPlaced @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
        {
            await late.Proceed.Task;
            try
            {
                unitOfWork.Add(new Note { Text = @event.Name });
                late.Handled.SetResult();
            }
            catch (InvalidOperationException failure)
            {
                late.Handled.SetException(failure);
                throw;
            }
        }
    }
}
