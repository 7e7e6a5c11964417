using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// The save that begins the transaction of a handler. One that fails must not take earlier ones with it, for which EF Core makes a savepoint in a
/// transaction that it has not begun itself. This one has none before it, and does without these two statements: if it fails, the transaction begins again.
/// </summary>
internal sealed class FirstSave
{
    private readonly DbContext _context;
    private readonly Action _failed;
    private bool _isOver;

    private FirstSave(DbContext context, Action failed)
    {
        (_context, _failed) = (context, failed);
        context.Database.AutoSavepointsEnabled = false;
        context.SavedChanges += Succeeded;
        context.SaveChangesFailed += Failed;
    }

    /// <summary>Null where the application does without savepoints anyway.</summary>
    public static FirstSave? Of(DbContext context, Action failed) => context.Database.AutoSavepointsEnabled ? new FirstSave(context, failed) : null;

    /// <summary>Another save begins: from now on there is something to lose.</summary>
    public void Began(DbContext context)
    {
        if (context == _context)
        {
            End();
        }
    }

    private void Succeeded(object? sender, SavedChangesEventArgs saved) => End();

    /// <remarks>EF Core tells of every failure here only, and here is nothing to await.</remarks>
    private void Failed(object? sender, SaveChangesFailedEventArgs failed)
    {
        End();
        try
        {
            _failed();
        }
        catch (DbException)
        {
            return; // what the save itself failed with says more
        }
    }

    private void End()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _context.SavedChanges -= Succeeded;
        _context.SaveChangesFailed -= Failed;
        _context.Database.AutoSavepointsEnabled = true;
    }
}
