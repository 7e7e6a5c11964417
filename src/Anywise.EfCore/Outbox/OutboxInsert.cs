using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Outbox;

/// <summary>The insertion of a row: of the columns that are set, the others have defaults.</summary>
internal sealed class OutboxInsert
{
    private readonly OutboxColumns _columns;
    private readonly INonTrackedModificationCommand _command;
    private readonly int _number;

    /// <param name="context">The context that saves.</param>
    /// <param name="number">Tells the row from others of the same save.</param>
    /// <exception cref="InvalidOperationException">The model was built without the outbox.</exception>
    public OutboxInsert(DbContext context, int number)
    {
        (_columns, _number) = (OutboxColumns.Of(context), number);
        _command = context.GetService<IModificationCommandFactory>()
            .CreateNonTrackedModificationCommand(new NonTrackedModificationCommandParameters(_columns.Table, sensitiveLoggingEnabled: false));
        _command.EntityState = EntityState.Added;
    }

    public IReadOnlyModificationCommand Command => _command;

    public void Set(string name, object value)
    {
        var (column, property, mapping) = _columns[name];
        _command.AddColumnModification(new ColumnModificationParameters(
            column, originalValue: null, value, property, mapping, read: false, write: true, key: false, condition: false, sensitiveLoggingEnabled: false)
        {
            GenerateParameterName = () => $"{name}_{_number}",
        });
    }
}
