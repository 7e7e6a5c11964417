using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>Plays steps on the engine and on the model. A step that is not possible where it stands is left out.</summary>
public sealed class History(IServiceProvider services, int number) : IAsyncDisposable
{
    private const string HandledByASave = "handled by a save ";
    private AsyncServiceScope _lease = services.CreateAsyncScope();
    private IDbContextTransaction? _transaction;
    private int _orders;

    public Model Model { get; } = new();

    private ShopContext Context => _lease.ServiceProvider.GetRequiredService<ShopContext>();

    public static bool IsHandledByASave(string name) => name.StartsWith(HandledByASave, StringComparison.Ordinal);

    public static string SavedByTheHandlerOf(string name) => "saved by the handler of " + name;

    public async Task PlayAsync(Step step)
    {
        var (move, savepoint, calls) = step;
        switch (move)
        {
            case Move.Save:
                await SaveAsync(Context, NewName(), calls);
                break;
            case Move.SaveWhatIsHandledByASave:
                await SaveAsync(Context, HandledByASave + NewName(), calls);
                break;
            case Move.FailToSaveAndGiveUp:
                await FailAsync(NewName(), NewName(), calls, triesAgain: false);
                break;
            case Move.FailToSaveAndTryAgain:
                await FailAsync(NewName(), NewName(), calls, triesAgain: true);
                break;
            case Move.LeaseAnotherContext when !Model.InTransaction:
                Context.Add(new Order(NewName())); // never saved
                await _lease.DisposeAsync();
                _lease = services.CreateAsyncScope();
                break;
            case Move.RepeatAfterARollback when !Model.InTransaction:
                await RepeatAsync(NewName(), calls);
                break;
            case Move.Begin when !Model.InTransaction:
                _transaction = await calls.BeginAsync(Context);
                Model.Begin();
                break;
            case not Move.Begin when Model.InTransaction:
                await PlayInTransactionAsync(move, savepoint, calls);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lease.DisposeAsync();
        Model.Forget();
    }

    private async Task PlayInTransactionAsync(Move move, string savepoint, Calls calls)
    {
        switch (move)
        {
            case Move.SaveInASharingContext:
                await SaveInASharingContextAsync(NewName(), calls);
                break;
            case Move.CreateSavepoint:
                await calls.CreateSavepointAsync(_transaction!, savepoint);
                Model.CreateSavepoint(savepoint);
                break;
            case Move.RollBackToSavepoint when Model.HasSavepoint(savepoint):
                await calls.RollbackToAsync(_transaction!, savepoint);
                Model.RollBackTo(savepoint);
                Context.ChangeTracker.Clear();
                break;
            case Move.ReleaseSavepoint when Model.HasSavepoint(savepoint):
                await calls.ReleaseAsync(_transaction!, savepoint);
                Model.Release(savepoint);
                break;
            case Move.Commit:
                await calls.CommitAsync(_transaction!);
                await calls.DisposeAsync(_transaction!);
                Model.Commit();
                break;
            case Move.RollBack:
                await calls.RollbackAsync(_transaction!);
                await EndAsync(calls);
                break;
            case Move.DisposeTransaction:
                await EndAsync(calls);
                break;
        }
    }

    private async Task SaveAsync(ShopContext context, string name, Calls calls)
    {
        context.Add(new Order(name));
        await calls.SaveAsync(context);
        Model.Save(name);
    }

    private async Task SaveInASharingContextAsync(string name, Calls calls)
    {
        await using var sharing = new ShopContext(services.GetRequiredService<DbContextOptions<ShopContext>>());
        sharing.Database.SetDbConnection(Context.Database.GetDbConnection());
        await sharing.Database.UseTransactionAsync(_transaction!.GetDbTransaction());
        await SaveAsync(sharing, name, calls);
    }

    private async Task FailAsync(string name, string otherName, Calls calls, bool triesAgain)
    {
        var (order, duplicate) = (new Order(name), new Order(name));
        Context.AddRange(order, duplicate);
        Assert.That(() => calls.SaveAsync(Context), Throws.InstanceOf<DbUpdateException>());
        Context.Entry(duplicate).State = EntityState.Detached;
        if (!triesAgain)
        {
            Context.Entry(order).State = EntityState.Detached;
            return;
        }

        Context.Add(new Order(otherName));
        await calls.SaveAsync(Context);
        Model.Save(name);
        Model.Save(otherName);
    }

    private async Task RepeatAsync(string name, Calls calls)
    {
        Context.Add(new Order(name));
        await using (await calls.BeginAsync(Context))
        {
            await calls.SaveAsync(Context, acceptAllChanges: false);
        }

        await calls.SaveAsync(Context);
        Model.Save(name);
    }

    private async Task EndAsync(Calls calls)
    {
        await calls.DisposeAsync(_transaction!);
        Context.ChangeTracker.Clear();
        Model.Forget();
    }

    private string NewName() => $"{number}-{++_orders}";
}
