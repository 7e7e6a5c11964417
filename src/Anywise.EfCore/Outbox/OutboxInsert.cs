using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Outbox;

/// <summary>The insertion of a row: of the columns that are set, the others have defaults.</summary>
internal sealed class OutboxInsert
{
    private readonly ITable _table;
    private readonly INonTrackedModificationCommand _command;
    private readonly int _number;

    /// <param name="context">The context that saves.</param>
    /// <param name="number">Tells the row from others of the same save.</param>
    /// <exception cref="InvalidOperationException">The model was built without the outbox.</exception>
    public OutboxInsert(DbContext context, int number)
    {
        _number = number;
        var entity = context.Model.FindEntityType(OutboxTable.Entity) ?? throw Errors.OutboxIsNotInModel(context.GetType());
        _table = (ITable)entity.GetTableMappings().First().Table;
        _command = context.GetService<IModificationCommandFactory>()
            .CreateNonTrackedModificationCommand(new NonTrackedModificationCommandParameters(_table, sensitiveLoggingEnabled: false));
        _command.EntityState = EntityState.Added;
    }

    public IReadOnlyModificationCommand Command => _command;

    public void Set(string name, object value)
    {
        var column = _table.FindColumn(name)!;
        var mapping = column.PropertyMappings[0];
        _command.AddColumnModification(new ColumnModificationParameters(
            column, originalValue: null, value, mapping.Property, mapping.TypeMapping, read: false, write: true, key: false, condition: false, sensitiveLoggingEnabled: false)
        {
            GenerateParameterName = () => $"{name}_{_number}",
        });
    }
}
