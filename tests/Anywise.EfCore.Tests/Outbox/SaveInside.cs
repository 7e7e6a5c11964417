using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>An interceptor that saves while another save is under way, as those that write an audit do.</summary>
internal sealed class SaveInside : SaveChangesInterceptor
{
    public bool IsArmed { get; set; }

    public bool IsBefore { get; set; }

    public Func<ShopContext, CancellationToken, Task> Fail { get; set; } = (_, _) => Task.CompletedTask;

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await FailAsync(IsBefore, eventData, cancellationToken);
        return result;
    }

    public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await FailAsync(!IsBefore, eventData, cancellationToken);
        return result;
    }

    private async Task FailAsync(bool isTime, DbContextEventData eventData, CancellationToken cancellationToken)
    {
        if (IsArmed && isTime)
        {
            IsArmed = false;
            await Fail((ShopContext)eventData.Context!, cancellationToken);
        }
    }
}
