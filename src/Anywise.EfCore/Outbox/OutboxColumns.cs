using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Outbox;

/// <summary>The table of an outbox as a model maps it. EF Core keeps one with each model, since to look it up again cost as much as to write the row.</summary>
internal sealed class OutboxColumns
{
    private readonly Dictionary<string, (IColumn Column, IProperty Property, RelationalTypeMapping Mapping)> _columns;

    private OutboxColumns(IModel model, Type contextType)
    {
        var entity = model.FindEntityType(OutboxTable.Entity) ?? throw Errors.OutboxIsNotInModel(contextType);
        Table = (ITable)entity.GetTableMappings().First().Table;
        _columns = Table.Columns.ToDictionary(column => column.Name, column => (column, column.PropertyMappings[0].Property, column.PropertyMappings[0].TypeMapping));
    }

    public ITable Table { get; }

    public (IColumn Column, IProperty Property, RelationalTypeMapping Mapping) this[string name] => _columns[name];

    /// <exception cref="InvalidOperationException">The model was built without the outbox.</exception>
    public static OutboxColumns Of(DbContext context) =>
        context.Model.GetOrAddRuntimeAnnotationValue("Anywise:OutboxColumns", static context => new OutboxColumns(context!.Model, context.GetType()), context);
}
