using Allocation.Data;
using Allocation.Domain;
using Allocation.Tests.Support;
using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Handlers;

/// <summary>The first row of the read model cannot be written at once, but when the outbox tries again.</summary>
public sealed class AViewThatLagsBehind : HandlerTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    protected override AllocationApp NewApp(TestDatabase database) => new(database) { Interceptor = new FailsOnce() };

    [Test]
    public async Task Is_right_in_the_end_when_the_line_has_left_its_batch_meanwhile()
    {
        await SendAsync(
            new CreateBatch("batch1", "TABLE", 10, null),
            new CreateBatch("batch2", "TABLE", 10, new DateOnly(2011, 1, 1)),
            new Allocate("order1", "TABLE", 8));
        Assert.That(await App.ViewAsync(), Is.Empty);

        await SendAsync(new ChangeBatchQuantity("batch1", 0));
        await OutboxIsEmptyAsync();

        Assert.That(await App.AvailableInAsync("batch2"), Is.EqualTo(2));
        Assert.That(await App.ViewAsync(), Is.EqualTo(new[] { ("order1", "TABLE", "batch2") }));
    }

    private async Task OutboxIsEmptyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while ((await App.Services.GetRequiredService<IOutbox<AllocationDbContext>>().CountAsync()).Waiting > 0)
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    private sealed class FailsOnce : SaveChangesInterceptor
    {
        private bool _hasFailed;

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (!_hasFailed && eventData.Context!.ChangeTracker.Entries<AllocationRow>().Any(row => row.State == EntityState.Added))
            {
                _hasFailed = true;
                throw new DbUpdateException("The view cannot be written.");
            }

            return new(result);
        }
    }
}
